/* common/stack/conn.c and common/tcp/incarnation.c: a four-tuple used again, from either end, while
 * its last connection is in TIME-WAIT. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stack/conn.h"
#include "tcp/params.h"
#include "tests/unit/resources.h"
#include "tests/unit/stack/peer.h"

enum { PEER_STAMP = 500 };

/* The peer's segments of this file bear timestamps. */
static void receive_stamped(uint8_t flags, uint32_t seq, uint32_t ack, uint32_t ts_val)
{
    struct segment seg = from_port(PEER_PORT, flags, seq, ack);
    seg.options = (struct tcp_options){.has_tstamp = true, .ts_val = ts_val};
    receive_tcp(&seg);
}

/* At our port 8080, beside connections in TIME-WAIT. */
static int listening_again(void)
{
    const struct stack_addr local = {0, OUR_PORT};
    int sock = socket_open(host.stack, SOCKET_STREAM);
    assert_int_equal(socket_set_option(host.stack, sock, SOCKET_NONBLOCK, 1), 0);
    assert_int_equal(socket_set_option(host.stack, sock, SOCKET_REUSEADDR, 1), 0);
    assert_int_equal(socket_bind(host.stack, sock, &local), 0);
    assert_int_equal(socket_listen(host.stack, sock, 4), 0);
    return sock;
}

static int try_connecting(void)
{
    const struct stack_addr peer = {PEER_IP, PEER_PORT}, local = {0, OUR_PORT};
    int sock = socket_open(host.stack, SOCKET_STREAM);
    assert_int_equal(socket_set_option(host.stack, sock, SOCKET_NONBLOCK, 1), 0);
    assert_int_equal(socket_set_option(host.stack, sock, SOCKET_REUSEADDR, 1), 0);
    assert_int_equal(socket_bind(host.stack, sock, &local), 0);
    int error = socket_connect(host.stack, sock, &peer);
    if (error == -EINPROGRESS)
        return sock;
    assert_int_equal(socket_close(host.stack, sock), 0);
    return error;
}

/* The host connects from its port 8080, and closes first. Gives its next number. */
static uint32_t connect_and_close(void)
{
    int sock = try_connecting();
    uint32_t next = expect_sent(TCP_SYN).seq.value + 1;
    receive_stamped(TCP_SYN | TCP_ACK, PEER_ISS, next, PEER_STAMP);
    expect_sent(TCP_ACK);
    close_all(&sock, 1);
    expect_sent(TCP_FIN | TCP_ACK);
    receive_stamped(TCP_FIN | TCP_ACK, PEER_ISS + 1, next + 1, PEER_STAMP);
    expect_sent(TCP_ACK);
    return next + 1;
}

static void our_own_connect_leaves_time_wait_alone(void **state)
{
    (void)state;
    connect_and_close();
    pass(TIME_WAIT_REUSE_AFTER + 1);
    assert_int_equal(try_connecting(), -EADDRNOTAVAIL);
    pass(TIME_WAIT_DEFAULT);
    int sock = try_connecting();
    assert_true(sock >= 0);
    close_all(&sock, 1);
}

static void our_own_connect_takes_it_over_where_that_is_allowed(void **state)
{
    (void)state;
    host.stack->config.tcp.time_wait_reuse = true;
    uint32_t used = connect_and_close();
    assert_int_equal(try_connecting(), -EADDRNOTAVAIL); /* the clocks have not ticked */
    pass(TIME_WAIT_REUSE_AFTER + 1);
    int sock = try_connecting();
    assert_true(sock >= 0);
    assert_true(seq_gt(expect_sent(TCP_SYN).seq, seq_make(used)));
    assert_int_equal(connections(), 1);
    close_all(&sock, 1);
}

static void a_used_up_range_of_ports_is_used_again_where_that_is_allowed(void **state)
{
    (void)state;
    const struct stack_addr peer = {PEER_IP, PEER_PORT};
    host.stack->config.port_first = host.stack->config.port_last = OUR_PORT;
    connect_and_close();
    pass(TIME_WAIT_REUSE_AFTER + 1);
    int sock = socket_open(host.stack, SOCKET_STREAM);
    assert_int_equal(socket_set_option(host.stack, sock, SOCKET_NONBLOCK, 1), 0);
    assert_int_equal(socket_connect(host.stack, sock, &peer), -EADDRNOTAVAIL);
    host.stack->config.tcp.time_wait_reuse = true;
    assert_int_equal(socket_connect(host.stack, sock, &peer), -EINPROGRESS);
    assert_int_equal(expect_sent(TCP_SYN).src_port, OUR_PORT);
    close_all(&sock, 1);
}

static void a_later_timestamp_opens_it_for_the_peer(void **state)
{
    (void)state;
    uint32_t used = connect_and_close();
    int listener = listening_again();
    receive_stamped(TCP_SYN, PEER_ISS - 100, 0, PEER_STAMP - 1);
    expect_sent(TCP_ACK);
    receive_stamped(TCP_SYN, PEER_ISS - 100, 0, PEER_STAMP + 1);
    struct segment synack = expect_sent(TCP_SYN | TCP_ACK);
    assert_true(seq_gt(synack.seq, seq_make(used)));
    close_all(&listener, 1);
}

static void it_stays_while_the_accept_queue_has_no_place_for_an_heir(void **state)
{
    (void)state;
    uint32_t used = connect_and_close();
    int listener = listening_again();
    for (uint16_t port = 1001; port <= 1005; port++) /* a backlog of 4 takes one more */
        shake(port);
    receive_stamped(TCP_SYN, PEER_ISS + 2, 0, PEER_STAMP + 1);
    assert_int_equal(drops(DROP_TCP_ACCEPT_QUEUE_FULL), 1);
    receive_stamped(TCP_FIN | TCP_ACK, PEER_ISS + 1, used, PEER_STAMP);
    expect_sent(TCP_ACK);
    close_all(&listener, 1);
}

/* Numbers run ahead of the clock where a connection sends more than 250,000 octets a second. */
static void an_heir_begins_beyond_what_was_sent_however_fast(void **state)
{
    (void)state;
    int listener = listening_again();
    uint32_t ack = shake(PEER_PORT), sent = 0;
    int sock = accepted(listener);
    uint8_t octets[8 * MSS_DEFAULT] = {0};
    for (int i = 0; i < 100; i++) {
        const struct span some = {octets, sizeof(octets)};
        host.sent_count = 0;
        assert_int_equal(socket_send(host.stack, sock, some, 0, NULL), sizeof(octets));
        sent += (uint32_t)sizeof(octets);
        receive_flags(TCP_ACK, PEER_ISS + 1, ack + sent);
    }
    close_all(&sock, 1);
    receive_flags(TCP_FIN | TCP_ACK, PEER_ISS + 1, ack + sent + 1);
    host.sent_count = 0;
    receive_flags(TCP_SYN, PEER_ISS + 2, 0);
    assert_int_equal(expect_sent(TCP_SYN | TCP_ACK).seq.value, ack + sent + 1 + ISN_GAP);
    close_all(&listener, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BESIDE_PEER(our_own_connect_leaves_time_wait_alone),
        BESIDE_PEER(our_own_connect_takes_it_over_where_that_is_allowed),
        BESIDE_PEER(a_used_up_range_of_ports_is_used_again_where_that_is_allowed),
        BESIDE_PEER(a_later_timestamp_opens_it_for_the_peer),
        BESIDE_PEER(it_stays_while_the_accept_queue_has_no_place_for_an_heir),
        BESIDE_PEER(an_heir_begins_beyond_what_was_sent_however_fast),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
