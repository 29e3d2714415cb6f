/* common/trace/log.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/thread.h"
#include "tests/unit/resources.h"
#include "trace/log.h"

static int open_log(void **state)
{
    static struct trace_log log;
    trace_log_init(&log);
    *state = &log;
    return 0;
}

static int close_log(void **state)
{
    trace_log_fini(*state);
    return 0;
}

static void note(struct trace_log *log, usec_t at, const char *text)
{
    event_put(&log->sink, &(struct event){.at = at, .kind = EVENT_NOTE, .host = 'W', .text = text});
}

static void an_empty_log_has_no_first_event(void **state)
{
    struct trace_log *log = *state;
    assert_null(trace_log_next(log, &(struct trace_cursor){0}));
    assert_int_equal(trace_log_start(log), 0);
}

static void events_are_read_in_the_order_of_their_times(void **state)
{
    struct trace_log *log = *state;
    struct trace_cursor cursor = {0};
    note(log, 20, "second");
    note(log, 10, "first");
    note(log, 20, "third, told after its equal");
    assert_string_equal(trace_log_next(log, &cursor)->text, "first");
    assert_string_equal(trace_log_next(log, &cursor)->text, "second");
    assert_string_equal(trace_log_next(log, &cursor)->text, "third, told after its equal");
    assert_null(trace_log_next(log, &cursor));
    assert_int_equal(trace_log_start(log), 10);
}

static void frames_and_words_are_copied(void **state)
{
    struct trace_log *log = *state;
    uint8_t bytes[] = {1, 2, 3};
    char reason[] = "script: drop data 1";
    struct event told = {.at = 5, .kind = EVENT_FRAME, .host = 'A'};
    told.frame = (struct event_frame){
        .id = 7, .fate = FATE_DROP, .reason = reason, .bytes = bytes, .len = sizeof(bytes)};
    event_put(&log->sink, &told);
    memset(bytes, 0, sizeof(bytes));
    memset(reason, '?', sizeof(reason) - 1);
    const struct event *kept = trace_log_next(log, &(struct trace_cursor){0});
    assert_int_equal(kept->frame.id, 7);
    assert_int_equal(kept->frame.len, 3);
    assert_memory_equal(kept->frame.bytes, ((uint8_t[]){1, 2, 3}), 3);
    assert_string_equal(kept->frame.reason, "script: drop data 1");
}

static void a_delivery_without_bytes_keeps_its_length(void **state)
{
    struct trace_log *log = *state;
    struct event told = {.kind = EVENT_DELIVER, .host = 'B'};
    told.frame = (struct event_frame){.id = 1, .len = 60};
    event_put(&log->sink, &told);
    const struct event *kept = trace_log_next(log, &(struct trace_cursor){0});
    assert_null(kept->frame.bytes);
    assert_null(kept->frame.reason);
    assert_int_equal(kept->frame.len, 60);
}

static void a_frame_larger_than_a_chunk_fits(void **state)
{
    struct trace_log *log = *state;
    static uint8_t huge[300 * 1024];
    struct event told = {.kind = EVENT_FRAME, .host = 'A'};
    told.frame = (struct event_frame){.id = 1, .bytes = huge, .len = sizeof(huge)};
    huge[sizeof(huge) - 1] = 0x5a;
    event_put(&log->sink, &told);
    note(log, 1, "and one behind it");
    const struct event *kept = trace_log_next(log, &(struct trace_cursor){0});
    assert_memory_equal(kept->frame.bytes, huge, sizeof(huge));
}

static void beyond_the_cap_events_are_counted_as_lost(void **state)
{
    struct trace_log *log = *state;
    log->cap_bytes = 4096;
    for (int i = 0; i < 1000; i++)
        note(log, i, "something");
    assert_true(log->count > 0);
    assert_true(log->lost > 0);
    assert_int_equal(log->count + log->lost, 1000);
    assert_true(log->used_bytes <= 4096);
}

enum { WRITERS = 4, NOTES_EACH = 2000 };

static void write_notes(void *log)
{
    for (int i = 0; i < NOTES_EACH; i++)
        note(log, i, "one of many");
}

static void threads_may_write_at_once(void **state)
{
    struct trace_log *log = *state;
    struct trace_cursor cursor = {0};
    struct thread *writers[WRITERS];
    usec_t last = 0;
    for (int i = 0; i < WRITERS; i++)
        assert_int_equal(thread_start(&writers[i], "writer", write_notes, log), 0);
    for (int i = 0; i < WRITERS; i++)
        thread_join(writers[i]);
    assert_int_equal(log->count, WRITERS * NOTES_EACH);
    for (const struct event *event; (event = trace_log_next(log, &cursor)) != NULL;) {
        assert_true(event->at >= last);
        assert_string_equal(event->text, "one of many");
        last = event->at;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_empty_log_has_no_first_event, open_log, close_log),
        cmocka_unit_test_setup_teardown(events_are_read_in_the_order_of_their_times, open_log,
                                        close_log),
        cmocka_unit_test_setup_teardown(frames_and_words_are_copied, open_log, close_log),
        cmocka_unit_test_setup_teardown(a_delivery_without_bytes_keeps_its_length, open_log,
                                        close_log),
        cmocka_unit_test_setup_teardown(a_frame_larger_than_a_chunk_fits, open_log, close_log),
        cmocka_unit_test_setup_teardown(beyond_the_cap_events_are_counted_as_lost, open_log,
                                        close_log),
        cmocka_unit_test_setup_teardown(threads_may_write_at_once, open_log, close_log),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
