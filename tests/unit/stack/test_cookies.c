/* common/stack/listener.c and common/tcp/stateless.c: handshakes without a place in the SYN queue.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stack/conn.h"
#include "tcp/params.h"
#include "tests/unit/resources.h"
#include "tests/unit/stack/peer.h"

static int listening_with_cookies(enum syn_cookies when)
{
    host.stack->config.syn_cookies = when;
    host.stack->config.syn_queue_limit = 0;
    return listening(4);
}

static struct stack_counters counters(void)
{
    struct stack_counters counters;
    stack_get_counters(host.stack, &counters);
    return counters;
}

static void the_handshake_costs_nothing_until_its_last_ack(void **state)
{
    (void)state;
    int listener = listening_with_cookies(SYN_COOKIES_WHEN_FULL);
    uint32_t ack = shake_first_half(PEER_PORT);
    assert_int_equal(connections(), 0);
    shake_second_half(PEER_PORT, ack);
    int sock = accepted(listener);
    assert_int_equal(info_of(sock).tcp.state, STATE_ESTABLISHED);
    receive_text(PEER_ISS + 1, ack, "good");
    char got[8];
    assert_int_equal(recv_from(sock, got, sizeof(got)), 4);
    host.sent_count = 0;
    assert_int_equal(socket_send(host.stack, sock, text("day"), 0, NULL), 3);
    assert_int_equal(sent_segment(0).seq.value, ack);
    assert_int_equal(counters().cookies_sent, 1);
    assert_int_equal(counters().cookies_taken, 1);
    close_all((int[]){sock, listener}, 2);
}

static void no_round_trip_is_measured_from_a_segment_nobody_remembers(void **state)
{
    (void)state;
    host.stack->config.tcp.rto.min_us = MS(200); /* a sample of nothing would lead there */
    int listener = listening_with_cookies(SYN_COOKIES_ALWAYS);
    uint32_t ack = shake_first_half(PEER_PORT);
    pass(SECONDS(2));
    shake_second_half(PEER_PORT, ack);
    int sock = accepted(listener);
    assert_int_equal(info_of(sock).tcp.srtt_us, 0);
    assert_int_equal(info_of(sock).tcp.rto_us, RTO_INITIAL_DEFAULT);
    close_all((int[]){sock, listener}, 2);
}

/* Shakes hands with a SYN of these options; gives the socket. */
static int shake_with(int listener, const struct tcp_options *options)
{
    struct segment syn = from_port(PEER_PORT, TCP_SYN, PEER_ISS, 0);
    syn.options = *options;
    receive_tcp(&syn);
    struct segment synack = expect_sent(TCP_SYN | TCP_ACK);
    assert_int_equal(synack.options.has_wscale, options->has_tstamp && options->has_wscale);
    struct segment ack = from_port(PEER_PORT, TCP_ACK, PEER_ISS + 1, synack.seq.value + 1);
    ack.options = (struct tcp_options){.has_tstamp = synack.options.has_tstamp,
                                       .ts_val = options->ts_val + 1,
                                       .ts_ecr = synack.options.ts_val};
    receive_tcp(&ack);
    return accepted(listener);
}

static void timestamps_remember_the_other_options(void **state)
{
    (void)state;
    int listener = listening_with_cookies(SYN_COOKIES_WHEN_FULL);
    const struct tcp_options rich = {.has_mss = true,
                                     .mss = 1460,
                                     .has_wscale = true,
                                     .wscale = 7,
                                     .sack_permitted = true,
                                     .has_tstamp = true,
                                     .ts_val = 99};
    int sock = shake_with(listener, &rich);
    const struct tcb *tcb = &conn_table_next(&host.stack->conns->table, NULL)->tcb;
    assert_true(tcb->scaled && tcb->recovery.sack && tcb->tstamp.on);
    assert_int_equal(tcb->sndwnd.shift, 7);
    assert_int_equal(tcb->snd.mss, 1460 - TSTAMP_OPTION_LEN);
    close_all((int[]){sock, listener}, 2);
}

static void without_timestamps_the_other_options_are_declined(void **state)
{
    (void)state;
    int listener = listening_with_cookies(SYN_COOKIES_WHEN_FULL);
    const struct tcp_options some = {.has_mss = true, .mss = 1460, .has_wscale = true, .wscale = 7};
    int sock = shake_with(listener, &some);
    const struct tcb *tcb = &conn_table_next(&host.stack->conns->table, NULL)->tcb;
    assert_false(tcb->scaled || tcb->recovery.sack || tcb->tstamp.on);
    assert_int_equal(tcb->snd.mss, 1460);
    close_all((int[]){sock, listener}, 2);
}

static void an_ack_with_a_cookie_nobody_gave_is_reset(void **state)
{
    (void)state;
    int listener = listening_with_cookies(SYN_COOKIES_WHEN_FULL);
    uint32_t ack = shake_first_half(PEER_PORT);
    shake_second_half(PEER_PORT, ack + 1);
    assert_int_equal(expect_sent(TCP_RST).seq.value, ack + 1);
    shake_second_half(PEER_PORT + 1, ack);
    expect_sent(TCP_RST);
    assert_int_equal(connections(), 0);
    close_all(&listener, 1);
}

static void a_cookie_goes_stale(void **state)
{
    (void)state;
    int listener = listening_with_cookies(SYN_COOKIES_WHEN_FULL);
    uint32_t ack = shake_first_half(PEER_PORT);
    pass(2 * COOKIE_PERIOD);
    shake_second_half(PEER_PORT, ack);
    expect_sent(TCP_RST);
    assert_int_equal(connections(), 0);
    close_all(&listener, 1);
}

static void a_full_accept_queue_keeps_cookies_out(void **state)
{
    (void)state;
    int listener = listening_with_cookies(SYN_COOKIES_ALWAYS);
    uint32_t late = shake_first_half(1000);
    for (uint16_t port = 1001; port <= 1005; port++)
        shake(port);
    shake_second_half(1000, late);
    assert_dropped(DROP_TCP_ACCEPT_QUEUE_FULL);
    int sock = accepted(listener);
    shake_second_half(1000, late); /* whatever the peer sends next brings it again */
    assert_int_equal(info_of(listener).accept_queue, 5);
    close_all((int[]){sock, listener}, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BESIDE_PEER(the_handshake_costs_nothing_until_its_last_ack),
        BESIDE_PEER(no_round_trip_is_measured_from_a_segment_nobody_remembers),
        BESIDE_PEER(timestamps_remember_the_other_options),
        BESIDE_PEER(without_timestamps_the_other_options_are_declined),
        BESIDE_PEER(an_ack_with_a_cookie_nobody_gave_is_reset),
        BESIDE_PEER(a_cookie_goes_stale),
        BESIDE_PEER(a_full_accept_queue_keeps_cookies_out),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
