/* Single TCP segments of a run's log, taken apart: for those who look into the header itself. */
#ifndef EXPERIMENTS_CAPTURED_H
#define EXPERIMENTS_CAPTURED_H

#include "trace/dissect.h"
#include "trace/log.h"

enum captured {
    CAPTURED_SYN,     /* the first one that host A sent */
    CAPTURED_SYNACK,  /* the first one of host B */
    CAPTURED_TEXT,    /* the first one with text that host A sent */
    CAPTURED_LONGEST, /* the first one with the longest header of all, whoever sent it */
};

/* Both return 0, -ENOMSG when there is no such segment, or another negative errno; what they find
 * points into the log. */
int captured_find(const struct trace_log *log, enum captured wanted, struct frame_view *out);

/* The first one that the wire altered, as it was sent and as it arrived. */
int captured_damage(const struct trace_log *log, struct frame_view *sent,
                    struct frame_view *arrived);

#endif
