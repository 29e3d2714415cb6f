/* The one shape of all experiments: a question, what happened (a ladder, kernel beside own), the
 * results as key=value, what you saw, in words whose numbers are the measured ones, and the claims
 * of the text that this settles (claims.txt).
 *
 * An experiment is data and one function: experiment_main reads the options, runs the function once
 * per scene and pair of stacks, each time on a testbed of its own, and shows it all. */
#ifndef EXPERIMENTS_EXPERIMENT_H
#define EXPERIMENTS_EXPERIMENT_H

#include "base/options.h"
#include "experiments/stage.h"
#include "experiments/words.h"
#include "trace/log.h"
#include "trace/plot.h"

/* Where a scene draws something of its own. */
struct page {
    FILE *out;
    bool ascii, color, chinese;
};

/* A plot of a run: in the terminal, and as build/out/NAME/SCENE-PAIR-WHAT.svg. */
struct scene_plot {
    const char *what; /* one word */
    struct words title, x, y;
    /* Adds the series to a plot that has its title and the names of its axes (trace/plot_views.h
     * has those that come from the log). Returns 0 or a negative errno. */
    int (*draw)(struct plot *plot, const struct stage *stage, const struct trace_log *log);
};

struct scene {
    const char *name;   /* one word, also in key=value */
    struct words title; /* one line above its ladder */
    int (*play)(struct stage *stage, struct fault *fault);
    /* Afterwards, results that only the log knows; 0 or a negative errno. NULL: none. */
    int (*review)(struct stage *stage, const struct trace_log *log);
    /* A picture of its own, of each run, below the ladder; NULL: none. */
    void (*draw)(const struct stage *stage, const struct trace_log *log, const struct page *page);
    const char *script;         /* for the wire; NULL: the experiment's own and the user's */
    usec_t delay;               /* one way; 0: the experiment's own; the user's goes before */
    const char *const *sysctls; /* of both hosts, ends with NULL; NULL: the experiment's own */
    const char *const *sysctls_of[2]; /* and of one host alone, by enum host */
    uint32_t loss_ppm;                /* of the wire; likewise */
    bool no_ladder;                   /* a measurement, or a crowd: nothing to follow */
    const struct scene_plot *plots;   /* of each run, ends with a NULL `what`; NULL: none */
    struct words saw;                 /* "{key}" stands for a result; printed for each pair */
};

struct experiment {
    const char *name;
    struct words summary, question;
    const struct scene *scenes;
    size_t scene_count;
    const struct option_spec *specs; /* its own parameters; may be NULL */
    size_t spec_count;
    struct testbed_config testbed; /* the wire on which it shows its point */
    const char *example;
};

/* The whole program: returns the exit code. Unless the user changed the wire or the parameters, our
 * own stack is held to the verdicts that claims.txt expects of it. */
int experiment_main(const struct experiment *experiment, int argc, char **argv);

#endif
