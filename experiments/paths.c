/* States, in their order. */
#include "experiments/paths.h"

#include <stdio.h>
#include <string.h>

#include "trace/walk.h"

static void append(char *out, size_t size, enum tcp_state state)
{
    size_t used = strlen(out);
    snprintf(out + used, size - used, "%s%s", used ? " " : "", tcp_state_name(state));
}

int path_tell(const struct trace_log *log, struct path_wanted wanted, char *out, size_t size)
{
    struct trace_walk walk;
    int count = 0;
    out[0] = '\0';
    trace_walk_begin(&walk, log);
    while (trace_walk_next(&walk)) {
        const struct track_step *step = &walk.step;
        if (!step->changed || step->end != (int)wanted.host || step->conn->number != 1)
            continue;
        if (count == 0 && step->state != wanted.from)
            continue;
        append(out, size, step->state);
        count++;
    }
    int error = trace_walk_end(&walk);
    return error ? error : count;
}
