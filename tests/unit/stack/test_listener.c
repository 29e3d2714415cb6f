/* common/stack/listener.c: the two queues of a listening socket, as on Linux. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/resources.h"
#include "tests/unit/stack/peer.h"

static void a_handshake_makes_a_connection_to_accept(void **state)
{
    (void)state;
    int listener = listening(1);
    assert_int_equal(socket_accept(host.stack, listener, NULL), -EAGAIN);
    shake(PEER_PORT);
    struct stack_addr peer;
    int sock = socket_accept(host.stack, listener, &peer);
    assert_true(sock > listener);
    assert_int_equal(peer.ip, PEER_IP);
    assert_int_equal(peer.port, PEER_PORT);
    assert_int_equal(info_of(sock).tcp.state, STATE_ESTABLISHED);
    assert_int_equal(socket_accept(host.stack, listener, NULL), -EAGAIN);
    close_all((int[]){sock, listener}, 2);
}

static void connections_are_accepted_in_the_order_of_their_handshakes_ends(void **state)
{
    (void)state;
    int listener = listening(8);
    uint32_t first = shake_first_half(1001), second = shake_first_half(1002);
    shake_second_half(1002, second);
    shake_second_half(1001, first);
    struct stack_addr peer;
    int b = socket_accept(host.stack, listener, &peer);
    assert_int_equal(peer.port, 1002);
    int a = socket_accept(host.stack, listener, &peer);
    assert_int_equal(peer.port, 1001);
    close_all((int[]){a, b, listener}, 3);
}

static void info_tells_both_queues_and_their_limits(void **state)
{
    (void)state;
    int listener = listening(5);
    shake_first_half(1001);
    shake_first_half(1002);
    shake(1003);
    struct socket_info info = info_of(listener);
    assert_int_equal(info.tcp.state, STATE_LISTEN);
    assert_int_equal(info.syn_queue, 2);
    assert_int_equal(info.syn_limit, host.stack->config.syn_queue_limit);
    assert_int_equal(info.accept_queue, 1);
    assert_int_equal(info.accept_limit, 5);
    close_all(&listener, 1);
}

/* ---- full queues ---- */

static void the_queue_holds_one_more_than_the_backlog(void **state)
{
    (void)state;
    int listener = listening(2);
    for (uint16_t port = 1; port <= 3; port++)
        shake(port);
    assert_int_equal(info_of(listener).accept_queue, 3);
    const struct segment syn = from_port(4, TCP_SYN, PEER_ISS, 0);
    receive_tcp(&syn);
    assert_dropped(DROP_TCP_ACCEPT_QUEUE_FULL);
    assert_int_equal(connections(), 3);
    close_all(&listener, 1);
}

static void the_last_ack_is_ignored_while_there_is_no_place(void **state)
{
    (void)state;
    int listener = listening(0);
    uint32_t late = shake_first_half(1002);
    shake(1001);
    shake_second_half(1002, late);
    assert_dropped(DROP_TCP_ACCEPT_QUEUE_FULL);
    int first = accepted(listener);
    assert_int_equal(socket_accept(host.stack, listener, NULL), -EAGAIN);

    pass(SECONDS(1)); /* the SYN-ACK comes again, and its answer finds a place */
    struct segment synack = expect_sent(TCP_SYN | TCP_ACK);
    assert_int_equal(synack.dst_port, 1002);
    assert_int_equal(synack.seq.value + 1, late);
    shake_second_half(1002, late);
    int second = accepted(listener);
    close_all((int[]){first, second, listener}, 3);
}

static void a_full_syn_queue_drops_syns(void **state)
{
    (void)state;
    host.stack->config.syn_queue_limit = 2;
    host.stack->config.syn_cookies = SYN_COOKIES_OFF;
    int listener = listening(8);
    shake_first_half(1001);
    shake_first_half(1002);
    const struct segment syn = from_port(1003, TCP_SYN, PEER_ISS, 0);
    receive_tcp(&syn);
    assert_dropped(DROP_TCP_SYN_QUEUE_FULL);
    close_all(&listener, 1);
}

static void a_host_full_of_connections_drops_syns(void **state)
{
    (void)state;
    int listener = listening(8);
    host.stack->config.socket_limit = 1;
    shake(1001);
    const struct segment syn = from_port(1002, TCP_SYN, PEER_ISS, 0);
    receive_tcp(&syn);
    assert_dropped(DROP_NO_MEMORY);
    close_all(&listener, 1);
}

static void what_has_no_place_can_be_refused_by_a_reset(void **state)
{
    (void)state;
    host.stack->config.reset_when_queue_full = true;
    int listener = listening(0);
    uint32_t late = shake_first_half(1002);
    shake(1001);
    const struct segment syn = from_port(1003, TCP_SYN, PEER_ISS, 0);
    receive_tcp(&syn);
    assert_int_equal(expect_sent(TCP_RST | TCP_ACK).dst_port, 1003);
    shake_second_half(1002, late);
    struct segment reset = expect_sent(TCP_RST | TCP_ACK);
    assert_int_equal(reset.dst_port, 1002);
    assert_int_equal(reset.seq.value, late);
    assert_int_equal(connections(), 1);
    close_all(&listener, 1);
}

/* ---- what becomes of those in the queues ---- */

static void a_handshake_nobody_ends_is_given_up(void **state)
{
    (void)state;
    int listener = listening(1);
    shake_first_half(PEER_PORT);
    pass(SECONDS(400));
    int resent = host.stack->config.tcp.patience_syn.r2_retries;
    assert_true(host.sent_count >= resent);
    assert_int_equal(info_of(listener).syn_queue, 0);
    assert_int_equal(connections(), 0);
    close_all(&listener, 1);
}

static void a_reset_ends_a_handshake(void **state)
{
    (void)state;
    int listener = listening(1);
    shake_first_half(PEER_PORT);
    receive_flags(TCP_RST, PEER_ISS + 1, 0);
    assert_int_equal(connections(), 0);
    assert_int_equal(info_of(listener).syn_queue, 0);
    shake(PEER_PORT); /* and another may begin */
    assert_int_equal(info_of(listener).accept_queue, 1);
    close_all(&listener, 1);
}

static void a_repeated_syn_gets_the_same_answer(void **state)
{
    (void)state;
    int listener = listening(1);
    uint32_t ack = shake_first_half(PEER_PORT);
    assert_int_equal(shake_first_half(PEER_PORT), ack);
    assert_int_equal(info_of(listener).syn_queue, 1);
    close_all(&listener, 1);
}

static void a_connection_reset_before_accept_is_accepted_and_tells(void **state)
{
    (void)state;
    int listener = listening(1);
    shake(PEER_PORT);
    receive_flags(TCP_RST, PEER_ISS + 1, 0);
    int sock = accepted(listener);
    char octet;
    assert_int_equal(recv_from(sock, &octet, 1), -ECONNRESET);
    assert_int_equal(recv_from(sock, &octet, 1), 0);
    close_all((int[]){sock, listener}, 2);
    assert_int_equal(connections(), 0);
}

static void text_before_accept_waits(void **state)
{
    (void)state;
    int listener = listening(1);
    uint32_t ack = shake(PEER_PORT);
    receive_text(PEER_ISS + 1, ack, "early");
    int sock = accepted(listener);
    char got[8];
    assert_int_equal(recv_from(sock, got, sizeof(got)), 5);
    assert_memory_equal(got, "early", 5);
    close_all((int[]){sock, listener}, 2);
}

static void a_closing_listener_forgets_handshakes_and_resets_connections(void **state)
{
    (void)state;
    int listener = listening(4);
    shake_first_half(1001);
    uint32_t ack = shake(1002);
    host.sent_count = 0;
    close_all(&listener, 1);
    struct segment reset = expect_sent(TCP_RST | TCP_ACK);
    assert_int_equal(reset.dst_port, 1002);
    assert_int_equal(reset.seq.value, ack);
    assert_int_equal(connections(), 0);
    receive_flags(TCP_SYN, PEER_ISS, 0);
    expect_sent(TCP_RST | TCP_ACK); /* nobody listens any more */
}

static void an_accepted_connection_outlives_its_listener(void **state)
{
    (void)state;
    int listener = listening(1);
    uint32_t ack = shake(PEER_PORT);
    int sock = accepted(listener);
    close_all(&listener, 1);
    receive_text(PEER_ISS + 1, ack, "still here");
    char got[16];
    assert_int_equal(recv_from(sock, got, sizeof(got)), 10);
    close_all(&sock, 1);
}

static void options_of_the_listener_are_inherited(void **state)
{
    (void)state;
    int listener = listening(1);
    int64_t value;
    socket_set_option(host.stack, listener, SOCKET_NODELAY, 1);
    socket_set_option(host.stack, listener, SOCKET_RCVBUF, 8000);
    socket_set_option(host.stack, listener, SOCKET_RCVTIMEO, MS(5));
    shake(PEER_PORT);
    int sock = socket_accept(host.stack, listener, NULL);
    assert_int_equal(info_of(sock).tcp.rcv_wnd, 8000);
    assert_int_equal(socket_get_option(host.stack, sock, SOCKET_NODELAY, &value), 0);
    assert_int_equal(value, 1);
    assert_int_equal(socket_get_option(host.stack, sock, SOCKET_RCVTIMEO, &value), 0);
    assert_int_equal(value, MS(5));
    assert_int_equal(socket_get_option(host.stack, sock, SOCKET_NONBLOCK, &value), 0);
    assert_int_equal(value, 0); /* but for this one */
    close_all((int[]){sock, listener}, 2);
}

static void a_backlog_can_be_changed_later(void **state)
{
    (void)state;
    int listener = listening(0);
    shake(1001);
    assert_int_equal(socket_listen(host.stack, listener, 1), 0);
    shake(1002);
    assert_int_equal(info_of(listener).accept_queue, 2);
    close_all(&listener, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BESIDE_PEER(a_handshake_makes_a_connection_to_accept),
        BESIDE_PEER(connections_are_accepted_in_the_order_of_their_handshakes_ends),
        BESIDE_PEER(info_tells_both_queues_and_their_limits),
        BESIDE_PEER(the_queue_holds_one_more_than_the_backlog),
        BESIDE_PEER(the_last_ack_is_ignored_while_there_is_no_place),
        BESIDE_PEER(a_full_syn_queue_drops_syns),
        BESIDE_PEER(a_host_full_of_connections_drops_syns),
        BESIDE_PEER(what_has_no_place_can_be_refused_by_a_reset),
        BESIDE_PEER(a_handshake_nobody_ends_is_given_up),
        BESIDE_PEER(a_reset_ends_a_handshake),
        BESIDE_PEER(a_repeated_syn_gets_the_same_answer),
        BESIDE_PEER(a_connection_reset_before_accept_is_accepted_and_tells),
        BESIDE_PEER(text_before_accept_waits),
        BESIDE_PEER(a_closing_listener_forgets_handshakes_and_resets_connections),
        BESIDE_PEER(an_accepted_connection_outlives_its_listener),
        BESIDE_PEER(options_of_the_listener_are_inherited),
        BESIDE_PEER(a_backlog_can_be_changed_later),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
