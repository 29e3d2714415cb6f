/* common/wire/medium.c: delay, rate, queue and chance, in virtual time. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/prng.h"
#include "tests/unit/resources.h"
#include "tests/unit/wire/medium.h"

static void a_clean_wire_passes_a_frame_at_once(void **state)
{
    (void)state;
    start((struct medium_config){0});
    enter(SECONDS(7), WIRE_B_TO_A, 60, 'x');
    struct left left;
    assert_true(leave(&left));
    assert_int_equal(left.at, SECONDS(7));
    assert_int_equal(left.dir, WIRE_B_TO_A);
    assert_int_equal(left.len, 60);
    assert_int_equal(left.mark, 'x');
    expect_nothing();
}

static void delay_holds_each_frame_for_exactly_its_time(void **state)
{
    (void)state;
    start((struct medium_config){.both = {.delay = MS(10)}});
    enter(1000, WIRE_A_TO_B, 60, 1);
    enter(1500, WIRE_B_TO_A, 60, 2);
    enter(1700, WIRE_A_TO_B, 60, 3);
    struct left left;
    for (int i = 0; i < 3; i++) {
        static const usec_t entered[] = {1000, 1500, 1700};
        assert_true(leave(&left));
        assert_int_equal(left.mark, i + 1);
        assert_int_equal(left.at, entered[i] + MS(10));
    }
    expect_nothing();
}

static void nothing_leaves_before_its_time(void **state)
{
    (void)state;
    start((struct medium_config){.both = {.delay = MS(10)}});
    enter(0, WIRE_A_TO_B, 60, 1);
    enum wire_dir dir;
    struct span frame;
    assert_false(medium_next(medium, MS(10) - 1, &dir, &frame));
    assert_true(medium_next(medium, MS(10), &dir, &frame));
}

static void rate_spaces_frames_by_their_length(void **state)
{
    (void)state;
    start((struct medium_config){.both = {.rate_bps = 10000000, .delay = 500}});
    for (uint8_t i = 0; i < 10; i++)
        enter(0, WIRE_A_TO_B, 1250, i); /* 1 ms each at 10 Mbit/s */
    struct left left;
    for (int i = 0; i < 10; i++) {
        assert_true(leave(&left));
        assert_int_equal(left.at, MS(i + 1) + 500);
    }
}

static void rate_does_not_drift_over_broken_microseconds(void **state)
{
    (void)state;
    start((struct medium_config){.both = {.rate_bps = 1000000000, .queue_len = 4000}});
    struct left left = {0};
    for (int i = 0; i < 4000; i++)
        enter(0, WIRE_A_TO_B, 1500, 0); /* 12 us each at 1 Gbit/s */
    for (int i = 0; i < 4000; i++)
        assert_true(leave(&left));
    assert_int_equal(left.at, 4000 * 12);
}

static void a_full_queue_drops_from_the_tail(void **state)
{
    (void)state;
    start((struct medium_config){.both = {.rate_bps = 10000000, .queue_len = 3}});
    for (uint8_t i = 0; i < 6; i++)
        enter(0, WIRE_A_TO_B, 1250, i); /* one being sent, three waiting, two too many */
    for (uint8_t i = 0; i < 4; i++)
        expect_mark(i);
    expect_nothing();
    assert_int_equal(counts_of(WIRE_A_TO_B).queue_full, 2);
    assert_int_equal(counts_of(WIRE_A_TO_B).dropped, 2);
    assert_string_equal(listener_find(&listener, EVENT_FRAME, 4)->text, "queue full");
    assert_int_equal(listener_find(&listener, EVENT_FRAME, 4)->fate, FATE_DROP);
}

static void the_queue_has_room_again_when_a_frame_has_left(void **state)
{
    (void)state;
    start((struct medium_config){.both = {.rate_bps = 10000000, .queue_len = 1}});
    for (uint8_t i = 0; i < 3; i++)
        enter(0, WIRE_A_TO_B, 1250, i);
    enter(MS(1) - 1, WIRE_A_TO_B, 1250, 3);
    assert_int_equal(counts_of(WIRE_A_TO_B).queue_full, 2);
    enter(MS(1), WIRE_A_TO_B, 1250, 4);
    assert_int_equal(counts_of(WIRE_A_TO_B).queue_full, 2);
}

static void each_frame_tells_how_many_waited_when_it_came(void **state)
{
    (void)state;
    static const uint32_t waiting[] = {0, 0, 1, 2, 1, 0};
    start((struct medium_config){.both = {.rate_bps = 10000000, .queue_len = 3}});
    for (uint8_t i = 0; i < 4; i++)
        enter(0, WIRE_A_TO_B, 1250, i); /* 1 ms each: one being sent, three waiting */
    enter(MS(2), WIRE_A_TO_B, 1250, 4); /* two are gone, one being sent, one waiting */
    enter(MS(9), WIRE_A_TO_B, 1250, 5);
    for (size_t i = 0; i < ARRAY_LEN(waiting); i++)
        assert_int_equal(listener_find(&listener, EVENT_FRAME, i)->queue, waiting[i]);
}

static void directions_do_not_share_a_line(void **state)
{
    (void)state;
    start((struct medium_config){.both = {.rate_bps = 10000000}});
    enter(0, WIRE_A_TO_B, 1250, 1);
    enter(0, WIRE_B_TO_A, 1250, 2);
    struct left left;
    for (int i = 0; i < 2; i++) {
        assert_true(leave(&left));
        assert_int_equal(left.at, MS(1));
    }
}

static void a_frame_beyond_the_mtu_is_counted_and_dropped(void **state)
{
    (void)state;
    start((struct medium_config){0});
    enter(0, WIRE_A_TO_B, 1514, 1);
    enter(0, WIRE_A_TO_B, 1515, 2);
    expect_mark(1);
    expect_nothing();
    assert_int_equal(counts_of(WIRE_A_TO_B).oversize, 1);
    assert_string_equal(listener_find(&listener, EVENT_FRAME, 1)->text, "longer than the MTU");
}

static void certain_loss_loses_everything(void **state)
{
    (void)state;
    start((struct medium_config){.both = {.loss_ppm = PPM}});
    for (int i = 0; i < 10; i++)
        enter(i, WIRE_A_TO_B, 60, 0);
    expect_nothing();
    assert_int_equal(counts_of(WIRE_A_TO_B).dropped, 10);
    assert_string_equal(listener_find(&listener, EVENT_FRAME, 0)->text, "random loss");
}

static void loss_comes_as_often_as_it_was_asked_for(void **state)
{
    (void)state;
    start((struct medium_config){.both = {.loss_ppm = 20000}, .seed = 1});
    for (int i = 0; i < 100000; i++) {
        enter(i, WIRE_A_TO_B, 60, 0);
        struct left left;
        while (leave(&left))
            ;
    }
    assert_in_range(counts_of(WIRE_A_TO_B).dropped, 1850, 2150);
}

/* Bit n: whether the n-th frame of the first 32 was lost. */
static uint32_t losses_of(enum wire_dir dir, bool disturbed)
{
    uint32_t losses = 0;
    start((struct medium_config){.both = {.loss_ppm = PPM / 2}, .seed = 5});
    for (int i = 0; i < 32; i++) {
        uint64_t before = counts_of(dir).dropped;
        if (disturbed)
            enter(i, !dir, 60, 0);
        enter(i, dir, 60, 0);
        losses |= (uint32_t)(counts_of(dir).dropped - before) << i;
    }
    stop(NULL);
    return losses;
}

static void chance_strikes_each_direction_by_itself(void **state)
{
    (void)state;
    uint32_t a_to_b = losses_of(WIRE_A_TO_B, false);
    assert_int_equal(losses_of(WIRE_A_TO_B, true), a_to_b);
    assert_int_not_equal(losses_of(WIRE_B_TO_A, false), a_to_b);
}

static void a_duplicate_follows_right_behind(void **state)
{
    (void)state;
    start((struct medium_config){.both = {.dup_ppm = PPM, .delay = 100}});
    enter(0, WIRE_A_TO_B, 60, 1);
    enter(1, WIRE_A_TO_B, 60, 2);
    expect_mark(1);
    expect_mark(1);
    expect_mark(2);
    expect_mark(2);
    expect_nothing();
    assert_int_equal(counts_of(WIRE_A_TO_B).duplicated, 2);
    assert_int_equal(counts_of(WIRE_A_TO_B).delivered, 4);
}

static void a_reordered_frame_that_nobody_follows_goes_by_itself(void **state)
{
    (void)state;
    start((struct medium_config){.both = {.reorder_ppm = PPM, .delay = MS(1)}});
    enter(0, WIRE_A_TO_B, 60, 1);
    struct left left;
    assert_true(leave(&left));
    assert_int_equal(left.at, MS(21));
    expect_nothing();
}

/* With every frame drawn for reordering, only those that find the holding place full pass, and
 * each of them takes some of the held along. */
static void not_even_certain_reordering_keeps_frames_for_ever(void **state)
{
    (void)state;
    start((struct medium_config){.both = {.reorder_ppm = PPM}});
    for (int i = 0; i < 1000; i++)
        enter(i, WIRE_A_TO_B, 60, 0);
    struct left left = {0};
    while (leave(&left))
        ;
    assert_int_equal(counts_of(WIRE_A_TO_B).delivered, 1000);
    assert_true(left.at <= 1000 + MS(20));
}

static void corruption_flips_exactly_one_bit_beyond_the_header(void **state)
{
    (void)state;
    start((struct medium_config){.both = {.corrupt_ppm = PPM}});
    for (int i = 0; i < 200; i++) {
        uint8_t sent[60] = {0};
        enum wire_dir dir;
        struct span got;
        medium_enter(medium, i, WIRE_A_TO_B, (struct span){sent, sizeof(sent)});
        assert_true(medium_next(medium, i, &dir, &got));
        int flipped = 0;
        for (size_t at = 0; at < got.len; at++)
            flipped += __builtin_popcount((unsigned)(sent[at] ^ got.data[at]));
        assert_int_equal(flipped, 1);
        assert_memory_equal(got.data, sent, 14);
    }
    assert_int_equal(counts_of(WIRE_A_TO_B).corrupted, 200);
}

static void only_what_was_changed_is_told_again_on_delivery(void **state)
{
    (void)state;
    start((struct medium_config){.both = {.corrupt_ppm = PPM}});
    enter(0, WIRE_A_TO_B, 60, 'a');
    struct left left;
    assert_true(leave(&left));
    const struct heard *delivery = listener_find(&listener, EVENT_DELIVER, 0);
    assert_non_null(delivery);
    assert_int_not_equal(
        memcmp(delivery->bytes, listener_find(&listener, EVENT_FRAME, 0)->bytes, 60), 0);
    stop(NULL);

    start((struct medium_config){0});
    enter(0, WIRE_A_TO_B, 60, 'a');
    assert_true(leave(&left));
    assert_int_equal(listener_find(&listener, EVENT_DELIVER, 0)->bytes[14], 0);
}

static void every_frame_is_told_with_number_sender_and_time(void **state)
{
    (void)state;
    start((struct medium_config){.both = {.delay = 50}});
    enter(10, WIRE_A_TO_B, 60, 0);
    enter(20, WIRE_B_TO_A, 64, 0);
    struct left left;
    while (leave(&left))
        ;
    const struct heard *second = listener_find(&listener, EVENT_FRAME, 1);
    assert_int_equal(second->id, 2);
    assert_int_equal(second->host, 'B');
    assert_int_equal(second->at, 20);
    assert_int_equal(second->len, 64);
    assert_int_equal(second->fate, 0);
    assert_string_equal(second->text, "");
    const struct heard *delivery = listener_find(&listener, EVENT_DELIVER, 1);
    assert_int_equal(delivery->id, 2);
    assert_int_equal(delivery->host, 'A');
    assert_int_equal(delivery->at, 70);
}

static void a_wire_too_full_of_frames_drops_and_recovers(void **state)
{
    (void)state;
    start((struct medium_config){.both = {.delay = SECONDS(1)}});
    for (int i = 0; i < MEDIUM_INSIDE_MAX + 10; i++)
        enter(0, WIRE_A_TO_B, 60, 0);
    struct medium_counts counts = counts_of(WIRE_A_TO_B);
    assert_true(counts.queue_full >= 10);
    assert_int_equal(medium_inside(medium) + counts.dropped, counts.entered);
    struct left left;
    while (leave(&left))
        ;
    enter(SECONDS(2), WIRE_A_TO_B, 60, 'k');
    expect_mark('k');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_clean_wire_passes_a_frame_at_once, stop),
        cmocka_unit_test_teardown(delay_holds_each_frame_for_exactly_its_time, stop),
        cmocka_unit_test_teardown(nothing_leaves_before_its_time, stop),
        cmocka_unit_test_teardown(rate_spaces_frames_by_their_length, stop),
        cmocka_unit_test_teardown(rate_does_not_drift_over_broken_microseconds, stop),
        cmocka_unit_test_teardown(a_full_queue_drops_from_the_tail, stop),
        cmocka_unit_test_teardown(the_queue_has_room_again_when_a_frame_has_left, stop),
        cmocka_unit_test_teardown(each_frame_tells_how_many_waited_when_it_came, stop),
        cmocka_unit_test_teardown(directions_do_not_share_a_line, stop),
        cmocka_unit_test_teardown(a_frame_beyond_the_mtu_is_counted_and_dropped, stop),
        cmocka_unit_test_teardown(certain_loss_loses_everything, stop),
        cmocka_unit_test_teardown(loss_comes_as_often_as_it_was_asked_for, stop),
        cmocka_unit_test_teardown(chance_strikes_each_direction_by_itself, stop),
        cmocka_unit_test_teardown(a_duplicate_follows_right_behind, stop),
        cmocka_unit_test_teardown(a_reordered_frame_that_nobody_follows_goes_by_itself, stop),
        cmocka_unit_test_teardown(not_even_certain_reordering_keeps_frames_for_ever, stop),
        cmocka_unit_test_teardown(corruption_flips_exactly_one_bit_beyond_the_header, stop),
        cmocka_unit_test_teardown(only_what_was_changed_is_told_again_on_delivery, stop),
        cmocka_unit_test_teardown(every_frame_is_told_with_number_sender_and_time, stop),
        cmocka_unit_test_teardown(a_wire_too_full_of_frames_drops_and_recovers, stop),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
