/* A narrow place between A and B, as the log tells: how its queue grew from one loss to the next,
 * and what became of delay and throughput meanwhile. */
#ifndef EXPERIMENTS_BOTTLENECK_H
#define EXPERIMENTS_BOTTLENECK_H

#include "experiments/stream.h"

struct bottleneck {
    int64_t lost;           /* frames of A's for which there was no room, in all */
    bool complete;          /* there was a second time of losses; else no more is known: */
    struct stretch filling; /* from the moment the queue was last empty to its first loss */
    usec_t delay_empty;     /* a frame's way when the queue was last empty, */
    usec_t delay_full;      /* and just before the loss */
    int64_t queue_most;     /* frames that waited then */
    int64_t kbps_short;     /* acknowledged in the first half of that time, */
    int64_t kbps_long;      /* and in the second */
};

/* Of A's stream to `port`. Returns 0 or a negative errno. */
int bottleneck_read(struct bottleneck *bottleneck, const struct trace_log *log, uint16_t port);

#endif
