/* common/trace/ladder.c, with rows.c, column.c, arrow.c and label.c behind it: whole pictures, as a
 * student sees them. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "picture.h"
#include "tests/unit/resources.h"

/* A handshake, five bytes and their echo, and the end. */
static void a_whole_connection_with_states_in_the_margins(void **state)
{
    struct fake *fake = *state;
    fake_handshake(fake);
    fake_pass_segment(fake, 'A', hello);
    fake_pass_segment(fake, 'B', (struct fake_segment){TCP_PSH | TCP_ACK, 1, 6, 5});
    fake_close(fake, 5);
    expect(fake, &(struct ladder_options){.width = 72},
           "   ms     A 10.0.0.1:40312                         B 10.0.0.2:8080\n"
           "0.000      CLOSED │                                       │ LISTEN\n"
           "0.000    SYN_SENT │── SYN seq 0 win 64240 mss 1460 ──────►│ SYN_RECEIVED\n"
           "0.520 ESTABLISHED │◄────── SYN+ACK seq 0 ack 1 mss 1460 ──│\n"
           "1.040             │── ACK 1 ─────────────────────────────►│ ESTABLISHED\n"
           "1.560             │── PSH+ACK seq 1..6 (5 bytes) ack 1 ──►│\n"
           "2.080             │◄── PSH+ACK seq 1..6 (5 bytes) ack 6 ──│\n"
           "2.600  FIN_WAIT_1 │── FIN+ACK seq 6 ack 6 ───────────────►│ CLOSE_WAIT\n"
           "3.120  FIN_WAIT_2 │◄───────────────────────────── ACK 7 ──│\n"
           "3.640   TIME_WAIT │◄─────────────── FIN+ACK seq 6 ack 7 ──│ LAST_ACK\n"
           "4.160             │── ACK 7 ─────────────────────────────►│ CLOSED\n");
}

static void a_lost_segment_is_marked_with_its_reason_and_sent_again(void **state)
{
    struct fake *fake = *state;
    lose_hello_once(fake, 200000);
    expect(fake, &(struct ladder_options){.width = 80},
           "     ms     A 10.0.0.1:40312                               B 10.0.0.2:8080\n"
           "  0.000      CLOSED │                                             │ LISTEN\n"
           "  0.000    SYN_SENT │── SYN seq 0 win 64240 mss 1460 ────────────►│ SYN_RECEIVED\n"
           "  0.520 ESTABLISHED │◄── SYN+ACK seq 0 ack 1 win 64240 mss 1460 ──│\n"
           "  1.040             │── ACK 1 ───────────────────────────────────►│ ESTABLISHED\n"
           "  1.560             │── PSH+ACK seq 1..6 ────✗ script: drop data 1│\n"
           "                    ┊                   200 ms                    ┊\n"
           "201.580             │── ↻ PSH+ACK seq 1..6 (5 bytes) ack 1 ──────►│\n"
           "202.100             │◄─────────────────────────────────── ACK 6 ──│\n"
           "\n"
           "↻ sent again   ✗ lost, or refused on arrival\n");
}

static void numbers_stay_small_when_they_wrap(void **state)
{
    struct fake *fake = *state;
    fake->iss[0] = 0xfffffffe;
    fake->iss[1] = 0xffffffff;
    lose_hello_once(fake, 200000);
    expect(fake, &(struct ladder_options){.width = 76},
           "     ms     A 10.0.0.1:40312                           B 10.0.0.2:8080\n"
           "  0.000      CLOSED │                                         │ LISTEN\n"
           "  0.000    SYN_SENT │── SYN seq 0 win 64240 mss 1460 ────────►│ SYN_RECEIVED\n"
           "  0.520 ESTABLISHED │◄──────── SYN+ACK seq 0 ack 1 mss 1460 ──│\n"
           "  1.040             │── ACK 1 ───────────────────────────────►│ ESTABLISHED\n"
           "  1.560             │── PSH+ACK seq 1..6 (5 bytes) ack 1 ─✗   │\n"
           "                    │   script: drop data 1                   │\n"
           "                    ┊                 200 ms                  ┊\n"
           "201.580             │── ↻ PSH+ACK seq 1..6 (5 bytes) ack 1 ──►│\n"
           "202.100             │◄─────────────────────────────── ACK 6 ──│\n"
           "\n"
           "↻ sent again   ✗ lost, or refused on arrival\n");
}

/* An own stack, that tells its states and timers; more than ten seconds. */
static void silence_and_long_times_are_told_in_seconds(void **state)
{
    struct fake *fake = *state;
    struct event told = {
        .kind = EVENT_STATE, .host = 'A', .flow = {FAKE_IP_A, FAKE_IP_B, FAKE_PORT_A, FAKE_PORT_B}};
    told.state = (struct event_state){STATE_CLOSED, STATE_SYN_SENT, false};
    fake_tell(fake, told);
    fake_lose(fake, 'A', (struct fake_segment){TCP_SYN, 0, 0, 0}, "script: cut");
    fake_pass(fake, SECONDS(1));
    fake_lose(fake, 'A', (struct fake_segment){TCP_SYN, 0, 0, 0}, "script: cut");
    fake_pass(fake, SECONDS(130));
    told.state = (struct event_state){STATE_SYN_SENT, STATE_CLOSED, false};
    fake_tell(fake, told);
    expect(fake, &(struct ladder_options){.width = 72},
           "      s  A 10.0.0.1:40312                                B 10.0.0.2:8080\n"
           "  0.000   CLOSED │                                                    │\n"
           "  0.000 SYN_SENT │── SYN seq 0 win 64240 ───────────✗ script: cut     │\n"
           "                 ┊                       1.00 s                       ┊\n"
           "  1.000          │── ↻ SYN seq 0 ───────────────────✗ script: cut     │\n"
           "                 ┊                      2.2 min                       ┊\n"
           "131.000   CLOSED │                                                    │\n"
           "\n"
           "↻ sent again   ✗ lost, or refused on arrival\n");
}

/* Three segments one behind the other, the echo of the first meeting the others. */
static void within_a_burst_nothing_is_split(void **state)
{
    struct fake *fake = *state;
    uint64_t first = fake_send(fake, 'A', (struct fake_segment){TCP_ACK, 1, 1, 10});
    fake_pass(fake, 10);
    uint64_t second = fake_send(fake, 'A', (struct fake_segment){TCP_ACK, 11, 1, 10});
    fake_pass(fake, 10);
    fake_deliver(fake, 'B', first);
    uint64_t echo = fake_send(fake, 'B', (struct fake_segment){TCP_ACK, 1, 11, 10});
    fake_pass(fake, 10);
    fake_deliver(fake, 'B', second);
    fake_pass(fake, 10);
    fake_deliver(fake, 'A', echo);
    expect(fake, &(struct ladder_options){.width = 72},
           "   ms A 10.0.0.1:40312                                   B 10.0.0.2:8080\n"
           "0.000  │── ACK seq 1..11 (10 bytes) ack 1 win 64240 ─────────────────►│\n"
           "0.010  │── ACK seq 11..21 (10 bytes) ack 1 ──────────────────────────►│\n"
           "0.020  │◄──────────────── ACK seq 1..11 (10 bytes) ack 11 win 64240 ──│\n");
}

static void crossing_segments_leave_and_arrive_in_rows_of_their_own(void **state)
{
    struct fake *fake = *state;
    uint64_t first = fake_send(fake, 'A', (struct fake_segment){TCP_SYN, 0, 0, 0});
    fake_pass(fake, 100);
    uint64_t second = fake_send(fake, 'B', (struct fake_segment){TCP_SYN, 0, 0, 0});
    fake_pass(fake, 400);
    fake_deliver(fake, 'B', first);
    fake_pass(fake, 100);
    fake_deliver(fake, 'A', second);
    expect(fake, &(struct ladder_options){.width = 72},
           "   ms      A 10.0.0.1:40312                        B 10.0.0.2:8080\n"
           "0.000       CLOSED │                                      │ CLOSED\n"
           "0.000     SYN_SENT │── SYN seq 0 win 64240 ──┄┄┄┄┄┄┄┄┄┄┄┄┄│\n"
           "0.100              │┄┄┄┄┄┄┄┄┄┄┄┄┄── SYN seq 0 win 64240 ──│ SYN_SENT\n"
           "0.500              │┄┄┄┄┄┄┄┄┄┄┄┄── SYN seq 0 win 64240 ──►│ SYN_RECEIVED\n"
           "0.600 SYN_RECEIVED │◄── SYN seq 0 win 64240 ──┄┄┄┄┄┄┄┄┄┄┄┄│\n"
           "\n"
           "┄ on its way while other things happen\n");
}

/* An own stack that says CLOSED only after a second copy of what closed it. */
static void a_state_told_late_is_drawn_at_the_first_copy(void **state)
{
    struct fake *fake = *state;
    struct event told = {.kind = EVENT_STATE,
                         .host = 'B',
                         .flow = {FAKE_IP_B, FAKE_IP_A, FAKE_PORT_B, FAKE_PORT_A},
                         .state = {STATE_SYN_RECEIVED, STATE_ESTABLISHED, false}};
    fake_pass_segment(fake, 'A', hello);
    fake_tell(fake, told);
    fake_write(fake, 'A', (struct fake_segment){TCP_RST | TCP_ACK, 6, 1, 0});
    uint64_t id = fake_enter(fake, 'A', FATE_DUP, NULL);
    fake_pass(fake, 500);
    fake_deliver(fake, 'B', id);
    fake_pass(fake, 500);
    fake_deliver(fake, 'B', id);
    told.state = (struct event_state){STATE_ESTABLISHED, STATE_CLOSED, false};
    fake_tell(fake, told);
    expect(fake, &(struct ladder_options){.width = 72},
           "   ms     A 10.0.0.1:40312                          B 10.0.0.2:8080\n"
           "0.000 ESTABLISHED │                                        │ ESTABLISHED\n"
           "0.000             │── PSH+ACK seq 1..6 (5 bytes) ack 1 ───►│\n"
           "0.520      CLOSED │── RST+ACK seq 6 ack 1 (duplicated) ───►│ CLOSED\n"
           "1.520             │┄┄┄┄┄┄┄── RST+ACK seq 6 ack 1 (copy) ──►│\n"
           "\n"
           "┄ on its way while other things happen\n");
}

static void both_may_talk_at_once(void **state)
{
    struct fake *fake = *state;
    uint64_t first = fake_send(fake, 'A', hello);
    uint64_t second = fake_send(fake, 'B', hello);
    fake_pass(fake, 500);
    fake_deliver(fake, 'B', first);
    fake_deliver(fake, 'A', second);
    expect(fake, &(struct ladder_options){.width = 72},
           "   ms A 10.0.0.1:40312                                   B 10.0.0.2:8080\n"
           "0.000  │── PSH+ACK seq 1..6 (5 bytes) ack 1 win 64240 ──┄┄┄┄┄┄┄┄┄┄┄┄┄┄│\n"
           "0.000  │┄┄┄┄┄┄┄┄┄┄┄┄┄┄── PSH+ACK seq 1..6 (5 bytes) ack 1 win 64240 ──│\n"
           "0.500  │┄┄┄┄┄┄┄┄┄┄┄┄┄── PSH+ACK seq 1..6 (5 bytes) ack 1 win 64240 ──►│\n"
           "0.500  │◄── PSH+ACK seq 1..6 (5 bytes) ack 1 win 64240 ──┄┄┄┄┄┄┄┄┄┄┄┄┄│\n"
           "\n"
           "┄ on its way while other things happen\n");
}

/* A burst of six: the second is duplicated, the fourth held back, the fifth corrupted. */
static void what_the_wire_did_shows_where_it_happened(void **state)
{
    struct fake *fake = *state;
    static const unsigned fates[] = {0, FATE_DUP, 0, FATE_DELAY, FATE_CORRUPT, 0};
    static const int arrivals[] = {0, 1, 1, 2, 4, 5, 3};
    uint64_t ids[6];
    fake_handshake(fake);
    for (uint32_t i = 0; i < 6; i++, fake_pass(fake, 10)) {
        fake_write(fake, 'A', (struct fake_segment){TCP_ACK, 1 + i * 100, 1, 100});
        ids[i] = fake_enter(fake, 'A', fates[i], i == 3 ? "script: delay data 4 by 1ms" : NULL);
    }
    for (size_t i = 0; i < ARRAY_LEN(arrivals); i++, fake_pass(fake, 10)) {
        struct event arrival = {.kind = EVENT_DELIVER, .host = 'B'};
        arrival.frame = (struct event_frame){.id = ids[arrivals[i]], .len = fake->len};
        if (arrivals[i] == 4) {
            fake->bytes[60] ^= 1;
            arrival.frame.bytes = fake->bytes;
        }
        fake_tell(fake, arrival);
        if (arrivals[i] == 4)
            fake_tell(fake,
                      (struct event){.kind = EVENT_DROP, .host = 'B', .text = "TCP: bad checksum"});
    }
    expect(fake, &(struct ladder_options){.width = 76},
           "   ms     A 10.0.0.1:40312                             B 10.0.0.2:8080\n"
           "0.000      CLOSED │                                           │ LISTEN\n"
           "0.000    SYN_SENT │── SYN seq 0 win 64240 mss 1460 ──────────►│ SYN_RECEIVED\n"
           "0.520 ESTABLISHED │◄────────── SYN+ACK seq 0 ack 1 mss 1460 ──│\n"
           "1.040             │── ACK 1 ─────────────────────────────────►│ ESTABLISHED\n"
           "1.560             │── ACK seq 1..101 (100 bytes) ack 1 ──────►│\n"
           "1.570             │── ACK seq 101..201 ack 1 (duplicated) ───►│\n"
           "1.580             │── ACK seq 201..301 (100 bytes) ack 1 ────►│\n"
           "1.590             │── ACK seq 301..401 (100 bytes) ──┄┄┄┄┄┄┄┄┄│\n"
           "                  │   (script: delay data 4 by 1ms)           │\n"
           "1.600             │── ACK seq 401..501 ack 1 (corrupted) ────✗│\n"
           "1.610             │── ACK seq 501..601 (100 bytes) ack 1 ────►│\n"
           "1.640             │┄┄┄┄┄┄┄── ACK seq 101..201 ack 1 (copy) ──►│\n"
           "1.660             │                       ✗ TCP: bad checksum │\n"
           "1.680             │┄┄┄┄┄┄┄┄── ACK seq 301..401 (100 bytes) ──►│\n"
           "\n"
           "✗ lost, or refused on arrival   ┄ on its way while other things happen\n");
}

static void connections_are_numbered_when_there_are_more(void **state)
{
    struct fake *fake = *state;
    fake_pass_segment(fake, 'A', (struct fake_segment){TCP_SYN, 0, 0, 0});
    fake->port_a++;
    fake_pass_segment(fake, 'A', (struct fake_segment){TCP_SYN, 0, 0, 0});
    fake_pass_segment(fake, 'B', (struct fake_segment){TCP_RST | TCP_ACK, 0, 1, 0});
    expect(fake, &(struct ladder_options){.width = 72},
           "   ms     A 10.0.0.1                                     B 10.0.0.2:8080\n"
           "0.000   CLOSED │                                                      │\n"
           "0.000 SYN_SENT │── #1 SYN seq 0 win 64240 ───────────────────────────►│\n"
           "0.520 SYN_SENT │── #2 SYN seq 0 win 64240 ───────────────────────────►│\n"
           "1.040   CLOSED │◄─────────────────────────── #2 RST+ACK seq 1 ack 1 ──│\n");
}

static void one_connection_is_picked_by_its_port(void **state)
{
    struct fake *fake = *state;
    fake_pass_segment(fake, 'A', (struct fake_segment){TCP_SYN, 0, 0, 0});
    fake->port_a++;
    fake_pass_segment(fake, 'A', (struct fake_segment){TCP_SYN, 0, 0, 0});
    expect(fake, &(struct ladder_options){.width = 72, .port = FAKE_PORT_A},
           "   ms  A 10.0.0.1:40312                                  B 10.0.0.2:8080\n"
           "0.000   CLOSED │                                                      │\n"
           "0.000 SYN_SENT │── SYN seq 0 win 64240 ──────────────────────────────►│\n");
}

static void colours_come_only_when_asked_for(void **state)
{
    struct fake *fake = *state;
    lose_hello_once(fake, 200000);
    const struct trace_log *logs[] = {&fake->log};
    char *plain = drawn(&(struct ladder_options){.width = 72}, logs, 1);
    char *coloured = drawn(&(struct ladder_options){.width = 72, .color = true}, logs, 1);
    assert_null(strchr(plain, '\033'));
    assert_non_null(strstr(coloured, "\033[0;1;31m✗"));
    free(plain);
    free(coloured);
}

static void an_empty_log_is_an_empty_ladder(void **state)
{
    struct fake *fake = *state;
    expect(fake, &(struct ladder_options){.width = 60},
           "   ms  A                                                  B\n");
}

static void a_very_wide_page_does_not_stretch_the_arrows(void **state)
{
    struct fake *fake = *state;
    fake_handshake(fake);
    const struct trace_log *logs[] = {&fake->log};
    char *wide = drawn(&(struct ladder_options){.width = 110}, logs, 1);
    char *wider = drawn(&(struct ladder_options){.width = 250}, logs, 1);
    assert_string_equal(wider, wide);
    free(wide);
    free(wider);
}

static void a_full_disk_is_an_error(void **state)
{
    struct fake *fake = *state;
    fake_handshake(fake);
    const struct trace_log *logs[] = {&fake->log};
    FILE *full = fopen("/dev/full", "w");
    assert_non_null(full);
    assert_int_equal(ladder_print(full, &(struct ladder_options){0}, logs, 1), -EIO);
    fclose(full);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FAKE(a_whole_connection_with_states_in_the_margins),
        WITH_FAKE(a_lost_segment_is_marked_with_its_reason_and_sent_again),
        WITH_FAKE(numbers_stay_small_when_they_wrap),
        WITH_FAKE(silence_and_long_times_are_told_in_seconds),
        WITH_FAKE(within_a_burst_nothing_is_split),
        WITH_FAKE(crossing_segments_leave_and_arrive_in_rows_of_their_own),
        WITH_FAKE(a_state_told_late_is_drawn_at_the_first_copy),
        WITH_FAKE(both_may_talk_at_once),
        WITH_FAKE(what_the_wire_did_shows_where_it_happened),
        WITH_FAKE(connections_are_numbered_when_there_are_more),
        WITH_FAKE(one_connection_is_picked_by_its_port),
        WITH_FAKE(colours_come_only_when_asked_for),
        WITH_FAKE(an_empty_log_is_an_empty_ladder),
        WITH_FAKE(a_very_wide_page_does_not_stretch_the_arrows),
        WITH_FAKE(a_full_disk_is_an_error),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
