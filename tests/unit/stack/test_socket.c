/* common/stack/socket*.c: what is only the own host's; the calls themselves are held to the
 * kernel's in tests/unit/net. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/resources.h"
#include "tests/unit/stack/peer.h"

static void a_closed_sockets_number_is_not_given_again_soon(void **state)
{
    (void)state;
    int first = socket_open(host.stack, SOCKET_STREAM);
    assert_int_equal(first, SOCKET_FIRST);
    close_all(&first, 1);
    for (int i = 1; i < 20; i++) {
        int next = socket_open(host.stack, SOCKET_STREAM);
        assert_int_equal(next, SOCKET_FIRST + i);
        close_all(&next, 1);
    }
}

static void numbers_are_unique_however_many_are_open(void **state)
{
    (void)state;
    enum { MANY = 1000 };
    static bool open[10 * MANY];
    static int socks[MANY];
    for (int i = 0; i < MANY; i++) {
        socks[i] = socket_open(host.stack, i % 2 ? SOCKET_STREAM : SOCKET_DGRAM);
        assert_in_range(socks[i], SOCKET_FIRST, 10 * MANY - 1);
        assert_false(open[socks[i]]);
        open[socks[i]] = true;
    }
    close_all(socks, MANY);
    memset(open, 0, sizeof(open));
}

static void a_host_has_a_limit_of_sockets(void **state)
{
    (void)state;
    host.stack->config.socket_limit = 2;
    int listener = listening(1);
    shake(PEER_PORT);
    int other = socket_open(host.stack, SOCKET_DGRAM);
    assert_int_equal(socket_open(host.stack, SOCKET_STREAM), -EMFILE);
    assert_int_equal(socket_accept(host.stack, listener, NULL), -EMFILE);
    close_all(&other, 1);
    int sock = accepted(listener); /* the connection has waited */
    close_all((int[]){sock, listener}, 2);
}

static void calls_on_the_wrong_kind_of_socket_say_so(void **state)
{
    (void)state;
    const struct stack_addr peer = {PEER_IP, PEER_PORT}, nowhere = {OUR_IP + 0x10000, 1};
    int listener = listening(1);
    int stream = socket_open(host.stack, SOCKET_STREAM);
    int datagrams = socket_open(host.stack, SOCKET_DGRAM);
    char octet;
    assert_int_equal(socket_accept(host.stack, stream, NULL), -EINVAL);
    assert_int_equal(socket_accept(host.stack, datagrams, NULL), -EOPNOTSUPP);
    assert_int_equal(socket_listen(host.stack, datagrams, 1), -EOPNOTSUPP);
    assert_int_equal(socket_connect(host.stack, listener, &peer), -EISCONN);
    assert_int_equal(socket_connect(host.stack, stream, &nowhere), -ENETUNREACH);
    assert_int_equal(socket_send(host.stack, stream, text("x"), 0, NULL), -EPIPE);
    assert_int_equal(recv_from(stream, &octet, 1), -ENOTCONN);
    assert_int_equal(recv_from(listener, &octet, 1), -ENOTCONN);
    assert_int_equal(socket_shutdown(host.stack, stream, true, true), -ENOTCONN);
    close_all((int[]){listener, stream, datagrams}, 3);
}

static void a_connected_socket_cannot_listen(void **state)
{
    (void)state;
    int sock = connecting();
    assert_int_equal(socket_listen(host.stack, sock, 1), -EINVAL);
    close_all(&sock, 1);
}

static void connect_is_told_once_what_came_of_it(void **state)
{
    (void)state;
    const struct stack_addr peer = {PEER_IP, PEER_PORT};
    int sock = connecting();
    uint32_t iss = expect_sent(TCP_SYN).seq.value;
    assert_int_equal(socket_connect(host.stack, sock, &peer), -EALREADY);
    receive_flags(TCP_SYN | TCP_ACK, PEER_ISS, iss + 1);
    assert_int_equal(socket_connect(host.stack, sock, &peer), 0);
    assert_int_equal(socket_connect(host.stack, sock, &peer), -EISCONN);
    close_all(&sock, 1);
}

static void a_refused_socket_may_try_again(void **state)
{
    (void)state;
    const struct stack_addr peer = {PEER_IP, PEER_PORT};
    int sock = connecting();
    uint32_t iss = expect_sent(TCP_SYN).seq.value;
    receive_flags(TCP_RST | TCP_ACK, 0, iss + 1);
    assert_int_equal(socket_connect(host.stack, sock, &peer), -ECONNREFUSED);
    assert_int_equal(connections(), 0);
    assert_int_equal(socket_connect(host.stack, sock, &peer), -EINPROGRESS);
    expect_sent(TCP_SYN);
    close_all(&sock, 1);
    assert_int_equal(connections(), 0);
}

static void shutdown_in_either_direction_ends_connecting(void **state)
{
    (void)state;
    const struct stack_addr peer = {PEER_IP, PEER_PORT};
    for (int in = 0; in <= 1; in++) {
        int sock = connecting();
        assert_int_equal(socket_shutdown(host.stack, sock, in, !in), 0);
        assert_int_equal(socket_connect(host.stack, sock, &peer), -ECONNABORTED);
        close_all(&sock, 1);
    }
}

static void unread_text_makes_close_a_reset(void **state)
{
    (void)state;
    int listener = listening(1);
    uint32_t ack = shake(PEER_PORT);
    int sock = accepted(listener);
    receive_text(PEER_ISS + 1, ack, "unread");
    host.sent_count = 0;
    close_all(&sock, 1);
    expect_sent(TCP_RST | TCP_ACK);
    assert_int_equal(connections(), 0);
    close_all(&listener, 1);
}

/* ---- lingering ---- */

static void close_waits_as_long_as_it_may_linger(void **state)
{
    (void)state;
    int listener = listening(1);
    shake(PEER_PORT);
    int sock = accepted(listener);
    assert_int_equal(socket_set_option(host.stack, sock, SOCKET_LINGER, 3), 0);
    usec_t start = clock_now();
    close_all(&sock, 1); /* and the peer says nothing */
    assert_in_range(clock_now() - start, SECONDS(3), SECONDS(3) + 100);
    assert_int_equal(connections(), 1); /* it lives on and goes on trying */
    close_all(&listener, 1);
}

static void nothing_is_waited_for_when_text_is_lost_anyway(void **state)
{
    (void)state;
    int listener = listening(1);
    uint32_t ack = shake(PEER_PORT);
    int sock = accepted(listener);
    receive_text(PEER_ISS + 1, ack, "unread");
    assert_int_equal(socket_set_option(host.stack, sock, SOCKET_LINGER, 3), 0);
    usec_t start = clock_now();
    close_all(&sock, 1);
    assert_in_range(clock_now() - start, 0, 100);
    close_all(&listener, 1);
}

struct answer {
    uint32_t ack;
};

static void acknowledge_fin(void *arg)
{
    const struct answer *answer = arg;
    thread_sleep_until(clock_now() + SECONDS(1));
    receive_flags(TCP_ACK, PEER_ISS + 1, answer->ack + 1);
}

static void lingering_ends_when_all_is_acknowledged(void **state)
{
    (void)state;
    int listener = listening(1);
    struct answer answer = {shake(PEER_PORT)};
    int sock = accepted(listener);
    struct thread *peer;
    assert_int_equal(socket_set_option(host.stack, sock, SOCKET_LINGER, 30), 0);
    assert_int_equal(thread_start(&peer, "peer", acknowledge_fin, &answer), 0);
    usec_t start = clock_now();
    close_all(&sock, 1);
    assert_in_range(clock_now() - start, SECONDS(1), SECONDS(1) + 100);
    thread_join(peer);
    close_all(&listener, 1);
}

/* ---- who is woken ---- */

/* Counts how often a blocked writer gets a turn while a full buffer is acknowledged bit by bit. */
static void a_writer_is_not_woken_for_every_ack(void **state)
{
    (void)state;
    enum { BUFFER = 30000 };
    static uint8_t much[BUFFER];
    int listener = listening(1);
    uint32_t ack = shake(PEER_PORT);
    int sock = accepted(listener);
    assert_int_equal(socket_set_option(host.stack, sock, SOCKET_SNDBUF, BUFFER), 0);
    struct span data = {much, sizeof(much)};
    assert_int_equal(socket_send(host.stack, sock, data, 0, NULL), BUFFER);
    struct socket_poll poll = {.sock = sock, .events = SOCKET_OUT};
    int changes = 0, before = 0;
    for (uint32_t acked = 1000; acked <= BUFFER; acked += 1000) {
        receive_flags(TCP_ACK, PEER_ISS + 1, ack + acked);
        assert_in_range(socket_poll(host.stack, &poll, 1, 0), 0, 1);
        changes += poll.revents != before;
        before = poll.revents;
        assert_int_equal(poll.revents == SOCKET_OUT, acked >= BUFFER / 3);
    }
    assert_int_equal(changes, 1);
    close_all((int[]){sock, listener}, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BESIDE_PEER(a_closed_sockets_number_is_not_given_again_soon),
        BESIDE_PEER(numbers_are_unique_however_many_are_open),
        BESIDE_PEER(a_host_has_a_limit_of_sockets),
        BESIDE_PEER(calls_on_the_wrong_kind_of_socket_say_so),
        BESIDE_PEER(a_connected_socket_cannot_listen),
        BESIDE_PEER(connect_is_told_once_what_came_of_it),
        BESIDE_PEER(a_refused_socket_may_try_again),
        BESIDE_PEER(shutdown_in_either_direction_ends_connecting),
        BESIDE_PEER(unread_text_makes_close_a_reset),
        BESIDE_PEER(close_waits_as_long_as_it_may_linger),
        BESIDE_PEER(nothing_is_waited_for_when_text_is_lost_anyway),
        BESIDE_PEER(lingering_ends_when_all_is_acknowledged),
        BESIDE_PEER(a_writer_is_not_woken_for_every_ack),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
