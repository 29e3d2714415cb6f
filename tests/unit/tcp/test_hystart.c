/* common/tcp/hystart.c, in rounds of ten segments, each acknowledged by itself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/usec.h"
#include "tcp/hystart.h"
#include "tests/unit/resources.h"

enum { SEGMENT = 1000, PER_ROUND = 10 };

/* An ACK of one segment, which leaves a round's worth of them outstanding. */
static enum hystart_pace ack_after(struct hystart *h, uint32_t rtt_us)
{
    const struct hystart_ack ack = {
        .acked = SEGMENT, .flight = (PER_ROUND + 1) * SEGMENT, .rtt_us = rtt_us};
    return hystart_on_ack(h, &ack);
}

/* One round with the same round trip all through; the pace after its last ACK. */
static enum hystart_pace round_of(struct hystart *h, uint32_t rtt_us)
{
    for (int i = 1; i < PER_ROUND; i++)
        ack_after(h, rtt_us);
    return ack_after(h, rtt_us);
}

/* The first ACK of all only begins a round. */
static struct hystart begun(void)
{
    struct hystart h;
    hystart_init(&h);
    assert_int_equal(ack_after(&h, HYSTART_NO_RTT), HYSTART_BOLD);
    return h;
}

static void steady_round_trips_leave_slow_start_alone(void **state)
{
    (void)state;
    struct hystart h = begun();
    for (int i = 0; i < 20; i++)
        assert_int_equal(round_of(&h, MS(100)), HYSTART_BOLD);
}

static void delay_is_an_eighth_between_four_and_sixteen_milliseconds(void **state)
{
    (void)state;
    static const struct {
        uint32_t before, step;
    } cases[] = {{MS(8), MS(4)}, {MS(80), MS(10)}, {MS(400), MS(16)}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct hystart h = begun();
        round_of(&h, cases[i].before);
        assert_int_equal(round_of(&h, cases[i].before + cases[i].step - 1), HYSTART_BOLD);
        h = begun();
        round_of(&h, cases[i].before);
        assert_int_equal(round_of(&h, cases[i].before + cases[i].step), HYSTART_CAREFUL);
    }
}

static void the_least_round_trip_of_a_round_counts(void **state)
{
    (void)state;
    struct hystart h = begun();
    round_of(&h, MS(100));
    ack_after(&h, MS(100));
    for (int i = 1; i < PER_ROUND; i++)
        assert_int_equal(ack_after(&h, MS(300)), HYSTART_BOLD);
}

static void seven_samples_prove_nothing(void **state)
{
    (void)state;
    struct hystart h = begun();
    round_of(&h, MS(100));
    for (int i = 0; i < 7; i++)
        assert_int_equal(ack_after(&h, MS(200)), HYSTART_BOLD);
    assert_int_equal(ack_after(&h, HYSTART_NO_RTT), HYSTART_BOLD);
    assert_int_equal(ack_after(&h, MS(200)), HYSTART_CAREFUL);
}

/* The round in which the delay showed is the first of the five. */
static void slow_start_is_over_after_five_careful_rounds(void **state)
{
    (void)state;
    struct hystart h = begun();
    round_of(&h, MS(100));
    for (int i = 0; i < 4; i++)
        assert_int_equal(round_of(&h, MS(120)), HYSTART_CAREFUL);
    assert_int_equal(round_of(&h, MS(120)), HYSTART_OVER);
}

static void delay_that_goes_away_was_a_mistake(void **state)
{
    (void)state;
    struct hystart h = begun();
    round_of(&h, MS(100));
    assert_int_equal(round_of(&h, MS(120)), HYSTART_CAREFUL);
    assert_int_equal(round_of(&h, MS(120) - 1), HYSTART_BOLD);
    assert_int_equal(round_of(&h, MS(140)), HYSTART_CAREFUL);
    for (int i = 0; i < 3; i++)
        assert_int_equal(round_of(&h, MS(140)), HYSTART_CAREFUL);
    assert_int_equal(round_of(&h, MS(140)), HYSTART_OVER);
}

/* One ACK for more than is left of a round ends it, and no more than it. */
static void round_ends_when_all_that_was_outstanding_is_acknowledged(void **state)
{
    (void)state;
    struct hystart h = begun();
    round_of(&h, MS(100));
    struct hystart_ack all = {.acked = 30 * SEGMENT, .flight = 30 * SEGMENT, .rtt_us = MS(100)};
    hystart_on_ack(&h, &all);
    assert_int_equal(h.left, 0);
    assert_int_equal(h.last_us, MS(100));
    assert_int_equal(h.round_us, HYSTART_NO_RTT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steady_round_trips_leave_slow_start_alone),
        cmocka_unit_test(delay_is_an_eighth_between_four_and_sixteen_milliseconds),
        cmocka_unit_test(the_least_round_trip_of_a_round_counts),
        cmocka_unit_test(seven_samples_prove_nothing),
        cmocka_unit_test(slow_start_is_over_after_five_careful_rounds),
        cmocka_unit_test(delay_that_goes_away_was_a_mistake),
        cmocka_unit_test(round_ends_when_all_that_was_outstanding_is_acknowledged),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
