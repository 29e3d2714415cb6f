/* common/tcp/tstamp.c: what is echoed, what is too old, and what round trip an echo tells. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/params.h"
#include "tcp/tstamp.h"
#include "tests/unit/resources.h"
#include "twins.h"

/* A receiver that has acknowledged everything before `ack` and took the stamp `recent` at 0. */
static struct tstamp after(seq_t ack, uint32_t recent)
{
    struct tstamp t;
    tstamp_init(&t, 0);
    tstamp_on_syn(&t, recent, 0);
    tstamp_on_ack_sent(&t, ack);
    return t;
}

static void clock_ticks_each_millisecond_from_its_offset(void **state)
{
    (void)state;
    struct tstamp t;
    tstamp_init(&t, 0xfffffffe);
    assert_int_equal(tstamp_clock(&t, 0), 0xfffffffe);
    assert_int_equal(tstamp_clock(&t, 999), 0xfffffffe);
    assert_int_equal(tstamp_clock(&t, MS(3)), 1);
}

static void stamp_of_the_segment_at_the_left_edge_is_echoed(void **state)
{
    seq_t ack = twin_start(state);
    struct tstamp t = after(ack, 10);
    tstamp_on_segment(&t, ack, 12, MS(1));
    assert_int_equal(t.recent, 12);
}

static void while_an_ack_is_delayed_the_first_stamp_stays(void **state)
{
    seq_t ack = twin_start(state);
    struct tstamp t = after(ack, 10);
    tstamp_on_segment(&t, ack, 11, MS(1));
    tstamp_on_segment(&t, seq_add(ack, 100), 12, MS(2)); /* RFC 7323 section 4.3, case A */
    assert_int_equal(t.recent, 11);
}

static void segment_beyond_a_hole_is_not_echoed(void **state)
{
    seq_t ack = twin_start(state);
    struct tstamp t = after(ack, 10);
    tstamp_on_segment(&t, seq_add(ack, 100), 12, MS(1)); /* case B */
    assert_int_equal(t.recent, 10);
    tstamp_on_segment(&t, ack, 13, MS(2)); /* the hole is filled: case C */
    assert_int_equal(t.recent, 13);
}

static void older_stamp_is_never_taken(void **state)
{
    seq_t ack = twin_start(state);
    struct tstamp t = after(ack, 10);
    tstamp_on_segment(&t, ack, 9, MS(1));
    assert_int_equal(t.recent, 10);
}

static void paws_refuses_what_is_older_than_recent(void **state)
{
    struct tstamp t = after(twin_start(state), 10);
    assert_false(tstamp_is_fresh(&t, 9, MS(1)));
    assert_true(tstamp_is_fresh(&t, 10, MS(1)));
    assert_true(tstamp_is_fresh(&t, 11, MS(1)));
}

static void stamps_are_compared_on_a_circle(void **state)
{
    struct tstamp t = after(twin_start(state), 0xfffffff0);
    assert_true(tstamp_is_fresh(&t, 5, MS(1)));
    assert_false(tstamp_is_fresh(&t, 0xffffffef, MS(1)));
    assert_true(tstamp_is_fresh(&t, 0xfffffff0 + 0x7fffffff, MS(1)));
    assert_false(tstamp_is_fresh(&t, 0xfffffff0 + 0x80000000, MS(1)));
}

static void after_24_days_recent_counts_no_more(void **state)
{
    seq_t ack = twin_start(state);
    struct tstamp t = after(ack, 10);
    assert_false(tstamp_is_fresh(&t, 9, TSTAMP_STALE));
    assert_true(tstamp_is_fresh(&t, 9, TSTAMP_STALE + 1));
    tstamp_on_segment(&t, ack, 9, TSTAMP_STALE + 1);
    assert_int_equal(t.recent, 9);
    assert_false(tstamp_is_fresh(&t, 8, TSTAMP_STALE + 2));
}

static void echo_tells_when_the_segment_left(void **state)
{
    (void)state;
    struct tstamp t;
    usec_t sent_us;
    tstamp_init(&t, 0xffffff00); /* the clock wraps meanwhile */
    uint32_t stamp = tstamp_clock(&t, MS(100));
    assert_true(tstamp_sent_at(&t, stamp, MS(900) + 500, &sent_us));
    assert_int_equal(sent_us, MS(100));
}

static void echo_never_makes_a_round_trip_too_short(void **state)
{
    (void)state;
    struct tstamp t;
    usec_t sent_us;
    tstamp_init(&t, 77);
    for (usec_t sent = MS(5); sent < MS(6); sent += 111) {
        assert_true(tstamp_sent_at(&t, tstamp_clock(&t, sent), MS(9) + 1, &sent_us));
        assert_true(sent_us <= sent && sent - sent_us < TSTAMP_TICK);
    }
}

static void echo_of_zero_or_of_the_future_tells_nothing(void **state)
{
    (void)state;
    struct tstamp t;
    usec_t sent_us = -1;
    tstamp_init(&t, 77);
    assert_false(tstamp_sent_at(&t, 0, MS(9), &sent_us));
    assert_false(tstamp_sent_at(&t, tstamp_clock(&t, MS(10)), MS(9), &sent_us));
    assert_int_equal(sent_us, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(clock_ticks_each_millisecond_from_its_offset),
        TWINS(stamp_of_the_segment_at_the_left_edge_is_echoed),
        TWINS(while_an_ack_is_delayed_the_first_stamp_stays),
        TWINS(segment_beyond_a_hole_is_not_echoed),
        TWINS(older_stamp_is_never_taken),
        TWINS(paws_refuses_what_is_older_than_recent),
        TWINS(stamps_are_compared_on_a_circle),
        TWINS(after_24_days_recent_counts_no_more),
        cmocka_unit_test(echo_tells_when_the_segment_left),
        cmocka_unit_test(echo_never_makes_a_round_trip_too_short),
        cmocka_unit_test(echo_of_zero_or_of_the_future_tells_nothing),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
