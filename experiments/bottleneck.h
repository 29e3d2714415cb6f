/* A narrow place between A and B, as the log tells: how its queue grew from one loss to the next,
 * and what became of delay and throughput meanwhile. */
#ifndef EXPERIMENTS_BOTTLENECK_H
#define EXPERIMENTS_BOTTLENECK_H

#include "experiments/stream.h"

struct bottleneck {
    int64_t lost;         /* frames of A's for which there was no room, in all */
    bool complete;        /* there was a second time of losses; else no more is known: */
    struct stretch tooth; /* from the time the first losses were repaired to the second ones */
    usec_t delay_least;   /* a frame's way then, */
    usec_t delay_most;    /* and when the queue was longest */
    int64_t queue_most;   /* frames that waited then */
    int64_t kbps_early;   /* acknowledged in the first half of that time, */
    int64_t kbps_late;    /* and in the second */
};

/* Of A's stream to `port`. Returns 0 or a negative errno. */
int bottleneck_read(struct bottleneck *bottleneck, const struct trace_log *log, uint16_t port);

#endif
