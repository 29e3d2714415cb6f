/* States, in their order. */
#include "experiments/paths.h"

#include <stdio.h>
#include <string.h>

#include "trace/track.h"

static void append(char *out, size_t size, enum tcp_state state)
{
    size_t used = strlen(out);
    snprintf(out + used, size - used, "%s%s", used ? " " : "", tcp_state_name(state));
}

int path_tell(const struct trace_log *log, struct path_wanted wanted, char *out, size_t size)
{
    struct trace_cursor cursor = {0};
    struct track_table table;
    const struct event *event;
    int error = 0, count = 0;
    out[0] = '\0';
    track_table_init(&table);
    while (!error && (event = trace_log_next(log, &cursor)) != NULL) {
        struct track_step step;
        error = track_table_read(&table, event, &step);
        if (error || !step.changed || step.end != (int)wanted.host || step.conn->number != 1)
            continue;
        if (count == 0 && step.state != wanted.from)
            continue;
        append(out, size, step.state);
        count++;
    }
    track_table_fini(&table);
    return error ? error : count;
}
