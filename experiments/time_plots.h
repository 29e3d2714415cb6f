/* Plots that any scene with one stream from A to B may have: what its sender did over time. The
 * first connection of the run, counted in segments of the longest size it sent. */
#ifndef EXPERIMENTS_TIME_PLOTS_H
#define EXPERIMENTS_TIME_PLOTS_H

#include "experiments/experiment.h"
#include "trace/plot_views.h"

/* For `.plots`, each a list that ends with a NULL `what`. */
extern const struct scene_plot plots_of_cwnd[];     /* cwnd, ssthresh, what was sent again */
extern const struct scene_plot plots_of_sequence[]; /* the time-sequence graph */
extern const struct scene_plot plots_of_loss[];     /* both */

/* The names of the axes, for other plots over time. */
#define PLOT_TIME                                                                                  \
    {                                                                                              \
        "time (s)", "时间(s)"                                                                    \
    }
#define PLOT_SEGMENTS                                                                              \
    {                                                                                              \
        "segments", "报文段"                                                                    \
    }

/* The view of A's connection number `conn` with that unit. Returns 0 or -ENOMEM. */
int time_plot_view(struct plot_view *view, const struct trace_log *log, unsigned conn);

#endif
