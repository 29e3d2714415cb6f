/* A fake exchange and the table of tracks that looks on. */
#ifndef TESTS_UNIT_TRACE_ONLOOKER_H
#define TESTS_UNIT_TRACE_ONLOOKER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake.h"
#include "trace/track.h"

enum { A, B };

struct onlooker {
    struct fake fake;
    struct track_table table;
    struct trace_cursor cursor;
    struct track_step step; /* the last one */
    char story[512];        /* every change so far: "A SYN_SENT, B SYN_RECEIVED, " */
};

static inline int begin(void **state)
{
    struct onlooker *onlooker = calloc(1, sizeof(*onlooker));
    fake_begin(&onlooker->fake);
    track_table_init(&onlooker->table);
    *state = onlooker;
    return onlooker ? 0 : -1;
}

static inline int end(void **state)
{
    struct onlooker *onlooker = *state;
    track_table_fini(&onlooker->table);
    fake_end(&onlooker->fake);
    free(onlooker);
    return 0;
}

static inline void read_on(struct onlooker *o)
{
    const struct event *event;
    while ((event = trace_log_next(&o->fake.log, &o->cursor)) != NULL) {
        size_t used = strlen(o->story);
        assert_int_equal(track_table_read(&o->table, event, &o->step), 0);
        if (o->step.changed)
            snprintf(o->story + used, sizeof(o->story) - used, "%c %s, ", "AB"[o->step.end],
                     tcp_state_name(o->step.state));
    }
}

/* What the onlooker says of a segment that `from` sends now. */
static inline const struct track_segment *says(struct onlooker *o, char from,
                                               struct fake_segment what)
{
    fake_send(&o->fake, from, what);
    read_on(o);
    assert_non_null(o->step.tcp);
    return o->step.tcp;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

#endif
