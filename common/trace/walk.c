/* What all views of a log do: read it from its beginning, and follow its connections. */
#include "trace/walk.h"

void trace_walk_begin(struct trace_walk *walk, const struct trace_log *log)
{
    *walk = (struct trace_walk){.log = log};
    track_table_init(&walk->table);
}

bool trace_walk_next(struct trace_walk *walk)
{
    if (walk->error || !(walk->event = trace_log_next(walk->log, &walk->cursor)))
        return false;
    walk->at = walk->event->at - trace_log_start(walk->log);
    walk->error = track_table_read(&walk->table, walk->event, &walk->step);
    return walk->error == 0;
}

int trace_walk_end(struct trace_walk *walk)
{
    track_table_fini(&walk->table);
    return walk->error;
}
