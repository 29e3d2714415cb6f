/* common/wire/script.c and words.c: each form of a rule, and a clear line for each mistake. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/resources.h"
#include "wire/script.h"

static struct script script;

static void read_text(const char *text)
{
    struct fault fault = {0};
    if (script_parse(&script, text, strlen(text), &fault) < 0)
        fail_msg("%s", fault.text);
}

static const struct rule *read_rule(const char *text)
{
    read_text(text);
    assert_int_equal(script.count, 1);
    return &script.rules[0];
}

static void expect_fault(const char *text, const char *said)
{
    struct fault fault = {0};
    if (script_parse(&script, text, strlen(text), &fault) != -EINVAL)
        fail_msg("accepted: %s", text);
    if (!strstr(fault.text, said))
        fail_msg("\"%s\" instead of \"%s\"", fault.text, said);
}

static void a_match_means_the_first_original_in_both_directions(void **state)
{
    (void)state;
    const struct rule *rule = read_rule("drop data");
    assert_int_equal(rule->action, RULE_DROP);
    assert_int_equal(rule->match.kind, SIGHT_DATA);
    assert_int_equal(rule->match.first, 1);
    assert_int_equal(rule->match.last, 1);
    assert_int_equal(rule->match.times, 1);
    assert_int_equal(rule->match.conn, 0);
    assert_true(rule->match.in[WIRE_A_TO_B] && rule->match.in[WIRE_B_TO_A]);
    assert_false(rule->has_trigger);
    assert_int_equal(rule->from, 0);
}

static void numbers_are_one_some_or_all_from_one_on(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t first, last;
    } cases[] = {
        {"drop data 3", 3, 3},
        {"drop ack 2..4", 2, 4},
        {"drop data 5..", 5, UINT32_MAX},
        {"drop every ack", 1, UINT32_MAX},
        {"drop data 4294967295", UINT32_MAX, UINT32_MAX},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const struct rule *rule = read_rule(cases[i].text);
        assert_int_equal(rule->match.first, cases[i].first);
        assert_int_equal(rule->match.last, cases[i].last);
    }
}

static void every_kind_has_its_word(void **state)
{
    (void)state;
    static const char *const words[SIGHT_COUNT] = {
        [SIGHT_FRAME] = "frame",   [SIGHT_ARP] = "arp",
        [SIGHT_ICMP] = "icmp",     [SIGHT_UDP] = "udp",
        [SIGHT_DATA] = "data",     [SIGHT_SYN] = "syn",
        [SIGHT_SYNACK] = "synack", [SIGHT_HANDSHAKE_ACK] = "handshake-ack",
        [SIGHT_ACK] = "ack",       [SIGHT_WINDOW_UPDATE] = "window-update",
        [SIGHT_PROBE] = "probe",   [SIGHT_KEEPALIVE] = "keepalive",
        [SIGHT_FIN] = "fin",       [SIGHT_RST] = "rst",
    };
    for (int kind = 0; kind < SIGHT_COUNT; kind++) {
        char text[64];
        snprintf(text, sizeof(text), "dup %s 2", words[kind]);
        assert_int_equal(read_rule(text)->match.kind, kind);
    }
}

static void clauses_stand_in_any_order(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "reorder data 2 a>b times 3 conn 4 by 5",
        "reorder data 2 by 5 conn 4 a>b times 3",
        "reorder data 2 conn 4 times 3 by 5 a>b",
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        const struct rule *rule = read_rule(texts[i]);
        assert_true(rule->match.in[WIRE_A_TO_B] && !rule->match.in[WIRE_B_TO_A]);
        assert_int_equal(rule->match.times, 3);
        assert_int_equal(rule->match.conn, 4);
        assert_int_equal(rule->by, 5);
    }
}

static void times_all_means_every_transmission(void **state)
{
    (void)state;
    assert_int_equal(read_rule("drop data 3 times all")->match.times, UINT32_MAX);
}

static void again_means_every_transmission_but_the_original(void **state)
{
    (void)state;
    assert_false(read_rule("drop data 3 times 2")->match.again);
    const struct rule *rule = read_rule("mend a>b after every data again conn 2");
    assert_true(rule->trigger.again);
    assert_int_equal(rule->trigger.times, UINT32_MAX);
    assert_int_equal(rule->trigger.conn, 2);
}

static void all_is_every_frame(void **state)
{
    (void)state;
    const struct rule *rule = read_rule("drop all b>a after handshake-ack a>b");
    assert_int_equal(rule->match.kind, SIGHT_FRAME);
    assert_int_equal(rule->match.last, UINT32_MAX);
    assert_true(rule->match.in[WIRE_B_TO_A] && !rule->match.in[WIRE_A_TO_B]);
    assert_true(rule->has_trigger);
    assert_int_equal(rule->trigger.kind, SIGHT_HANDSHAKE_ACK);
    assert_true(rule->trigger.in[WIRE_A_TO_B] && !rule->trigger.in[WIRE_B_TO_A]);
}

static void actions_take_their_parameters(void **state)
{
    (void)state;
    assert_int_equal(read_rule("delay fin 200ms")->time, MS(200));
    assert_int_equal(read_rule("delay fin 2 by 1.5s")->time, MS(1500));
    assert_int_equal(read_rule("delay fin 2 by 1.5s")->match.first, 2);
    assert_int_equal(read_rule("reorder data 2")->by, 1);
    assert_int_equal(read_rule("swap16 data 1")->action, RULE_SWAP16);
    assert_int_equal(read_rule("flip data 2")->action, RULE_FLIP);
    assert_int_equal(read_rule("mark data 2")->action, RULE_MARK);
    assert_int_equal(read_rule("rate 10mbit queue 20 mark 5")->mark_from, 5);
    const struct rule *rule = read_rule("replay data 1 after 5s after fin");
    assert_int_equal(rule->time, SECONDS(5));
    assert_int_equal(rule->trigger.kind, SIGHT_FIN);
}

static void rules_about_the_wire_have_a_time_and_a_direction(void **state)
{
    (void)state;
    read_text("at 2s cut a>b; at 5s mend; at 1s rate 10mbit queue 20 b>a; rate unlimited");
    assert_int_equal(script.count, 4);
    assert_int_equal(script.rules[0].action, RULE_CUT);
    assert_int_equal(script.rules[0].from, SECONDS(2));
    assert_false(script.rules[0].match.in[WIRE_B_TO_A]);
    assert_int_equal(script.rules[1].action, RULE_MEND);
    assert_int_equal(script.rules[2].rate_bps, 10000000);
    assert_int_equal(script.rules[2].queue_len, 20);
    assert_false(script.rules[2].match.in[WIRE_A_TO_B]);
    assert_int_equal(script.rules[3].rate_bps, 0);
    assert_int_equal(read_rule("cut after data 3")->trigger.first, 3);
}

static void lines_semicolons_comments_and_blanks_part_rules(void **state)
{
    (void)state;
    read_text("# a story\n\n  drop data 1 ;; dup fin # why\r\n\tflip data 2\t; # end");
    assert_int_equal(script.count, 3);
    assert_int_equal(script.rules[1].action, RULE_DUP);
    assert_int_equal(script.rules[1].text_len, 7);
    assert_memory_equal(script.rules[1].text, "dup fin", 7);
    read_text("");
    assert_int_equal(script.count, 0);
    read_text("# nothing\n");
    assert_int_equal(script.count, 0);
}

static void a_mistake_is_named_with_its_line_and_what_is_accepted(void **state)
{
    (void)state;
    static const struct {
        const char *text, *said;
    } cases[] = {
        {"dorp data 3", "script line 1: found \"dorp\" where an action (drop, dup, "},
        {"\n# x\ndrop", "script line 3: the rule ends where a kind of frame (data, syn, "},
        {"drop date 3", "found \"date\" where a kind of frame"},
        {"drop data 0", "found \"0\" where a number from 1"},
        {"drop data 4..2", "found \"4..2\" where a number from 1"},
        {"drop data 4294967296", "found \"4294967296\" where a number from 1"},
        {"drop data 3x", "found \"3x\" where the end of the rule"},
        {"drop every data 3", "found \"3\" where the end of the rule"},
        {"drop data a->b",
         "found \"a->b\" where the end of the rule, after MATCH, a>b, b>a or both"},
        {"drop data times", "the rule ends where a number of transmissions, or all, is needed"},
        {"drop data times 0", "found \"0\" where a number of transmissions"},
        {"drop data conn x", "found \"x\" where a connection's number"},
        {"delay data 1", "the rule ends where a time (250us, 10ms"},
        {"delay data 1 by 200", "found \"200\" where a time"},
        {"delay data 1 by 2days", "found \"2days\" where a time"},
        {"delay data 1 by 25h", "found \"25h\" where a time"},
        {"at soon cut", "found \"soon\" where a time"},
        {"at 1s", "the rule ends where an action"},
        {"replay data 1", "the rule ends where after TIME, as in replay data 1 after 5s,"},
        {"reorder data 1 by 1001", "found \"1001\" where how many frames overtake, is needed"},
        {"rate", "the rule ends where a rate (64kbit"},
        {"rate 0", "found \"0\" where a rate"},
        {"rate fast", "found \"fast\" where a rate"},
        {"rate 1mbit queue 99999", "found \"99999\" where a number of frames"},
        {"cut now", "found \"now\" where the end of the rule"},
        {"drop all after", "the rule ends where a kind of frame"},
        {"drop all after 5s", "found \"5s\" where a kind of frame"},
        {"drop data 3 drop data 4", "found \"drop\" where the end of the rule"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        expect_fault(cases[i].text, cases[i].said);
}

static void a_strange_or_endless_word_is_shown_harmlessly(void **state)
{
    (void)state;
    expect_fault("dr\033[1mop", "found \"dr?[1mop\" where");
    char text[1000];
    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    expect_fault(text, "found \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\" where");
}

static void the_text_needs_no_end_of_string(void **state)
{
    (void)state;
    const char text[] = {'d', 'r', 'o', 'p', ' ', 'f', 'i', 'n', '3'};
    struct fault fault = {0};
    assert_int_equal(script_parse(&script, text, 8, &fault), 0);
    assert_int_equal(script.rules[0].match.kind, SIGHT_FIN);
    assert_int_equal(script_parse(&script, "drop\0fin", 8, &fault), -EINVAL);
}

static void too_many_rules_are_refused(void **state)
{
    (void)state;
    char text[SCRIPT_RULES_MAX * 10 + 20] = "";
    for (int i = 0; i < SCRIPT_RULES_MAX; i++)
        strcat(text, "drop fin;");
    read_text(text);
    assert_int_equal(script.count, SCRIPT_RULES_MAX);
    strcat(text, "drop fin");
    expect_fault(text, "script line 1: more than 64 rules");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_match_means_the_first_original_in_both_directions),
        cmocka_unit_test(numbers_are_one_some_or_all_from_one_on),
        cmocka_unit_test(every_kind_has_its_word),
        cmocka_unit_test(clauses_stand_in_any_order),
        cmocka_unit_test(times_all_means_every_transmission),
        cmocka_unit_test(again_means_every_transmission_but_the_original),
        cmocka_unit_test(all_is_every_frame),
        cmocka_unit_test(actions_take_their_parameters),
        cmocka_unit_test(rules_about_the_wire_have_a_time_and_a_direction),
        cmocka_unit_test(lines_semicolons_comments_and_blanks_part_rules),
        cmocka_unit_test(a_mistake_is_named_with_its_line_and_what_is_accepted),
        cmocka_unit_test(a_strange_or_endless_word_is_shown_harmlessly),
        cmocka_unit_test(the_text_needs_no_end_of_string),
        cmocka_unit_test(too_many_rules_are_refused),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
