/* common/tcp/journal.c: events in order, none overwritten. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/journal.h"
#include "tests/unit/resources.h"

static void entries_come_out_in_the_order_they_went_in(void **state)
{
    (void)state;
    struct journal j = {0};
    struct event event;
    journal_state(&j, STATE_CLOSED, STATE_SYN_SENT);
    journal_timer(&j, "rto", 3);
    assert_true(journal_next(&j, &event));
    assert_int_equal(event.kind, EVENT_STATE);
    assert_true(journal_next(&j, &event));
    assert_int_equal(event.kind, EVENT_TIMER);
    assert_string_equal(event.timer.name, "rto");
    assert_int_equal(event.timer.count, 3);
    assert_false(journal_next(&j, &event));
}

static void what_finds_no_room_is_counted(void **state)
{
    (void)state;
    struct journal j = {0};
    struct event event;
    for (uint16_t i = 0; i < JOURNAL_ENTRIES + 2; i++)
        journal_timer(&j, "rto", i);
    assert_int_equal(j.lost, 2);
    for (uint16_t i = 0; i < JOURNAL_ENTRIES; i++) {
        assert_true(journal_next(&j, &event));
        assert_int_equal(event.timer.count, i);
    }
    assert_false(journal_next(&j, &event));
}

static void room_is_used_again(void **state)
{
    (void)state;
    struct journal j = {0};
    struct event event;
    for (uint16_t i = 0; i < 5 * JOURNAL_ENTRIES; i++) {
        journal_timer(&j, "rto", i);
        assert_true(journal_next(&j, &event));
        assert_int_equal(event.timer.count, i);
    }
    assert_int_equal(j.lost, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_come_out_in_the_order_they_went_in),
        cmocka_unit_test(what_finds_no_room_is_counted),
        cmocka_unit_test(room_is_used_again),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
