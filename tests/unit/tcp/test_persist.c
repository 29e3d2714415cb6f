/* common/tcp/persist.c: probes at growing intervals, for as long as the window stays closed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/params.h"
#include "tcp/persist.h"
#include "tests/unit/resources.h"

static struct persist started(uint32_t rto_us)
{
    struct persist p;
    persist_init(&p, PERSIST_MAX_DEFAULT);
    persist_start(&p, rto_us, 0);
    return p;
}

static void probing_is_off_at_first(void **state)
{
    (void)state;
    struct persist p;
    persist_init(&p, PERSIST_MAX_DEFAULT);
    assert_false(persist_active(&p));
    assert_false(persist_due(&p, SECONDS(1000)));
}

static void first_probe_comes_after_one_rto(void **state)
{
    (void)state;
    struct persist p = started(MS(300));
    assert_true(persist_active(&p));
    assert_false(persist_due(&p, MS(300) - 1));
    assert_true(persist_due(&p, MS(300)));
}

static void starting_again_does_not_postpone_the_probe(void **state)
{
    (void)state;
    struct persist p = started(MS(300));
    persist_start(&p, MS(300), MS(200));
    assert_int_equal(p.deadline, MS(300));
}

static void interval_doubles_up_to_its_limit(void **state)
{
    (void)state;
    struct persist p = started(SECONDS(1));
    usec_t expected[] = {2, 4, 8, 16, 32, 60, 60};
    for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
        usec_t now = p.deadline;
        persist_on_probe(&p, now);
        assert_int_equal(p.deadline - now, SECONDS(expected[i]));
    }
}

static void long_rto_is_cut_to_the_limit(void **state)
{
    (void)state;
    struct persist p = started(SECONDS(120));
    assert_int_equal(p.deadline, SECONDS(60));
}

static void answers_are_counted_as_life_not_as_an_open_window(void **state)
{
    (void)state;
    struct persist p = started(SECONDS(1));
    persist_on_probe(&p, SECONDS(1));
    persist_on_probe(&p, SECONDS(3));
    assert_int_equal(p.unanswered, 2);
    persist_on_answer(&p);
    assert_int_equal(p.unanswered, 0);
    assert_int_equal(p.deadline, SECONDS(7));
}

static void unanswered_probes_are_counted_up_to_a_limit(void **state)
{
    (void)state;
    struct persist p = started(SECONDS(1));
    for (int i = 0; i < 300; i++)
        persist_on_probe(&p, SECONDS(i));
    assert_int_equal(p.unanswered, UINT8_MAX);
}

static void open_window_ends_probing_and_the_next_begins_anew(void **state)
{
    (void)state;
    struct persist p = started(SECONDS(1));
    persist_on_probe(&p, SECONDS(1));
    persist_stop(&p);
    assert_false(persist_due(&p, SECONDS(9)));
    persist_start(&p, SECONDS(1), SECONDS(10));
    assert_int_equal(p.deadline, SECONDS(11));
    assert_int_equal(p.unanswered, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(probing_is_off_at_first),
        cmocka_unit_test(first_probe_comes_after_one_rto),
        cmocka_unit_test(starting_again_does_not_postpone_the_probe),
        cmocka_unit_test(interval_doubles_up_to_its_limit),
        cmocka_unit_test(long_rto_is_cut_to_the_limit),
        cmocka_unit_test(answers_are_counted_as_life_not_as_an_open_window),
        cmocka_unit_test(unanswered_probes_are_counted_up_to_a_limit),
        cmocka_unit_test(open_window_ends_probing_and_the_next_begins_anew),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
