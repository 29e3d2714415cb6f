/* common/stack/socket_options.c: what an option does to the datagrams that leave. What is set is
 * read back in tests/unit/net/test_options.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/resources.h"
#include "tests/unit/stack/peer.h"

static void set(int sock, enum socket_option option, int64_t value)
{
    assert_int_equal(socket_set_option(host.stack, sock, option, value), 0);
}

/* The last datagram sent. */
static struct ipv4 last_sent(void)
{
    assert_true(host.sent_count > 0);
    return sent_frame(host.sent_count - 1).ip;
}

/* RFC 9293 MUST-48, MUST-49 and SHLD-22: from the SYN on, and unchanged. */
static void a_stream_is_marked_as_its_socket_says(void **state)
{
    (void)state;
    int sock = socket_open(host.stack, SOCKET_STREAM);
    const struct stack_addr peer = {PEER_IP, PEER_PORT};
    set(sock, SOCKET_NONBLOCK, 1);
    set(sock, SOCKET_TOS, 46 << 2);
    set(sock, SOCKET_TTL, 3);
    assert_int_equal(socket_connect(host.stack, sock, &peer), -EINPROGRESS);
    assert_int_equal(last_sent().dscp, 46);
    assert_int_equal(last_sent().ecn, ECN_NOT_CAPABLE);
    assert_int_equal(last_sent().ttl, 3);
    close_all(&sock, 1);
}

/* RFC 9293 SHLD-21; a listener's marks are its connections', until they set their own. */
static void marks_change_while_the_connection_lasts(void **state)
{
    (void)state;
    int listener = listening(1);
    set(listener, SOCKET_TOS, 10 << 2);
    set(listener, SOCKET_TTL, 7);
    receive_flags(TCP_SYN, PEER_ISS, 0);
    assert_int_equal(last_sent().dscp, 10); /* the SYN-ACK, too */
    assert_int_equal(last_sent().ttl, 7);
    shake_second_half(PEER_PORT, take_sent().seq.value + 1);
    int sock = accepted(listener);
    assert_int_equal(socket_send(host.stack, sock, text("a"), 0, NULL), 1);
    assert_int_equal(last_sent().dscp, 10);
    assert_int_equal(last_sent().ttl, 7);
    set(sock, SOCKET_TOS, 0);
    set(sock, SOCKET_TTL, 255);
    set(sock, SOCKET_NODELAY, 1);
    assert_int_equal(socket_send(host.stack, sock, text("b"), 0, NULL), 1);
    assert_int_equal(last_sent().dscp, 0);
    assert_int_equal(last_sent().ttl, 255);
    close_all((int[]){sock, listener}, 2);
}

static void datagrams_are_marked_as_their_socket_says(void **state)
{
    (void)state;
    int sock = socket_open(host.stack, SOCKET_DGRAM);
    const struct stack_addr peer = {PEER_IP, PEER_PORT};
    assert_int_equal(socket_send(host.stack, sock, text("a"), 0, &peer), 1);
    assert_int_equal(last_sent().ttl, IP_TTL_DEFAULT);
    set(sock, SOCKET_TOS, 46 << 2 | ECN_CAPABLE_0);
    set(sock, SOCKET_TTL, 1);
    assert_int_equal(socket_send(host.stack, sock, text("b"), 0, &peer), 1);
    assert_int_equal(last_sent().dscp, 46);
    assert_int_equal(last_sent().ecn, ECN_CAPABLE_0);
    assert_int_equal(last_sent().ttl, 1);
    close_all(&sock, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BESIDE_PEER(a_stream_is_marked_as_its_socket_says),
        BESIDE_PEER(marks_change_while_the_connection_lasts),
        BESIDE_PEER(datagrams_are_marked_as_their_socket_says),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
