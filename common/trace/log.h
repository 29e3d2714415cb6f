/* The event log in memory: a sink that keeps everything it is told, in the order it was told, for
 * the views to read: ladder, NDJSON, pcapng, plots. Safe from any thread while it is written;
 * views read it when the run is over. */
#ifndef TRACE_LOG_H
#define TRACE_LOG_H

#include "base/event.h"

struct trace_log {
    struct event_sink sink; /* give this to whoever tells events */
    struct trace_chunk *first, *last;
    uint64_t count, lost; /* events kept; events there was no memory for */
    struct monitor *lock;
};

/* An empty log. Returns 0 or -ENOMEM. */
int trace_log_init(struct trace_log *log);
void trace_log_fini(struct trace_log *log);

/* Goes over the events in the order of their times (ties: as told). Start with a zeroed cursor;
 * NULL at the end. The event and the bytes it points to belong to the log. */
struct trace_cursor {
    uint64_t next;
};
const struct event *trace_log_next(const struct trace_log *log, struct trace_cursor *cursor);

#endif
