/* common/trace/fold.c: long runs made short. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "picture.h"
#include "tests/unit/resources.h"

static void bulk_is_folded_and_counted(void **state)
{
    struct fake *fake = *state;
    uint32_t seq = 1;
    fake_handshake(fake);
    for (int i = 0; i < 5792; i++, seq += 1448) {
        fake_pass_segment(fake, 'A', (struct fake_segment){TCP_ACK, seq, 1, 1448});
        if (i % 2)
            fake_pass_segment(fake, 'B', (struct fake_segment){TCP_ACK, 1, seq + 1448, 0});
    }
    fake_pass_segment(fake, 'A', (struct fake_segment){TCP_FIN | TCP_ACK, seq, 1, 0});
    expect(fake, &(struct ladder_options){.width = 76, .max_rows = 20},
           "      ms     A 10.0.0.1:40312                          B 10.0.0.2:8080\n"
           "   0.000      CLOSED │                                        │ LISTEN\n"
           "   0.000    SYN_SENT │── SYN seq 0 win 64240 mss 1460 ───────►│ SYN_RECEIVED\n"
           "   0.520 ESTABLISHED │◄─────── SYN+ACK seq 0 ack 1 mss 1460 ──│\n"
           "   1.040             │── ACK 1 ──────────────────────────────►│ ESTABLISHED\n"
           "   1.560             │── ACK seq 1..1449 (1448 bytes) ack 1 ─►│\n"
           "   2.080             │── ACK seq 1449..2897 (1448 bytes) ────►│\n"
           "                     ┊... 8,685 segments, 8,383,920 bytes ... ┊\n"
           "4518.800             │◄──────────────────────── ACK 8386817 ──│\n"
           "4519.320  FIN_WAIT_1 │── FIN+ACK seq 8386817 ack 1 ──────────►│ CLOSE_WAIT\n");
}

static void however_much_is_lost_the_ladder_stays_short(void **state)
{
    struct fake *fake = *state;
    uint32_t seq = 1;
    fake_handshake(fake);
    for (int i = 0; i < 1000; i++, seq += 100) {
        fake_lose(fake, 'A', (struct fake_segment){TCP_ACK, seq, 1, 100}, "random loss");
        tell_note(fake, "a note too many");
        fake_pass_segment(fake, 'A', (struct fake_segment){TCP_ACK, seq, 1, 100});
    }
    const struct trace_log *logs[] = {&fake->log};
    char *text = drawn(&(struct ladder_options){.width = 76, .max_rows = 30}, logs, 1);
    unsigned lines = 0;
    for (const char *c = text; *c; c++)
        lines += *c == '\n';
    assert_in_range(lines, 20, 30 + 3); /* a line of names, and the legend */
    assert_non_null(strstr(text, "... 1,978 segments, 989 lost ..."));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FAKE(bulk_is_folded_and_counted),
        WITH_FAKE(however_much_is_lost_the_ladder_stays_short),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
