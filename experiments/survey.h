/* All experiments that lie in one folder, run as programs, and what they say of the claims. */
#ifndef EXPERIMENTS_SURVEY_H
#define EXPERIMENTS_SURVEY_H

#include <limits.h>

#include "experiments/batch.h"
#include "experiments/record.h"
#include "experiments/verdict.h"

enum { SURVEY_MOST = 64, SURVEY_PAIRS = 2, SURVEY_NAME_SIZE = 48, SURVEY_WORDS = 12 };

struct survey_entry {
    char program[SURVEY_NAME_SIZE]; /* exp-close */
    const char *name;               /* close */
    char path[PATH_MAX];
    const char *command[SURVEY_WORDS]; /* path, --json, and what was asked for; ends with NULL */
    struct record record;
    usec_t took_us;
    int status;
    bool failed;
    bool again;             /* it had failed once, and this is what it did next */
    char reason[200];       /* why it failed; */
    char first_reason[200]; /* the first time, when it played again */
};

struct survey {
    struct survey_entry entries[SURVEY_MOST]; /* by name */
    size_t count;
    struct claims claims;
    struct pair pairs[SURVEY_PAIRS];
    size_t pair_count;
    char seed[24]; /* as the commands have it */
};

/* How they are run. */
struct survey_options {
    struct pair_options stacks;
    uint64_t seed; /* 0: each experiment's own */
    int64_t jobs;  /* at a time */
    int64_t limit_s;
    void (*progress)(const struct batch_job *job, bool began, void *arg); /* as in batch.h */
    void *arg;
};

/* Finds the experiments beside this program: those named, or with no name all of them. Returns 0,
 * or a negative errno with `fault`. */
int survey_find(struct survey *survey, char *const *names, int count, struct fault *fault);

/* Reads the claims. 0, or a negative errno with `fault`; where all experiments were found, also
 * when a claim names one that there is not. */
int survey_read_claims(struct survey *survey, bool all, struct fault *fault);

/* Runs them, reads what they told, and holds our own stack to what the claims expect. Experiments
 * that fail are marked, in real time only when they fail twice; returns 0, or a negative errno with
 * `fault` when they could not be run: for want of a privilege -EPERM. */
int survey_run(struct survey *survey, const struct survey_options *options, struct fault *fault);

/* Who speaks about the claims of this experiment: fills one witness for each pair. */
void survey_call(const struct survey *survey, const char *experiment,
                 struct witness witnesses[SURVEY_PAIRS]);

/* How often each verdict was passed, by one pair, on the claims of one experiment. */
struct survey_tally {
    int of[VERDICT_NOT_YET + 1];
    int failed;
};
struct survey_tally survey_count(const struct survey *survey, const char *experiment, size_t pair);

size_t survey_failures(const struct survey *survey);

void survey_fini(struct survey *survey);

#endif
