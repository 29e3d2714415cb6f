/* common/wire/medium.c: what a script makes of a wire, in virtual time. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/resources.h"
#include "tests/unit/wire/medium.h"
#include "tests/unit/wire/segments.h"

static void cut_and_mend_come_at_their_times_and_are_told(void **state)
{
    (void)state;
    start((struct medium_config){.script = "at 2s cut; at 5s mend"});
    enter(SECONDS(100), WIRE_A_TO_B, 60, 1);
    expect_mark(1);
    assert_int_equal(medium_deadline(medium), SECONDS(102));
    enter(SECONDS(103), WIRE_A_TO_B, 60, 2);
    enter(SECONDS(104), WIRE_B_TO_A, 60, 3);
    assert_int_equal(medium_inside(medium), 0);
    assert_string_equal(listener_find(&listener, EVENT_FRAME, 1)->text, "script: cut");
    assert_string_equal(listener_find(&listener, EVENT_NOTE, 0)->text, "script: at 2s cut");
    enter(SECONDS(105), WIRE_A_TO_B, 60, 4);
    expect_mark(4);
    expect_nothing();
}

static void a_change_of_the_wire_is_told_on_time_without_a_frame(void **state)
{
    (void)state;
    start((struct medium_config){.script = "at 2s cut a>b"});
    enter(0, WIRE_A_TO_B, 60, 1);
    expect_mark(1);
    enum wire_dir dir;
    struct span frame;
    assert_false(medium_next(medium, medium_deadline(medium), &dir, &frame));
    assert_int_equal(listener_find(&listener, EVENT_NOTE, 0)->at, SECONDS(2));
    assert_int_equal(medium_deadline(medium), NEVER);
    enter(SECONDS(3), WIRE_B_TO_A, 60, 2);
    expect_mark(2);
}

/* 1 ms each: one being sent, two waiting. */
static void a_queue_that_has_grown_is_told_by_marks(void **state)
{
    (void)state;
    static const unsigned fates[] = {0, 0, 0, FATE_MARK};
    const struct talk talk = {.port = 40000};
    start((struct medium_config){.script = "rate 10mbit queue 9 mark 2"});
    for (uint32_t i = 0; i < ARRAY_LEN(fates); i++) {
        struct say say = {.flags = TCP_ACK, .seq = 1 + i, .len = 1196, .ecn = ECN_CAPABLE_0};
        struct frame_bytes frame = say_frame(&talk, WIRE_A_TO_B, say);
        medium_enter(medium, 0, WIRE_A_TO_B, (struct span){frame.octets, frame.len});
        assert_int_equal(listener_find(&listener, EVENT_FRAME, i)->fate, fates[i]);
    }
    assert_string_equal(listener_find(&listener, EVENT_FRAME, 3)->text, "2 frames wait");
}

static void a_script_changes_the_rate(void **state)
{
    (void)state;
    start((struct medium_config){.script = "rate 10mbit queue 1; at 1s rate unlimited"});
    for (uint8_t i = 0; i < 3; i++)
        enter(0, WIRE_A_TO_B, 1250, i);
    assert_int_equal(counts_of(WIRE_A_TO_B).queue_full, 1);
    struct left left;
    assert_true(leave(&left));
    assert_int_equal(left.at, MS(1));
    expect_mark(1);
    enter(SECONDS(1), WIRE_A_TO_B, 1250, 9);
    assert_true(leave(&left));
    assert_int_equal(left.at, SECONDS(1));
}

static void a_scripted_reordering_lets_as_many_frames_pass(void **state)
{
    (void)state;
    start((struct medium_config){.script = "reorder frame 2 by 3"});
    for (uint8_t i = 1; i <= 6; i++)
        enter(i, WIRE_A_TO_B, 60, i);
    static const uint8_t order[] = {1, 3, 4, 5, 2, 6};
    for (size_t i = 0; i < sizeof(order); i++)
        expect_mark(order[i]);
    expect_nothing();
}

static void a_delayed_frame_is_overtaken(void **state)
{
    (void)state;
    start((struct medium_config){.script = "delay frame 1 by 200ms"});
    enter(0, WIRE_A_TO_B, 60, 1);
    enter(1, WIRE_A_TO_B, 60, 2);
    expect_mark(2);
    struct left left;
    assert_true(leave(&left));
    assert_int_equal(left.at, MS(200));
    assert_int_equal(counts_of(WIRE_A_TO_B).delayed, 1);
}

static void a_replay_comes_back_later(void **state)
{
    (void)state;
    start((struct medium_config){.script = "replay frame 1 after 5s"});
    enter(0, WIRE_A_TO_B, 60, 1);
    expect_mark(1);
    struct left left;
    assert_true(leave(&left));
    assert_int_equal(left.at, SECONDS(5));
    assert_int_equal(left.mark, 1);
    assert_int_equal(counts_of(WIRE_A_TO_B).replayed, 1);
    expect_nothing();
}

static void a_reason_names_the_rule_as_written(void **state)
{
    (void)state;
    start((struct medium_config){.script = "# two faults\n  drop  frame 1  # here\ndup frame 2"});
    enter(0, WIRE_A_TO_B, 60, 1);
    enter(1, WIRE_A_TO_B, 60, 2);
    assert_string_equal(listener_find(&listener, EVENT_FRAME, 0)->text, "script: drop  frame 1");
    assert_string_equal(listener_find(&listener, EVENT_FRAME, 1)->text, "script: dup frame 2");
}

static void a_bad_script_is_refused_with_its_line(void **state)
{
    (void)state;
    struct fault fault = {0};
    struct medium_config config = {.script = "drop data 3\ndorp data 4"};
    assert_int_equal(medium_new(&medium, &config, &fault), -EINVAL);
    assert_non_null(strstr(fault.text, "script line 2: found \"dorp\""));
    medium = NULL;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(cut_and_mend_come_at_their_times_and_are_told, stop),
        cmocka_unit_test_teardown(a_change_of_the_wire_is_told_on_time_without_a_frame, stop),
        cmocka_unit_test_teardown(a_queue_that_has_grown_is_told_by_marks, stop),
        cmocka_unit_test_teardown(a_script_changes_the_rate, stop),
        cmocka_unit_test_teardown(a_scripted_reordering_lets_as_many_frames_pass, stop),
        cmocka_unit_test_teardown(a_delayed_frame_is_overtaken, stop),
        cmocka_unit_test_teardown(a_replay_comes_back_later, stop),
        cmocka_unit_test_teardown(a_reason_names_the_rule_as_written, stop),
        cmocka_unit_test_teardown(a_bad_script_is_refused_with_its_line, stop),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
