/* common/tcp/delack.c: one ACK for two segments or in time, at once where it matters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/delack.h"
#include "tcp/params.h"
#include "tests/unit/resources.h"

enum { MSS = 1000 };

static struct delack with_quick(uint8_t quick)
{
    struct delack d;
    delack_init(&d, DELACK_TIME_DEFAULT, quick);
    return d;
}

static void text(struct delack *d, uint32_t len, usec_t now)
{
    delack_on_text(d, len, MSS, false, now);
}

static void nothing_is_owed_at_first(void **state)
{
    (void)state;
    struct delack d = with_quick(0);
    assert_false(delack_now(&d));
    assert_false(delack_due(&d, SECONDS(100)));
}

static void one_segment_waits_for_the_timer(void **state)
{
    (void)state;
    struct delack d = with_quick(0);
    text(&d, MSS, MS(5));
    assert_false(delack_now(&d));
    assert_false(delack_due(&d, MS(45) - 1));
    assert_true(delack_due(&d, MS(45)));
}

static void second_segment_is_acknowledged_at_once(void **state)
{
    (void)state;
    struct delack d = with_quick(0);
    text(&d, MSS, 0);
    text(&d, 1, MS(1));
    assert_true(delack_now(&d));
}

static void small_segments_wait_until_they_are_more_than_a_full_one(void **state)
{
    (void)state;
    struct delack d = with_quick(0);
    for (int i = 0; i < 10; i++)
        text(&d, MSS / 10, MS(i));
    assert_false(delack_now(&d));
    text(&d, 1, MS(10));
    assert_true(delack_now(&d));
}

static void timer_counts_from_the_first_segment(void **state)
{
    (void)state;
    struct delack d = with_quick(0);
    text(&d, 1, 0);
    text(&d, 1, MS(30));
    assert_true(delack_due(&d, MS(40)));
}

static void super_segment_counts_as_its_segments(void **state)
{
    (void)state;
    struct delack d = with_quick(0);
    text(&d, MSS + 1, 0);
    assert_true(delack_now(&d));
}

static void ack_that_left_settles_the_debt(void **state)
{
    (void)state;
    struct delack d = with_quick(0);
    text(&d, 2 * MSS, 0);
    delack_on_ack_sent(&d, false, 0);
    assert_false(delack_now(&d));
    assert_false(delack_due(&d, SECONDS(1)));
    text(&d, MSS, SECONDS(1));
    assert_false(delack_now(&d));
}

static void filled_hole_is_acknowledged_at_once(void **state)
{
    (void)state;
    struct delack d = with_quick(0);
    delack_on_text(&d, 1, MSS, true, 0);
    assert_true(delack_now(&d));
}

static void what_hurries_is_acknowledged_at_once(void **state)
{
    (void)state;
    struct delack d = with_quick(0);
    delack_hurry(&d);
    assert_true(delack_now(&d));
    delack_on_ack_sent(&d, false, 0);
    assert_false(delack_now(&d));
}

static void young_connection_acknowledges_at_once(void **state)
{
    (void)state;
    struct delack d = with_quick(3);
    for (int i = 0; i < 3; i++) {
        text(&d, MSS, MS(i));
        assert_true(delack_now(&d));
        delack_on_ack_sent(&d, false, 0);
    }
    text(&d, MSS, MS(9));
    assert_false(delack_now(&d));
}

static void quick_acks_are_counted_in_segments(void **state)
{
    (void)state;
    struct delack d = with_quick(3);
    text(&d, 5 * MSS, 0);
    assert_int_equal(d.quick, 0);
}

static void answer_in_text_ends_the_quick_acks(void **state)
{
    (void)state;
    struct delack d = with_quick(16);
    delack_on_ack_sent(&d, true, 0); /* our own first words are no answer */
    text(&d, MSS, MS(1));
    assert_true(delack_now(&d));
    delack_on_ack_sent(&d, true, MS(2));
    text(&d, MSS, MS(3));
    assert_false(delack_now(&d));
}

static void late_text_is_no_answer(void **state)
{
    (void)state;
    struct delack d = with_quick(16);
    text(&d, MSS, 0);
    delack_on_ack_sent(&d, true, DELACK_TIME_DEFAULT);
    text(&d, MSS, MS(50));
    assert_true(delack_now(&d));
}

static void ack_that_waited_in_vain_ends_the_dialogue(void **state)
{
    (void)state;
    struct delack d = with_quick(16);
    text(&d, MSS, 0);
    delack_on_ack_sent(&d, true, 1);
    text(&d, MSS, MS(1));
    delack_on_timeout(&d);
    assert_true(delack_now(&d));
    delack_on_ack_sent(&d, false, MS(41));
    text(&d, MSS, MS(50));
    assert_true(delack_now(&d));
}

static void ack_of_a_fin_waits_for_ours(void **state)
{
    (void)state;
    struct delack d = with_quick(4);
    text(&d, 100, 0);
    assert_true(delack_now(&d));
    delack_on_fin(&d, 0);
    assert_false(delack_now(&d));
    assert_true(delack_due(&d, MS(40)));
}

static void ack_of_a_fin_without_text_before_hardly_waits(void **state)
{
    (void)state;
    struct delack d = with_quick(4);
    delack_on_fin(&d, 0);
    assert_false(delack_now(&d));
    assert_true(delack_due(&d, DELACK_TICK));
}

static void fin_behind_a_filled_hole_is_acknowledged_at_once(void **state)
{
    (void)state;
    struct delack d = with_quick(0);
    delack_on_text(&d, 100, MSS, true, 0);
    delack_on_fin(&d, 0);
    assert_true(delack_now(&d));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_owed_at_first),
        cmocka_unit_test(one_segment_waits_for_the_timer),
        cmocka_unit_test(second_segment_is_acknowledged_at_once),
        cmocka_unit_test(small_segments_wait_until_they_are_more_than_a_full_one),
        cmocka_unit_test(timer_counts_from_the_first_segment),
        cmocka_unit_test(super_segment_counts_as_its_segments),
        cmocka_unit_test(ack_that_left_settles_the_debt),
        cmocka_unit_test(filled_hole_is_acknowledged_at_once),
        cmocka_unit_test(what_hurries_is_acknowledged_at_once),
        cmocka_unit_test(young_connection_acknowledges_at_once),
        cmocka_unit_test(quick_acks_are_counted_in_segments),
        cmocka_unit_test(answer_in_text_ends_the_quick_acks),
        cmocka_unit_test(late_text_is_no_answer),
        cmocka_unit_test(ack_that_waited_in_vain_ends_the_dialogue),
        cmocka_unit_test(ack_of_a_fin_waits_for_ours),
        cmocka_unit_test(ack_of_a_fin_without_text_before_hardly_waits),
        cmocka_unit_test(fin_behind_a_filled_hole_is_acknowledged_at_once),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
