/* common/tcp/cubic.c: the curve, its parts, and what a loss does, against RFC 9438's own formulas.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/cubic.h"
#include "tests/unit/resources.h"

enum { SMSS = 1000 };
#define RTT MS(100)

/* One window is acknowledged, segment by segment, within one round trip that begins at `start`. */
static uint32_t round_trip(struct cubic *c, uint32_t cwnd, usec_t start)
{
    uint32_t segments = cwnd / SMSS;
    for (uint32_t i = 0; i < segments; i++) {
        const struct cubic_ack ack = {.cwnd = cwnd,
                                      .smss = SMSS,
                                      .acked = SMSS,
                                      .srtt_us = RTT,
                                      .now = start + RTT * i / segments};
        cwnd = cubic_on_ack(c, &ack);
    }
    return cwnd;
}

static uint32_t round_trips(struct cubic *c, uint32_t cwnd, usec_t start, int count)
{
    for (int i = 0; i < count; i++)
        cwnd = round_trip(c, cwnd, start + i * RTT);
    return cwnd;
}

static void loss_leaves_seven_tenths_of_what_was_in_flight(void **state)
{
    (void)state;
    struct cubic c;
    cubic_init(&c);
    assert_int_equal(cubic_on_loss(&c, 100 * SMSS, 100 * SMSS), 70 * SMSS);
    assert_int_equal(cubic_on_loss(&c, 200 * SMSS, 50 * SMSS), 35 * SMSS);
    assert_int_equal(cubic_on_timeout(&c, 200 * SMSS, 50 * SMSS), 35 * SMSS);
}

/* K is the cube root of W_max * 0.3 / C: 1,000 segments are found again after that of 750, 9.0856
 * s. */
static void window_is_back_where_the_loss_came_after_k(void **state)
{
    (void)state;
    struct cubic c;
    cubic_init(&c);
    uint32_t cwnd = cubic_on_loss(&c, 1000 * SMSS, 1000 * SMSS);
    cwnd = round_trip(&c, cwnd, 0);
    assert_int_equal(c.k_ms, 9085);
    cwnd = round_trips(&c, cwnd, RTT, 89);
    assert_in_range(cwnd, 995 * SMSS, 1001 * SMSS);
}

static void growth_is_concave_before_and_convex_beyond(void **state)
{
    (void)state;
    struct cubic c;
    cubic_init(&c);
    uint32_t cwnd = cubic_on_loss(&c, 1000 * SMSS, 1000 * SMSS), step[4];
    static const int until[] = {20, 90, 110, 180};
    for (int done = 0, i = 0; i < 4; done = until[i++]) {
        cwnd = round_trips(&c, cwnd, done * RTT, until[i] - done - 1);
        uint32_t before = cwnd;
        cwnd = round_trip(&c, cwnd, (until[i] - 1) * RTT);
        step[i] = cwnd - before;
    }
    assert_true(step[0] > step[1]);
    assert_true(step[3] > step[2]);
}

/* The formula itself, seven seconds beyond the origin. */
static void curve_is_the_formulas(void **state)
{
    (void)state;
    struct cubic c;
    cubic_init(&c);
    uint32_t cwnd = round_trips(&c, cubic_on_loss(&c, 1000 * SMSS, 1000 * SMSS), 0, 160);
    double t = 16.0 - 9.0856;
    double expected = (1000 + 0.4 * t * t * t) * SMSS;
    assert_in_range(cwnd, (uint32_t)(0.99 * expected), (uint32_t)(1.01 * expected));
}

/* On a short path the cube hardly moves, and Reno's estimate leads: 9/17 of a segment each round
 * trip, and a whole one once the window of the last loss is reached. */
static void short_path_grows_as_reno_would(void **state)
{
    (void)state;
    struct cubic c;
    uint32_t cwnd[11];
    cubic_init(&c);
    cwnd[0] = cubic_on_loss(&c, 10 * SMSS, 10 * SMSS);
    for (int i = 0; i < 10; i++) {
        const struct cubic_ack ack = {cwnd[i], SMSS, cwnd[i], 100, 100 * i};
        cwnd[i + 1] = cubic_on_ack(&c, &ack);
    }
    assert_in_range(cwnd[5], 7 * SMSS + 5 * SMSS * 9 / 17 - 2, 7 * SMSS + 5 * SMSS * 9 / 17 + 2);
    assert_in_range(cwnd[10] - cwnd[9], SMSS - 1, SMSS + 1);
}

static void one_round_trip_grows_by_half_at_most(void **state)
{
    (void)state;
    struct cubic c;
    cubic_init(&c);
    const struct cubic_ack first = {10 * SMSS, SMSS, SMSS, RTT, 0};
    cubic_on_ack(&c, &first);
    const struct cubic_ack late = {10 * SMSS, SMSS, 10 * SMSS, RTT, SECONDS(150)};
    assert_int_equal(cubic_on_ack(&c, &late), 15 * SMSS);
}

static void second_loss_below_the_first_leaves_room_for_others(void **state)
{
    (void)state;
    struct cubic c;
    cubic_init(&c);
    cubic_on_loss(&c, 100 * SMSS, 100 * SMSS);
    assert_int_equal(c.w_max, 100 * SMSS);
    cubic_on_loss(&c, 80 * SMSS, 80 * SMSS);
    assert_int_equal(c.w_max, 68 * SMSS);
    cubic_on_loss(&c, 90 * SMSS, 90 * SMSS);
    assert_int_equal(c.w_max, 90 * SMSS);
}

static void after_a_timeout_the_curve_begins_flat(void **state)
{
    (void)state;
    struct cubic c;
    cubic_init(&c);
    cubic_on_loss(&c, 100 * SMSS, 100 * SMSS);
    cubic_on_timeout(&c, 100 * SMSS, 100 * SMSS);
    round_trip(&c, 50 * SMSS, 0);
    assert_int_equal(c.k_ms, 0);
    assert_int_equal(c.origin, 50 * SMSS);
}

static void time_in_which_the_window_was_not_used_does_not_count(void **state)
{
    (void)state;
    struct cubic used, paused;
    cubic_init(&used);
    uint32_t cwnd = round_trips(&used, cubic_on_loss(&used, 1000 * SMSS, 1000 * SMSS), 0, 10);
    paused = used;
    cubic_on_pause(&paused, 10 * RTT);
    cubic_on_pause(&paused, SECONDS(60));
    assert_in_range(paused.epoch, SECONDS(59), SECONDS(60));
    assert_true(round_trip(&paused, cwnd, SECONDS(60)) < round_trip(&used, cwnd, SECONDS(60)));
}

static void largest_window_overflows_nothing(void **state)
{
    (void)state;
    struct cubic c;
    cubic_init(&c);
    uint32_t wnd = cubic_on_loss(&c, UINT32_MAX / 2, UINT32_MAX / 2);
    const struct cubic_ack first = {wnd, 1, 1, RTT, 0};
    assert_true(cubic_on_ack(&c, &first) >= wnd);
    assert_true(c.k_ms > 0);
    const struct cubic_ack last = {wnd, 65535, wnd, RTT, SECONDS(100000)};
    assert_in_range(cubic_on_ack(&c, &last), wnd, wnd + wnd / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loss_leaves_seven_tenths_of_what_was_in_flight),
        cmocka_unit_test(window_is_back_where_the_loss_came_after_k),
        cmocka_unit_test(growth_is_concave_before_and_convex_beyond),
        cmocka_unit_test(curve_is_the_formulas),
        cmocka_unit_test(short_path_grows_as_reno_would),
        cmocka_unit_test(one_round_trip_grows_by_half_at_most),
        cmocka_unit_test(second_loss_below_the_first_leaves_room_for_others),
        cmocka_unit_test(after_a_timeout_the_curve_begins_flat),
        cmocka_unit_test(time_in_which_the_window_was_not_used_does_not_count),
        cmocka_unit_test(largest_window_overflows_nothing),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
