/* common/tcp/nagle.c: small segments wait for the ACK, unless the user wants them to go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/nagle.h"
#include "tests/unit/resources.h"

enum { MSS = 1000 };

static void small_segment_waits_while_data_is_unacknowledged(void **state)
{
    (void)state;
    const struct nagle n = {.off = false};
    assert_true(nagle_holds(&n, MSS - 1, MSS, true, NAGLE_OPEN));
}

static void small_segment_goes_when_all_is_acknowledged(void **state)
{
    (void)state;
    const struct nagle n = {.off = false};
    assert_false(nagle_holds(&n, 1, MSS, false, NAGLE_OPEN));
}

static void full_segment_never_waits(void **state)
{
    (void)state;
    const struct nagle n = {.off = false};
    assert_false(nagle_holds(&n, MSS, MSS, true, NAGLE_OPEN));
}

static void nodelay_lets_everything_go(void **state)
{
    (void)state;
    const struct nagle n = {.off = true};
    assert_false(nagle_holds(&n, 1, MSS, true, NAGLE_OPEN));
}

static void last_octets_before_a_fin_go(void **state)
{
    (void)state;
    const struct nagle n = {.off = false};
    assert_false(nagle_holds(&n, 1, MSS, true, NAGLE_FIN));
}

static void cork_holds_even_when_nothing_is_outstanding(void **state)
{
    (void)state;
    struct nagle n = {.off = true, .corked = true};
    assert_true(nagle_holds(&n, 1, MSS, false, NAGLE_OPEN));
    assert_false(nagle_holds(&n, MSS, MSS, false, NAGLE_OPEN));
    assert_false(nagle_holds(&n, 1, MSS, false, NAGLE_FIN));
}

static void cork_does_not_hold_what_the_window_cuts(void **state)
{
    (void)state;
    const struct nagle n = {.corked = true};
    assert_false(nagle_holds(&n, MSS - 1, MSS, false, NAGLE_CUT));
    assert_true(nagle_holds(&n, MSS - 1, MSS, true, NAGLE_CUT)); /* that is Nagle's wait */
}

static void nodelay_lets_go_what_a_cork_holds_now(void **state)
{
    (void)state;
    struct nagle n = {.corked = true};
    nagle_set_off(&n, true);
    assert_false(nagle_holds(&n, 1, MSS, true, NAGLE_OPEN));
    nagle_on_write(&n);
    assert_true(nagle_holds(&n, 1, MSS, false, NAGLE_OPEN));
    nagle_set_off(&n, true); /* it was so already */
    assert_true(nagle_holds(&n, 1, MSS, false, NAGLE_OPEN));
}

static void anything_outstanding_counts(void **state)
{
    (void)state;
    const seq_t una = {0xfffffff0}, nxt = {MSS};
    struct nagle n = {0};
    nagle_init(&n, false, una);
    assert_true(nagle_unacked(&n, una, nxt, 0));
    assert_false(nagle_unacked(&n, una, una, 0));
    assert_true(nagle_unacked(&n, una, una, MSS)); /* what leaves just before */
}

static void in_minshalls_form_only_small_segments_count(void **state)
{
    (void)state;
    const seq_t una = {0xfffffff0}, full = seq_add(una, MSS), small = seq_add(full, 10);
    struct nagle n = {0};
    nagle_init(&n, true, una);
    nagle_on_send(&n, full, MSS, MSS);
    assert_false(nagle_unacked(&n, una, full, MSS));
    nagle_on_send(&n, small, 10, MSS);
    assert_true(nagle_unacked(&n, una, small, 0));
    nagle_on_ack(&n, full);
    assert_true(nagle_unacked(&n, full, small, 0));
    nagle_on_ack(&n, small);
    assert_false(nagle_unacked(&n, small, small, 0));
}

static void nothing_small_seems_ahead_after_half_the_circle(void **state)
{
    (void)state;
    seq_t una = {0xfffffff0};
    struct nagle n = {0};
    nagle_init(&n, true, una);
    for (int i = 0; i < 4; i++) {
        una = seq_add(una, 1U << 30);
        nagle_on_ack(&n, una);
        assert_false(nagle_unacked(&n, una, una, 0));
    }
}

static void a_cork_holds_for_200_ms_from_the_first_octet(void **state)
{
    (void)state;
    struct nagle n = {.corked = true, .deadline = NEVER};
    nagle_on_hold(&n, MS(10));
    nagle_on_hold(&n, MS(100));
    assert_false(nagle_due(&n, MS(210) - 1));
    assert_true(nagle_due(&n, MS(210)));
    nagle_on_timeout(&n);
    assert_false(nagle_holds(&n, 1, 1000, false, NAGLE_OPEN));
    assert_false(nagle_due(&n, NEVER - 1));
}

static void without_a_cork_no_time_runs(void **state)
{
    (void)state;
    struct nagle n = {.deadline = NEVER};
    nagle_on_hold(&n, 0);
    assert_int_equal(n.deadline, NEVER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_segment_waits_while_data_is_unacknowledged),
        cmocka_unit_test(small_segment_goes_when_all_is_acknowledged),
        cmocka_unit_test(full_segment_never_waits),
        cmocka_unit_test(nodelay_lets_everything_go),
        cmocka_unit_test(last_octets_before_a_fin_go),
        cmocka_unit_test(cork_holds_even_when_nothing_is_outstanding),
        cmocka_unit_test(cork_does_not_hold_what_the_window_cuts),
        cmocka_unit_test(nodelay_lets_go_what_a_cork_holds_now),
        cmocka_unit_test(a_cork_holds_for_200_ms_from_the_first_octet),
        cmocka_unit_test(without_a_cork_no_time_runs),
        cmocka_unit_test(anything_outstanding_counts),
        cmocka_unit_test(in_minshalls_form_only_small_segments_count),
        cmocka_unit_test(nothing_small_seems_ahead_after_half_the_circle),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
