/* common/wire/judge.c: rules meet the frames they mean, and no others. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/resources.h"
#include "tests/unit/wire/segments.h"
#include "wire/judge.h"

static struct judge *judge;
static struct talk talk;
static struct verdict verdict;
static struct frame_bytes last;

static void begin(const char *script)
{
    struct fault fault = {0};
    talk = (struct talk){.port = 40000, .iss = {0xffffff00, 0xfffffff0}};
    if (judge_new(&judge, script, &fault) < 0)
        fail_msg("%s", fault.text);
}

static int end(void **state)
{
    (void)state;
    judge_free(judge);
    judge = NULL;
    return 0;
}

static unsigned fate_at(usec_t now, enum wire_dir dir, struct say say)
{
    last = say_frame(&talk, dir, say);
    verdict = (struct verdict){0};
    judge_begin(judge, now);
    judge_frame(judge, now, dir, (struct span){last.octets, last.len}, &verdict);
    return verdict.fate;
}

static unsigned fate_of(enum wire_dir dir, struct say say)
{
    return fate_at(0, dir, say);
}

static void shake_hands(void)
{
    fate_of(WIRE_A_TO_B, (struct say){.flags = TCP_SYN});
    fate_of(WIRE_B_TO_A, (struct say){.flags = TCP_SYN | TCP_ACK, .ack = 1});
    fate_of(WIRE_A_TO_B, (struct say){.flags = TCP_ACK, .seq = 1, .ack = 1});
}

/* The how-manieth segment of 100 octets, from 1. */
static struct say data(uint32_t number)
{
    return (struct say){.flags = TCP_ACK, .seq = 1 + 100 * (number - 1), .ack = 1, .len = 100};
}

static void a_rule_meets_the_number_it_names_and_only_the_original(void **state)
{
    (void)state;
    begin("drop data 3");
    shake_hands();
    for (uint32_t i = 1; i <= 5; i++)
        assert_int_equal(fate_of(WIRE_A_TO_B, data(i)), i == 3 ? FATE_DROP : 0);
    assert_int_equal(fate_of(WIRE_A_TO_B, data(3)), 0);
}

static void times_meets_as_many_transmissions(void **state)
{
    (void)state;
    begin("drop data 1 times 2; drop data 2 times all");
    shake_hands();
    assert_int_equal(fate_of(WIRE_A_TO_B, data(1)), FATE_DROP);
    assert_int_equal(fate_of(WIRE_A_TO_B, data(1)), FATE_DROP);
    assert_int_equal(fate_of(WIRE_A_TO_B, data(1)), 0);
    for (int i = 0; i < 10; i++)
        assert_int_equal(fate_of(WIRE_A_TO_B, data(2)), FATE_DROP);
}

static void again_meets_all_but_the_original(void **state)
{
    (void)state;
    begin("drop data 2 again");
    shake_hands();
    for (uint32_t i = 1; i <= 2; i++)
        assert_int_equal(fate_of(WIRE_A_TO_B, data(i)), 0);
    assert_int_equal(fate_of(WIRE_A_TO_B, data(1)), 0);
    for (int i = 0; i < 10; i++)
        assert_int_equal(fate_of(WIRE_A_TO_B, data(2)), FATE_DROP);
}

static void a_wire_can_be_mended_by_what_is_sent_again(void **state)
{
    (void)state;
    begin("mend after every data a>b again");
    shake_hands();
    fate_of(WIRE_A_TO_B, data(1));
    fate_of(WIRE_A_TO_B, data(2));
    assert_null(judge_next_change(judge, 0));
    fate_of(WIRE_A_TO_B, data(2));
    const struct rule *rule = judge_next_change(judge, 0);
    assert_non_null(rule);
    assert_int_equal(rule->action, RULE_MEND);
}

static void a_direction_spares_the_other(void **state)
{
    (void)state;
    begin("drop data 1 b>a");
    shake_hands();
    assert_int_equal(fate_of(WIRE_A_TO_B, data(1)), 0);
    assert_int_equal(fate_of(WIRE_B_TO_A, data(1)), FATE_DROP);
}

static void a_connection_spares_the_others(void **state)
{
    (void)state;
    begin("drop syn conn 2");
    assert_int_equal(fate_of(WIRE_A_TO_B, (struct say){.flags = TCP_SYN}), 0);
    talk.port++;
    assert_int_equal(fate_of(WIRE_A_TO_B, (struct say){.flags = TCP_SYN}), FATE_DROP);
    talk.port++;
    assert_int_equal(fate_of(WIRE_A_TO_B, (struct say){.flags = TCP_SYN}), 0);
}

static void a_rule_waits_for_its_time(void **state)
{
    (void)state;
    begin("at 2s drop every data");
    shake_hands();
    assert_int_equal(fate_at(SECONDS(2) - 1, WIRE_A_TO_B, data(1)), 0);
    assert_int_equal(fate_at(SECONDS(2), WIRE_A_TO_B, data(2)), FATE_DROP);
}

static void a_trigger_goes_free_and_what_follows_does_not(void **state)
{
    (void)state;
    begin("drop all after handshake-ack");
    assert_int_equal(fate_of(WIRE_A_TO_B, (struct say){.flags = TCP_SYN}), 0);
    assert_int_equal(fate_of(WIRE_B_TO_A, (struct say){.flags = TCP_SYN | TCP_ACK, .ack = 1}), 0);
    assert_int_equal(fate_of(WIRE_A_TO_B, (struct say){.flags = TCP_ACK, .seq = 1, .ack = 1}), 0);
    assert_int_equal(fate_of(WIRE_A_TO_B, data(1)), FATE_DROP);
    assert_int_equal(fate_of(WIRE_B_TO_A, data(1)), FATE_DROP);
}

static void several_rules_add_up(void **state)
{
    (void)state;
    begin("dup data 1; delay data 1 by 3ms; delay data 1 by 2ms; replay data 1 after 1s");
    shake_hands();
    assert_int_equal(fate_of(WIRE_A_TO_B, data(1)), FATE_DUP | FATE_DELAY | FATE_REPLAY);
    assert_int_equal(verdict.delay, MS(5));
    assert_int_equal(verdict.replay_after, SECONDS(1));
    assert_string_equal(verdict.reason, "script: dup data 1; script: delay data 1 by 3ms; script: "
                                        "delay data 1 by 2ms; script: replay data 1 after 1s");
}

static struct frame_view changed(void)
{
    struct frame_view view;
    edit_apply(&verdict.edit, last.octets);
    frame_parse(&view, last.octets, last.len);
    assert_true(frame_ip_checksum_ok(&view));
    return view;
}

static void flip_breaks_the_checksum(void **state)
{
    (void)state;
    begin("flip data 1; flip ack 2");
    shake_hands();
    assert_int_equal(fate_of(WIRE_A_TO_B, data(1)), FATE_CORRUPT);
    struct frame_view view = changed();
    assert_false(frame_transport_checksum_ok(&view));
    assert_int_equal(fate_of(WIRE_A_TO_B, (struct say){.flags = TCP_ACK, .seq = 101, .ack = 1}),
                     FATE_CORRUPT);
    view = changed();
    assert_false(frame_transport_checksum_ok(&view));
}

static void swap16_changes_the_text_under_a_right_checksum(void **state)
{
    (void)state;
    begin("swap16 data 1");
    shake_hands();
    assert_int_equal(fate_of(WIRE_A_TO_B, data(1)), FATE_CORRUPT);
    struct frame_view view = changed();
    assert_true(frame_transport_checksum_ok(&view));
    assert_memory_equal(view.tcp.text[0].data, "cdabefgh", 8);
}

static void mark_sets_ce_under_right_checksums(void **state)
{
    (void)state;
    static const uint8_t capable[] = {ECN_CAPABLE_0, ECN_CAPABLE_1};
    begin("mark data 1..2");
    shake_hands();
    for (uint32_t i = 0; i < ARRAY_LEN(capable); i++) {
        struct say say = data(i + 1);
        say.ecn = capable[i];
        assert_int_equal(fate_of(WIRE_A_TO_B, say), FATE_MARK);
        struct frame_view view = changed();
        assert_int_equal(view.ip.ecn, ECN_CONGESTED);
        assert_true(frame_transport_checksum_ok(&view));
    }
}

static void mark_leaves_alone_whom_nobody_asked(void **state)
{
    (void)state;
    begin("mark data 1");
    shake_hands();
    assert_int_equal(fate_of(WIRE_A_TO_B, data(1)), 0);
    assert_string_equal(verdict.reason, "script: mark data 1 (nothing to change)");
}

static void swap16_without_two_words_changes_nothing_and_says_so(void **state)
{
    (void)state;
    begin("swap16 data 1");
    shake_hands();
    struct say short_one = {.flags = TCP_ACK, .seq = 1, .ack = 1, .len = 3};
    assert_int_equal(fate_of(WIRE_A_TO_B, short_one), 0);
    assert_string_equal(verdict.reason, "script: swap16 data 1 (nothing to change)");
}

static void a_frame_is_changed_once(void **state)
{
    (void)state;
    begin("flip data 1; swap16 data 1");
    shake_hands();
    assert_int_equal(fate_of(WIRE_A_TO_B, data(1)), FATE_CORRUPT);
    assert_int_equal(verdict.edit.kind, EDIT_FLIP);
    assert_non_null(strstr(verdict.reason, "swap16 data 1 (already changed)"));
}

static void changes_of_the_wire_come_in_the_order_of_their_times(void **state)
{
    (void)state;
    begin("at 5s mend; at 2s cut; rate 1mbit");
    assert_int_equal(judge_deadline(judge), NEVER);
    judge_begin(judge, SECONDS(10));
    judge_begin(judge, SECONDS(11));
    assert_int_equal(judge_deadline(judge), SECONDS(10));
    assert_int_equal(judge_next_change(judge, SECONDS(100))->action, RULE_RATE);
    assert_int_equal(judge_deadline(judge), SECONDS(12));
    assert_int_equal(judge_next_change(judge, SECONDS(100))->action, RULE_CUT);
    assert_int_equal(judge_next_change(judge, SECONDS(100))->action, RULE_MEND);
    assert_null(judge_next_change(judge, SECONDS(100)));
    assert_int_equal(judge_deadline(judge), NEVER);
}

static void a_cut_can_wait_for_a_segment(void **state)
{
    (void)state;
    begin("cut after data 2");
    shake_hands();
    fate_of(WIRE_A_TO_B, data(1));
    assert_null(judge_next_change(judge, 0));
    fate_of(WIRE_A_TO_B, data(2));
    assert_int_equal(judge_next_change(judge, 0)->action, RULE_CUT);
    assert_null(judge_next_change(judge, 0));
}

static void a_frame_too_short_to_read_is_still_a_frame(void **state)
{
    (void)state;
    begin("drop frame 1");
    static const uint8_t octets[5] = {0};
    verdict = (struct verdict){0};
    judge_begin(judge, 0);
    judge_frame(judge, 0, WIRE_A_TO_B, (struct span){octets, sizeof(octets)}, &verdict);
    assert_int_equal(verdict.fate, FATE_DROP);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(a_rule_meets_the_number_it_names_and_only_the_original, end),
        cmocka_unit_test_teardown(times_meets_as_many_transmissions, end),
        cmocka_unit_test_teardown(again_meets_all_but_the_original, end),
        cmocka_unit_test_teardown(a_wire_can_be_mended_by_what_is_sent_again, end),
        cmocka_unit_test_teardown(a_direction_spares_the_other, end),
        cmocka_unit_test_teardown(a_connection_spares_the_others, end),
        cmocka_unit_test_teardown(a_rule_waits_for_its_time, end),
        cmocka_unit_test_teardown(a_trigger_goes_free_and_what_follows_does_not, end),
        cmocka_unit_test_teardown(several_rules_add_up, end),
        cmocka_unit_test_teardown(flip_breaks_the_checksum, end),
        cmocka_unit_test_teardown(swap16_changes_the_text_under_a_right_checksum, end),
        cmocka_unit_test_teardown(mark_sets_ce_under_right_checksums, end),
        cmocka_unit_test_teardown(mark_leaves_alone_whom_nobody_asked, end),
        cmocka_unit_test_teardown(swap16_without_two_words_changes_nothing_and_says_so, end),
        cmocka_unit_test_teardown(a_frame_is_changed_once, end),
        cmocka_unit_test_teardown(changes_of_the_wire_come_in_the_order_of_their_times, end),
        cmocka_unit_test_teardown(a_cut_can_wait_for_a_segment, end),
        cmocka_unit_test_teardown(a_frame_too_short_to_read_is_still_a_frame, end),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
