/* The timers of one connection on one line of time: when each was set, and when it ran out. Found
 * in the segments alone, so that any stack will do: a timer shows by what is sent when it is out.
 */
#ifndef EXPERIMENTS_TIMELINE_H
#define EXPERIMENTS_TIMELINE_H

#include "experiments/experiment.h"

enum timeline_timer {
    TIMELINE_SYN,       /* A's SYN is not answered */
    TIMELINE_DATA,      /* A's text is not acknowledged */
    TIMELINE_DELACK,    /* B owes an ACK */
    TIMELINE_PERSIST,   /* B's window is closed */
    TIMELINE_KEEPALIVE, /* nothing was heard of B */
    TIMELINE_FIN_WAIT_2,
    TIMELINE_TIME_WAIT,
    TIMELINE_COUNT,
};

/* NEVER: it was not set, or what ended it was not seen. */
struct timeline {
    struct {
        usec_t set, over; /* since the run began */
        bool ran_out;     /* else it was stopped before, or the run ended */
    } timer[TIMELINE_COUNT];
};

/* The first time of each on the run's first connection; TIME_WAIT only how it begins. Returns 0 or
 * -ENOMEM. */
int timeline_find(const struct trace_log *log, struct timeline *out);

/* How long it ran; 0 when that was not seen. */
usec_t timeline_length(const struct timeline *timeline, enum timeline_timer timer);

/* One row for each timer that was set. */
void timeline_draw(const struct timeline *timeline, const struct page *page);

#endif
