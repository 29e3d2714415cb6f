/* The event log in memory: a sink that keeps everything it is told, for the views to read: ladder,
 * NDJSON, pcapng, plots.
 *
 * Safe from any thread while it is written, and cheap: one lock, one copy, memory in large pieces.
 * Views read it when the run is over. */
#ifndef TRACE_LOG_H
#define TRACE_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "base/event.h"
#include "base/thread.h"

struct trace_log {
    struct event_sink sink; /* give this to whoever tells events */
    size_t cap_bytes;       /* memory to take at most, 0: no bound; set before the first event */
    struct monitor lock;    /* guards everything below */
    struct trace_chunk *chunks;
    struct event **by_time;
    size_t count, room;
    size_t used_bytes;
    uint64_t lost; /* events there was no memory for */
};

/* An empty log without a bound. Never fails in practice (as monitor_init). */
void trace_log_init(struct trace_log *log);
void trace_log_fini(struct trace_log *log);

/* Goes over the events in the order of their times (ties: as told). Start with a zeroed cursor;
 * NULL at the end. The event and the bytes it points to belong to the log. */
struct trace_cursor {
    size_t next;
};
const struct event *trace_log_next(const struct trace_log *log, struct trace_cursor *cursor);

/* When the first event happened: the zero of every view's time. 0 for an empty log. */
usec_t trace_log_start(const struct trace_log *log);

#endif
