/* A walk over a log: its events one after the other, each with what it meant (trace/track.h).
 *
 *     struct trace_walk walk;
 *     trace_walk_begin(&walk, log);
 *     while (trace_walk_next(&walk))
 *         count(walk.event, &walk.step);
 *     return trace_walk_end(&walk);
 */
#ifndef TRACE_WALK_H
#define TRACE_WALK_H

#include "trace/log.h"
#include "trace/track.h"

struct trace_walk {
    const struct trace_log *log;
    struct trace_cursor cursor;
    struct track_table table;
    const struct event *event; /* the present one, */
    usec_t at;                 /* when it was, since the run began, */
    struct track_step step;    /* and what it meant; valid until the walk ends */
    int error;                 /* who walks may set it: there are no further events then */
};

void trace_walk_begin(struct trace_walk *walk, const struct trace_log *log);

/* Goes to the next event; false behind the last one, and after an error. */
bool trace_walk_next(struct trace_walk *walk);

/* Returns 0 or the error: -ENOMEM, or the one that was set. */
int trace_walk_end(struct trace_walk *walk);

#endif
