/* common/trace/align.c: two ladders side by side. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "picture.h"
#include "tests/unit/resources.h"

static void expect_pair(struct fake fakes[2], const struct ladder_options *options,
                        const char *expected)
{
    const struct trace_log *logs[] = {&fakes[0].log, &fakes[1].log};
    char *text = drawn(options, logs, 2);
    fake_end(&fakes[0]);
    fake_end(&fakes[1]);
    expect_text(text, expected);
}

static void two_ladders_are_aligned_and_their_first_difference_named(void **state)
{
    (void)state;
    struct fake fakes[2];
    fake_begin(&fakes[0]);
    lose_hello_once(&fakes[0], 200000);
    fake_close(&fakes[0], 5);
    fake_begin(&fakes[1]);
    lose_hello_once(&fakes[1], 1000000);
    fake_pass_segment(&fakes[1], 'B', (struct fake_segment){TCP_PSH | TCP_ACK, 1, 6, 5});
    fake_close(&fakes[1], 5);
    expect_pair(
        fakes, &(struct ladder_options){.titles = {"kernel", "own"}, .width = 88, .max_rows = 50},

        "                      kernel                                         own\n"
        "      ms A 10.0.0.1:40312  B 10.0.0.2:8080         ms A 10.0.0.1:40312  B 10.0.0.2:8080\n"
        "   0.000 │ CLOSED                 LISTEN │      0.000 │ CLOSED                 LISTEN │\n"
        "   0.000 │── SYN seq 0 mss 1460 ────────►│      0.000 │── SYN seq 0 mss 1460 ────────►│\n"
        "         │ SYN_SENT         SYN_RECEIVED │            │ SYN_SENT         SYN_RECEIVED │\n"
        "   0.520 │◄─────── SYN+ACK seq 0 ack 1 ──│      0.520 │◄─────── SYN+ACK seq 0 ack 1 ──│\n"
        "         │ ESTABLISHED                   │            │ ESTABLISHED                   │\n"
        "   1.040 │── ACK 1 ─────────────────────►│      1.040 │── ACK 1 ─────────────────────►│\n"
        "         │                   ESTABLISHED │            │                   ESTABLISHED │\n"
        "   1.560 │── PSH+ACK seq 1..6 ack 1 ─✗   │      1.560 │── PSH+ACK seq 1..6 ack 1 ─✗   │\n"
        "         │   script: drop data 1         │            │   script: drop data 1         │\n"
        "         ┊            200 ms             ┊            ┊            1.00 s             ┊\n"
        " 201.580 │── ↻ PSH+ACK seq 1..6 ack 1 ──►│   1001.580 │── ↻ PSH+ACK seq 1..6 ack 1 ──►│\n"
        " 202.100 │◄───────────────────── ACK 6 ──│   1002.100 │◄───────────────────── ACK 6 ──│\n"
        "         │                               │ ≠ 1002.620 │◄──── PSH+ACK seq 1..6 ack 6 ──│\n"
        " 202.620 │── FIN+ACK seq 6 ack 6 ───────►│   1003.140 │── FIN+ACK seq 6 ack 6 ───────►│\n"
        "         │ FIN_WAIT_1         CLOSE_WAIT │            │ FIN_WAIT_1         CLOSE_WAIT │\n"
        " 203.140 │◄───────────────────── ACK 7 ──│   1003.660 │◄───────────────────── ACK 7 ──│\n"
        "         │ FIN_WAIT_2                    │            │ FIN_WAIT_2                    │\n"
        " 203.660 │◄─────── FIN+ACK seq 6 ack 7 ──│   1004.180 │◄─────── FIN+ACK seq 6 ack 7 ──│\n"
        "         │ TIME_WAIT            LAST_ACK │            │ TIME_WAIT            LAST_ACK │\n"
        " 204.180 │── ACK 7 ─────────────────────►│   1004.700 │── ACK 7 ─────────────────────►│\n"
        "         │                        CLOSED │            │                        CLOSED │\n"
        "\n"
        "≠ First difference: kernel: nothing; own: PSH+ACK seq 1..6\n"
        "\n"
        "↻ sent again   ✗ lost, or refused on arrival\n");
}

static void on_a_narrow_page_states_stand_inside(void **state)
{
    (void)state;
    struct fake fakes[2];
    fake_begin(&fakes[0]);
    fake_handshake(&fakes[0]);
    fake_pass_segment(&fakes[0], 'A', hello);
    fake_begin(&fakes[1]);
    lose_hello_once(&fakes[1], 1000);
    expect_pair(fakes, &(struct ladder_options){.titles = {"good", "bad"}, .width = 80},
                "                   good                                      bad\n"
                "   ms A 10.0.0.1:40312 B 10.0.0.2:8080      ms A 10.0.0.1:40312 B 10.0.0.2:8080\n"
                "0.000 │ CLOSED                LISTEN │   0.000 │ CLOSED                LISTEN │\n"
                "0.000 │── SYN seq 0 mss 1460 ───────►│   0.000 │── SYN seq 0 mss 1460 ───────►│\n"
                "      │ SYN_SENT        SYN_RECEIVED │         │ SYN_SENT        SYN_RECEIVED │\n"
                "0.520 │◄────── SYN+ACK seq 0 ack 1 ──│   0.520 │◄────── SYN+ACK seq 0 ack 1 ──│\n"
                "      │ ESTABLISHED                  │         │ ESTABLISHED                  │\n"
                "1.040 │── ACK 1 ────────────────────►│   1.040 │── ACK 1 ────────────────────►│\n"
                "      │                  ESTABLISHED │         │                  ESTABLISHED │\n"
                "1.560 │── PSH+ACK seq 1..6 ack 1 ───►│ ≠ 1.560 │── PSH+ACK seq 1..6 ack 1 ─✗  │\n"
                "      │                              │         │   script: drop data 1        │\n"
                "      │                              │ ≠ 2.580 │── ↻ PSH+ACK seq 1..6 ack 1 ─►│\n"
                "      │                              │ ≠ 3.100 │◄──────────────────── ACK 6 ──│\n"
                "\n"
                "≠ First difference: good: PSH+ACK seq 1..6; bad: PSH+ACK seq 1..6, lost\n"
                "\n"
                "↻ sent again   ✗ lost, or refused on arrival\n");
}

static void what_only_the_left_has_is_a_difference(void **state)
{
    (void)state;
    struct fake fakes[2];
    for (int i = 0; i < 2; i++) {
        fake_begin(&fakes[i]);
        fake_pass_segment(&fakes[i], 'A', (struct fake_segment){TCP_SYN, 0, 0, 0});
    }
    fake_pass_segment(&fakes[0], 'B', (struct fake_segment){TCP_RST | TCP_ACK, 0, 1, 0});
    const struct trace_log *logs[] = {&fakes[0].log, &fakes[1].log};
    char *text = drawn(&(struct ladder_options){.width = 100}, logs, 2);
    assert_non_null(strstr(text, "First difference: left: RST+ACK seq 1; right: nothing"));
    free(text);
    fake_end(&fakes[0]);
    fake_end(&fakes[1]);
}

static void equal_runs_have_no_difference(void **state)
{
    (void)state;
    struct fake fakes[2];
    for (int i = 0; i < 2; i++) {
        fake_begin(&fakes[i]);
        fake_pass(&fakes[i], i * 77777);
        fakes[i].iss[0] += (uint32_t)i * 1000;
        fakes[i].wnd += (uint16_t)i;
        fake_pass_segment(&fakes[i], 'A', (struct fake_segment){TCP_SYN, 0, 0, 0});
        uint8_t pushed = i == 0 ? TCP_PSH : 0; /* a stack's own choice */
        fake_pass_segment(&fakes[i], 'A', (struct fake_segment){TCP_ACK | pushed, 1, 1, 5});
    }
    expect_pair(
        fakes, &(struct ladder_options){.width = 84},
        "   ms A 10.0.0.1:40312   B 10.0.0.2:8080      ms A 10.0.0.1:40312   B 10.0.0.2:8080\n"
        "0.000 │ CLOSED                         │   0.000 │ CLOSED                         │\n"
        "0.000 │── SYN seq 0 win 64240 ────────►│   0.000 │── SYN seq 0 win 64241 ────────►│\n"
        "      │ SYN_SENT                       │         │ SYN_SENT                       │\n"
        "0.520 │── PSH+ACK seq 1..6 (5 bytes) ─►│   0.520 │── ACK seq 1..6 (5 bytes) ─────►│\n"
        "\n"
        "No difference: the same segments in the same order.\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_ladders_are_aligned_and_their_first_difference_named),
        cmocka_unit_test(on_a_narrow_page_states_stand_inside),
        cmocka_unit_test(what_only_the_left_has_is_a_difference),
        cmocka_unit_test(equal_runs_have_no_difference),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
