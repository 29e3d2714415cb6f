/* common/stack/ports.c: who may have a port, as on Linux; and those given to who does not care. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/resources.h"
#include "tests/unit/stack/peer.h"

static int stream(bool reuse)
{
    int sock = socket_open(host.stack, SOCKET_STREAM);
    assert_true(sock >= 0);
    assert_int_equal(socket_set_option(host.stack, sock, SOCKET_REUSEADDR, reuse), 0);
    return sock;
}

static int bind_to(int sock, uint16_t port)
{
    const struct stack_addr addr = {0, port};
    return socket_bind(host.stack, sock, &addr);
}

static uint16_t port_of(int sock)
{
    struct stack_addr addr;
    assert_int_equal(socket_get_name(host.stack, sock, &addr), 0);
    return addr.port;
}

static void a_port_is_one_sockets_unless_both_share(void **state)
{
    (void)state;
    static const struct {
        bool first, second;
        int result;
    } cases[] = {{0, 0, -EADDRINUSE}, {1, 0, -EADDRINUSE}, {0, 1, -EADDRINUSE}, {1, 1, 0}};
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        int first = stream(cases[i].first), second = stream(cases[i].second);
        assert_int_equal(bind_to(first, 80), 0);
        assert_int_equal(bind_to(second, 80), cases[i].result);
        close_all((int[]){first, second}, 2);
    }
}

static void a_listener_shares_with_nobody(void **state)
{
    (void)state;
    int listener = stream(true), other = stream(true);
    assert_int_equal(bind_to(listener, 80), 0);
    assert_int_equal(socket_listen(host.stack, listener, 1), 0);
    assert_int_equal(bind_to(other, 80), -EADDRINUSE);
    close_all(&listener, 1);
    assert_int_equal(bind_to(other, 80), 0);
    close_all(&other, 1);
}

static void a_socket_is_bound_once(void **state)
{
    (void)state;
    int sock = stream(false);
    assert_int_equal(bind_to(sock, 80), 0);
    assert_int_equal(bind_to(sock, 81), -EINVAL);
    assert_int_equal(port_of(sock), 80);
    close_all(&sock, 1);
}

static void another_hosts_address_cannot_be_bound(void **state)
{
    (void)state;
    int sock = stream(false);
    const struct stack_addr addr = {PEER_IP, 80};
    assert_int_equal(socket_bind(host.stack, sock, &addr), -EADDRNOTAVAIL);
    close_all(&sock, 1);
}

/* The connections that a listener has accepted keep its port as long as they last. */
static void connections_hold_the_port_of_their_listener(void **state)
{
    (void)state;
    int listener = listening(1);
    shake(PEER_PORT);
    int sock = socket_accept(host.stack, listener, NULL);
    close_all(&listener, 1);
    int other = stream(true);
    assert_int_equal(bind_to(other, OUR_PORT), -EADDRINUSE); /* it was not reusable either */
    socket_set_option(host.stack, sock, SOCKET_REUSEADDR, 1);
    assert_int_equal(bind_to(other, OUR_PORT), 0);
    close_all((int[]){sock, other}, 2);
}

static void ephemeral_ports_differ_and_lie_in_their_range(void **state)
{
    (void)state;
    enum { MANY = 200 };
    static bool seen[PORTS];
    int socks[MANY];
    bool ascending = true;
    for (int i = 0; i < MANY; i++) {
        socks[i] = stream(false);
        assert_int_equal(bind_to(socks[i], 0), 0);
        uint16_t port = port_of(socks[i]);
        assert_in_range(port, PORTS_EPHEMERAL_FIRST, PORTS_EPHEMERAL_LAST);
        assert_false(seen[port]);
        seen[port] = true;
        ascending &= i == 0 || port == port_of(socks[i - 1]) + 1;
    }
    assert_false(ascending); /* RFC 6056: not to be guessed from the last one */
    close_all(socks, MANY);
    memset(seen, 0, sizeof(seen));
}

/* The local port of a connection to the peer's `port`, which is left in SYN-SENT. */
static uint16_t connecting_to(uint16_t port, int *sock)
{
    const struct stack_addr peer = {PEER_IP, port};
    *sock = stream(false);
    assert_int_equal(socket_set_option(host.stack, *sock, SOCKET_NONBLOCK, 1), 0);
    assert_int_equal(socket_connect(host.stack, *sock, &peer), -EINPROGRESS);
    return port_of(*sock);
}

/* RFC 6056 section 3.3.3. */
static void ports_to_one_peer_follow_one_another_and_start_apart_for_each(void **state)
{
    (void)state;
    int socks[4];
    uint16_t first = connecting_to(80, &socks[0]), next = connecting_to(80, &socks[1]);
    uint16_t other = connecting_to(443, &socks[2]), third = connecting_to(80, &socks[3]);
    assert_int_equal(next, first + 1);
    assert_int_equal(third, first + 3); /* the count is one for all peers */
    assert_true(other < first || other > third);
    close_all(socks, 4);
}

static void a_range_used_up_is_gone_round_until_a_port_is_free(void **state)
{
    (void)state;
    host.stack->config.port_first = 40000;
    host.stack->config.port_last = 40002;
    int socks[4];
    bool seen[3] = {false};
    for (int i = 0; i < 3; i++)
        seen[connecting_to(80, &socks[i]) - 40000] = true;
    assert_true(seen[0] && seen[1] && seen[2]);
    const struct stack_addr peer = {PEER_IP, 80};
    socks[3] = stream(false);
    assert_int_equal(socket_connect(host.stack, socks[3], &peer), -EADDRNOTAVAIL);
    uint16_t freed = port_of(socks[1]);
    close_all(&socks[1], 1);
    assert_int_equal(connecting_to(80, &socks[1]), freed);
    close_all(socks, 4);
}

static void no_port_left_is_an_error(void **state)
{
    (void)state;
    static struct port_use uses[PORTS];
    struct ports *ports = &host.stack->conns->ports;
    const struct stack_addr peer = {PEER_IP, PEER_PORT};
    for (uint32_t port = PORTS_EPHEMERAL_FIRST; port <= PORTS_EPHEMERAL_LAST; port++)
        ports_take(ports, &uses[port], (uint16_t)port);
    int sock = stream(false);
    assert_int_equal(bind_to(sock, 0), -EADDRINUSE);
    assert_int_equal(socket_connect(host.stack, sock, &peer), -EADDRNOTAVAIL);
    for (uint32_t port = PORTS_EPHEMERAL_FIRST; port <= PORTS_EPHEMERAL_LAST; port++)
        ports_release(ports, &uses[port]);
    assert_int_equal(bind_to(sock, 0), 0);
    close_all(&sock, 1);
}

static void the_same_connection_cannot_be_made_twice(void **state)
{
    (void)state;
    const struct stack_addr peer = {PEER_IP, PEER_PORT};
    int first = stream(true), second = stream(true);
    socket_set_option(host.stack, first, SOCKET_NONBLOCK, 1);
    assert_int_equal(bind_to(first, 80), 0);
    assert_int_equal(bind_to(second, 80), 0);
    assert_int_equal(socket_connect(host.stack, first, &peer), -EINPROGRESS);
    assert_int_equal(socket_connect(host.stack, second, &peer), -EADDRNOTAVAIL);
    close_all((int[]){first, second}, 2);
}

/* RFC 9293 MUST-42: while another connection from that port is in SYN-SENT or SYN-RECEIVED. */
static void a_port_can_be_listened_at_while_connections_from_it_open(void **state)
{
    (void)state;
    const struct stack_addr peer = {PEER_IP, PEER_PORT};
    int sock = stream(true), listener = stream(true);
    socket_set_option(host.stack, sock, SOCKET_NONBLOCK, 1);
    assert_int_equal(bind_to(sock, OUR_PORT), 0);
    assert_int_equal(bind_to(listener, OUR_PORT), 0);
    assert_int_equal(socket_connect(host.stack, sock, &peer), -EINPROGRESS);
    assert_int_equal(socket_listen(host.stack, listener, 1), 0);
    host.sent_count = 0;
    receive_flags(TCP_SYN, PEER_ISS, 0); /* it opens, too: SYN-RECEIVED */
    take_sent();
    shake(PEER_PORT + 1);
    assert_int_equal(info_of(listener).accept_queue, 1);
    assert_int_equal(info_of(sock).tcp.state, STATE_SYN_RECEIVED);
    close_all((int[]){sock, listener}, 2);
}

/* RFC 9293 MUST-41. */
static void a_listener_that_is_refused_harms_nobody(void **state)
{
    (void)state;
    int listener = listening(1), other = stream(true);
    shake(PEER_PORT);
    assert_int_equal(bind_to(other, OUR_PORT), -EADDRINUSE);
    int sock = accepted(listener);
    assert_int_equal(info_of(sock).tcp.state, STATE_ESTABLISHED);
    shake(PEER_PORT + 1);
    assert_int_equal(info_of(listener).accept_queue, 1);
    close_all((int[]){sock, other, listener}, 3);
}

/* RFC 9293 MUST-43 to MUST-45: named, or chosen by IP; and never another one afterwards. */
static void a_connection_keeps_the_local_address_it_began_with(void **state)
{
    (void)state;
    const struct stack_addr ours = {OUR_IP, 80}, peer = {PEER_IP, PEER_PORT};
    int named = stream(false), open = stream(false);
    const int socks[] = {named, open};
    assert_int_equal(socket_bind(host.stack, named, &ours), 0);
    for (size_t i = 0; i < ARRAY_LEN(socks); i++) {
        struct stack_addr name;
        socket_set_option(host.stack, socks[i], SOCKET_NONBLOCK, 1);
        assert_int_equal(socket_connect(host.stack, socks[i], &peer), -EINPROGRESS);
        assert_int_equal(socket_get_name(host.stack, socks[i], &name), 0);
        assert_int_equal(name.ip, OUR_IP);
    }
    pass(SECONDS(10));
    for (int i = 0; i < host.sent_count; i++)
        assert_int_equal(sent_frame(i).ip.src_ip, OUR_IP);
    assert_true(host.sent_count >= 6);
    close_all(socks, 2);
}

/* RFC 9293 MUST-46. */
static void only_one_host_can_be_connected_to(void **state)
{
    (void)state;
    static const uint32_t others[] = {
        BROADCAST,
        UINT32_MAX,
        0,
        SUBNET,
        UINT32_C(0xe0000001) /* 224.0.0.1 */,
        UINT32_C(0xf0000001) /* 240.0.0.1 */,
    };
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        const struct stack_addr peer = {others[i], PEER_PORT};
        int sock = stream(false);
        assert_int_equal(socket_connect(host.stack, sock, &peer), -ENETUNREACH);
        close_all(&sock, 1);
    }
    assert_int_equal(host.sent_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BESIDE_PEER(a_port_is_one_sockets_unless_both_share),
        BESIDE_PEER(a_listener_shares_with_nobody),
        BESIDE_PEER(a_socket_is_bound_once),
        BESIDE_PEER(another_hosts_address_cannot_be_bound),
        BESIDE_PEER(connections_hold_the_port_of_their_listener),
        BESIDE_PEER(ephemeral_ports_differ_and_lie_in_their_range),
        BESIDE_PEER(ports_to_one_peer_follow_one_another_and_start_apart_for_each),
        BESIDE_PEER(a_range_used_up_is_gone_round_until_a_port_is_free),
        BESIDE_PEER(no_port_left_is_an_error),
        BESIDE_PEER(the_same_connection_cannot_be_made_twice),
        BESIDE_PEER(a_port_can_be_listened_at_while_connections_from_it_open),
        BESIDE_PEER(a_listener_that_is_refused_harms_nobody),
        BESIDE_PEER(a_connection_keeps_the_local_address_it_began_with),
        BESIDE_PEER(only_one_host_can_be_connected_to),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
