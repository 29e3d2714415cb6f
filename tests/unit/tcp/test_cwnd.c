/* common/tcp/cwnd.c: growth, reduction and restart of the congestion window. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/cwnd.h"
#include "tcp/params.h"
#include "tests/unit/resources.h"

enum { SMSS = 1000 };

static struct cwnd fresh(void)
{
    struct cwnd c;
    cwnd_init(&c, SMSS, CWND_INITIAL_SEGMENTS_DEFAULT, false);
    return c;
}

static struct cwnd avoiding(uint32_t wnd)
{
    struct cwnd c = fresh();
    cwnd_on_loss(&c, 2 * wnd);
    return c;
}

static void ack(struct cwnd *c, uint32_t acked)
{
    const struct cwnd_ack news = {.acked = acked, .flight = c->wnd};
    cwnd_on_ack(c, &news);
}

static void initial_window_is_ten_segments(void **state)
{
    (void)state;
    struct cwnd c = fresh();
    assert_int_equal(c.wnd, 10 * SMSS);
    assert_true(cwnd_in_slow_start(&c));
}

static void initial_window_of_large_segments_is_bounded_in_octets(void **state)
{
    (void)state;
    struct cwnd c;
    cwnd_init(&c, 1460, 10, false);
    assert_int_equal(c.wnd, 14600);
    cwnd_init(&c, 1461, 10, false);
    assert_int_equal(c.wnd, 14600);
    cwnd_init(&c, 8960, 10, false);
    assert_int_equal(c.wnd, 2 * 8960);
}

static void lost_syn_leaves_one_segment(void **state)
{
    (void)state;
    struct cwnd c;
    cwnd_init(&c, SMSS, 10, true);
    assert_int_equal(c.wnd, SMSS);
}

static void slow_start_adds_what_was_acknowledged(void **state)
{
    (void)state;
    struct cwnd c = fresh();
    ack(&c, 600);
    assert_int_equal(c.wnd, 10 * SMSS + 600);
}

static void slow_start_adds_no_more_than_a_segment_per_ack(void **state)
{
    (void)state;
    struct cwnd c = fresh();
    ack(&c, 4 * SMSS);
    assert_int_equal(c.wnd, 11 * SMSS);
}

static void slow_start_ends_at_the_threshold(void **state)
{
    (void)state;
    struct cwnd c = fresh();
    c.ack_limit = 10;
    c.ssthresh = 12 * SMSS;
    ack(&c, 10 * SMSS);
    assert_int_equal(c.wnd, 12 * SMSS);
    assert_int_equal(c.credit, 8 * SMSS); /* the rest avoids congestion */
}

static void ack_limit_makes_an_ack_worth_more(void **state)
{
    (void)state;
    struct cwnd c = fresh();
    c.ack_limit = 2;
    ack(&c, 4 * SMSS);
    assert_int_equal(c.wnd, 12 * SMSS);
}

static void acks_of_crumbs_gain_no_more_than_one_of_the_whole(void **state)
{
    (void)state;
    struct cwnd c = fresh();
    for (int i = 0; i < 10; i++)
        ack(&c, SMSS / 10);
    assert_int_equal(c.wnd, 11 * SMSS);
}

static void avoidance_adds_a_segment_for_each_window_acknowledged(void **state)
{
    (void)state;
    struct cwnd c = avoiding(5 * SMSS);
    for (int i = 0; i < 4; i++)
        ack(&c, SMSS);
    assert_int_equal(c.wnd, 5 * SMSS);
    ack(&c, SMSS);
    assert_int_equal(c.wnd, 6 * SMSS);
    for (int i = 0; i < 6; i++)
        ack(&c, SMSS);
    assert_int_equal(c.wnd, 7 * SMSS);
}

static void avoidance_counts_octets_not_acks(void **state)
{
    (void)state;
    struct cwnd c = avoiding(4 * SMSS);
    ack(&c, 2 * SMSS);
    ack(&c, 2 * SMSS);
    assert_int_equal(c.wnd, 5 * SMSS);
}

static void assert_whole_window_needed_to_grow(struct cwnd *c)
{
    uint32_t before = c->wnd;
    ack(c, before - 1);
    assert_int_equal(c->wnd, before);
    ack(c, 1);
    assert_int_equal(c->wnd, before + SMSS);
}

static void every_reduction_forgets_the_credit(void **state)
{
    (void)state;
    struct cwnd c = avoiding(4 * SMSS);
    ack(&c, 4 * SMSS - 1);
    cwnd_on_loss(&c, 8 * SMSS);
    assert_whole_window_needed_to_grow(&c);
    ack(&c, 4 * SMSS);
    cwnd_on_recovered(&c, 8 * SMSS);
    assert_whole_window_needed_to_grow(&c);
    ack(&c, 4 * SMSS);
    cwnd_on_timeout(&c, 2 * SMSS, false);
    ack(&c, SMSS); /* slow start up to the threshold */
    assert_whole_window_needed_to_grow(&c);
}

static void window_not_used_does_not_grow(void **state)
{
    (void)state;
    struct cwnd c = fresh();
    const struct cwnd_ack half = {.acked = SMSS, .flight = 5 * SMSS + 1};
    const struct cwnd_ack less = {.acked = SMSS, .flight = 5 * SMSS};
    cwnd_on_ack(&c, &less);
    assert_int_equal(c.wnd, 10 * SMSS);
    cwnd_on_ack(&c, &half);
    assert_int_equal(c.wnd, 11 * SMSS);
}

/* A full flight and nothing after it: each of the ACKs that drain it finds less outstanding. */
static void all_acks_of_a_full_flight_grow_the_window(void **state)
{
    (void)state;
    struct cwnd c = fresh();
    for (uint32_t flight = 10; flight > 0; flight--) {
        const struct cwnd_ack news = {.acked = SMSS, .flight = flight * SMSS};
        cwnd_on_ack(&c, &news);
    }
    assert_int_equal(c.wnd, 20 * SMSS);
    const struct cwnd_ack alone = {.acked = SMSS, .flight = SMSS};
    cwnd_on_ack(&c, &alone);
    assert_int_equal(c.wnd, 20 * SMSS);
}

static void loss_halves_what_was_in_flight_not_the_window(void **state)
{
    (void)state;
    struct cwnd c = fresh();
    cwnd_on_loss(&c, 8 * SMSS);
    assert_int_equal(c.ssthresh, 4 * SMSS);
    assert_int_equal(c.wnd, 4 * SMSS);
    assert_false(cwnd_in_slow_start(&c));
}

static void asked_to_a_loss_halves_the_window_in_whole_segments(void **state)
{
    (void)state;
    struct cwnd c = fresh();
    c.halves_window = true;
    c.wnd = 11 * SMSS;
    cwnd_on_loss(&c, 12 * SMSS);
    assert_int_equal(c.ssthresh, 5 * SMSS);
}

static void threshold_never_falls_below_two_segments(void **state)
{
    (void)state;
    struct cwnd c = fresh();
    cwnd_on_loss(&c, SMSS);
    assert_int_equal(c.ssthresh, 2 * SMSS);
}

static void timeout_leaves_one_segment_and_slow_start(void **state)
{
    (void)state;
    struct cwnd c = fresh();
    cwnd_on_timeout(&c, 10 * SMSS, false);
    assert_int_equal(c.wnd, SMSS);
    assert_int_equal(c.ssthresh, 5 * SMSS);
    assert_true(cwnd_in_slow_start(&c));
}

static void second_timeout_of_a_segment_keeps_the_threshold(void **state)
{
    (void)state;
    struct cwnd c = fresh();
    cwnd_on_timeout(&c, 10 * SMSS, false);
    cwnd_on_timeout(&c, 10 * SMSS, true);
    assert_int_equal(c.ssthresh, 5 * SMSS);
    cwnd_on_timeout(&c, SMSS, true);
    assert_int_equal(c.ssthresh, 5 * SMSS);
}

static void slow_start_after_a_timeout_ends_at_the_threshold(void **state)
{
    (void)state;
    struct cwnd c = fresh();
    cwnd_on_timeout(&c, 8 * SMSS, false);
    for (int i = 0; i < 3; i++)
        ack(&c, SMSS);
    assert_int_equal(c.wnd, 4 * SMSS);
    ack(&c, SMSS);
    assert_int_equal(c.wnd, 4 * SMSS);
}

static void recovery_ends_at_the_threshold(void **state)
{
    (void)state;
    struct cwnd c = fresh();
    cwnd_on_loss(&c, 10 * SMSS);
    cwnd_on_recovered(&c, 8 * SMSS);
    assert_int_equal(c.wnd, 5 * SMSS);
}

static void recovery_with_little_in_flight_allows_no_burst(void **state)
{
    (void)state;
    struct cwnd c = fresh();
    cwnd_on_loss(&c, 20 * SMSS);
    cwnd_on_recovered(&c, 2 * SMSS);
    assert_int_equal(c.wnd, 3 * SMSS);
    cwnd_on_loss(&c, 20 * SMSS);
    cwnd_on_recovered(&c, 0);
    assert_int_equal(c.wnd, 2 * SMSS);
}

/* The window after `idle`, from 48 segments; the RTO is 300 ms. */
static uint32_t after_idleness(usec_t idle)
{
    struct cwnd c = avoiding(48 * SMSS);
    cwnd_on_send(&c, 0, MS(300), SECONDS(1));
    c.wnd = 48 * SMSS;
    cwnd_on_send(&c, 0, MS(300), SECONDS(1) + idle);
    return c.wnd / SMSS;
}

static void window_halves_with_each_rto_of_idleness(void **state)
{
    (void)state;
    assert_int_equal(after_idleness(MS(300)), 48);
    assert_int_equal(after_idleness(MS(300) + 1), 24);
    assert_int_equal(after_idleness(MS(600)), 24);
    assert_int_equal(after_idleness(MS(600) + 1), 12);
    assert_int_equal(after_idleness(MS(900) + 1), 10);
    assert_int_equal(after_idleness(SECONDS(3600)), 10);
}

static void slow_start_after_idleness_leads_back_to_three_quarters(void **state)
{
    (void)state;
    struct cwnd c = avoiding(20 * SMSS);
    c.wnd = 40 * SMSS;
    cwnd_on_send(&c, 0, MS(300), SECONDS(9));
    assert_int_equal(c.ssthresh, 30 * SMSS);
    cwnd_on_send(&c, 0, MS(300), SECONDS(19));
    assert_int_equal(c.ssthresh, 30 * SMSS);
    assert_int_equal(c.wnd, 10 * SMSS);
}

static void idle_restart_never_enlarges_the_window(void **state)
{
    (void)state;
    struct cwnd c = avoiding(4 * SMSS);
    cwnd_on_send(&c, 0, MS(300), SECONDS(9));
    assert_int_equal(c.wnd, 4 * SMSS);
}

static void data_in_flight_is_no_idleness(void **state)
{
    (void)state;
    struct cwnd c = fresh();
    ack(&c, SMSS);
    cwnd_on_send(&c, 1, MS(300), SECONDS(9));
    assert_int_equal(c.wnd, 11 * SMSS);
}

static void smaller_segments_shrink_the_window_by_their_ratio(void **state)
{
    (void)state;
    struct cwnd c = fresh();
    cwnd_set_smss(&c, SMSS / 2);
    assert_int_equal(c.wnd, 5 * SMSS);
    assert_int_equal(c.initial, 5 * SMSS);
    ack(&c, SMSS);
    assert_int_equal(c.wnd, 5 * SMSS + SMSS / 2);
}

static void larger_segments_leave_the_window_but_for_one_of_them(void **state)
{
    (void)state;
    struct cwnd c = fresh();
    cwnd_set_smss(&c, 2 * SMSS);
    assert_int_equal(c.wnd, 10 * SMSS);
    cwnd_on_timeout(&c, 10 * SMSS, false);
    cwnd_set_smss(&c, 4 * SMSS);
    assert_int_equal(c.wnd, 4 * SMSS);
}

static void allowance_is_the_window_less_the_pipe(void **state)
{
    (void)state;
    struct cwnd c = fresh();
    assert_int_equal(cwnd_allowance(&c, 9 * SMSS), SMSS);
    assert_int_equal(cwnd_allowance(&c, 10 * SMSS), 0);
    assert_int_equal(cwnd_allowance(&c, 11 * SMSS), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(initial_window_is_ten_segments),
        cmocka_unit_test(initial_window_of_large_segments_is_bounded_in_octets),
        cmocka_unit_test(lost_syn_leaves_one_segment),
        cmocka_unit_test(slow_start_adds_what_was_acknowledged),
        cmocka_unit_test(slow_start_adds_no_more_than_a_segment_per_ack),
        cmocka_unit_test(slow_start_ends_at_the_threshold),
        cmocka_unit_test(ack_limit_makes_an_ack_worth_more),
        cmocka_unit_test(acks_of_crumbs_gain_no_more_than_one_of_the_whole),
        cmocka_unit_test(avoidance_adds_a_segment_for_each_window_acknowledged),
        cmocka_unit_test(avoidance_counts_octets_not_acks),
        cmocka_unit_test(every_reduction_forgets_the_credit),
        cmocka_unit_test(window_not_used_does_not_grow),
        cmocka_unit_test(all_acks_of_a_full_flight_grow_the_window),
        cmocka_unit_test(loss_halves_what_was_in_flight_not_the_window),
        cmocka_unit_test(asked_to_a_loss_halves_the_window_in_whole_segments),
        cmocka_unit_test(threshold_never_falls_below_two_segments),
        cmocka_unit_test(timeout_leaves_one_segment_and_slow_start),
        cmocka_unit_test(second_timeout_of_a_segment_keeps_the_threshold),
        cmocka_unit_test(slow_start_after_a_timeout_ends_at_the_threshold),
        cmocka_unit_test(recovery_ends_at_the_threshold),
        cmocka_unit_test(recovery_with_little_in_flight_allows_no_burst),
        cmocka_unit_test(window_halves_with_each_rto_of_idleness),
        cmocka_unit_test(slow_start_after_idleness_leads_back_to_three_quarters),
        cmocka_unit_test(idle_restart_never_enlarges_the_window),
        cmocka_unit_test(data_in_flight_is_no_idleness),
        cmocka_unit_test(smaller_segments_shrink_the_window_by_their_ratio),
        cmocka_unit_test(larger_segments_leave_the_window_but_for_one_of_them),
        cmocka_unit_test(allowance_is_the_window_less_the_pipe),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
