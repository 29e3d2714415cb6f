/* common/trace/walk.c. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "fake.h"
#include "tests/unit/resources.h"
#include "trace/walk.h"

static void every_event_is_told_with_its_time_and_meaning(void **state)
{
    struct fake *fake = *state;
    struct trace_walk walk;
    unsigned events = 0, segments = 0;
    usec_t at = 0;
    fake_handshake(fake);
    trace_walk_begin(&walk, &fake->log);
    for (; trace_walk_next(&walk); events++) {
        assert_int_equal(walk.at, walk.event->at - trace_log_start(&fake->log));
        assert_true(walk.at >= at);
        at = walk.at;
        segments += walk.event->kind == EVENT_FRAME && walk.step.tcp;
    }
    assert_int_equal(trace_walk_end(&walk), 0);
    assert_int_equal(events, fake->log.count);
    assert_int_equal(segments, 3);
}

static void an_error_of_the_one_who_walks_ends_it(void **state)
{
    struct fake *fake = *state;
    struct trace_walk walk;
    fake_handshake(fake);
    trace_walk_begin(&walk, &fake->log);
    assert_true(trace_walk_next(&walk));
    walk.error = -ENOSPC;
    assert_false(trace_walk_next(&walk));
    assert_int_equal(trace_walk_end(&walk), -ENOSPC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FAKE(every_event_is_told_with_its_time_and_meaning),
        WITH_FAKE(an_error_of_the_one_who_walks_ends_it),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
