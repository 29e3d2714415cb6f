/* A call that is blocked on a socket comes back when another thread shuts the socket down or closes
 * it, with the answers that net.h promises of both back-ends. */
#include "pair.h"

#include "tests/unit/resources.h"

static int64_t make_accept(struct call *call)
{
    return net_accept(call->net, call->sock, NULL);
}

static int64_t make_connect(struct call *call)
{
    return net_connect(call->net, call->sock, &call->addr);
}

static int64_t make_recv(struct call *call)
{
    char byte;
    return net_recv(call->net, call->sock, &byte, 1, 0);
}

static int64_t make_recvfrom(struct call *call)
{
    uint8_t byte;
    return net_recvfrom(call->net, call->sock, (struct buffer){&byte, 1}, 0, NULL);
}

/* Until the buffers are full, the peer never reads, and somebody ends it. */
static int64_t make_sends(struct call *call)
{
    static const char much[1 << 20];
    int64_t sent;
    do {
        sent = net_send(call->net, call->sock, much, sizeof(much), 0);
    } while (sent > 0);
    return sent;
}

static int64_t make_poll(struct call *call)
{
    struct net_pollfd wait = {.sock = call->sock, .events = NET_IN};
    int64_t ready = net_poll(call->net, &wait, 1, NEVER);
    call->revents = wait.revents;
    return ready;
}

typedef void end_function(struct net *net, int sock);

static void end_by_shutdown(struct net *net, int sock)
{
    assert_int_equal(net_shutdown(net, sock, NET_SHUT_RDWR), 0);
}

static void end_by_close(struct net *net, int sock)
{
    assert_int_equal(net_close(net, sock), 0);
}

static void end_by_abort(struct net *net, int sock)
{
    reset(net, sock);
}

/* Blocks `make` on a socket, ends the socket, and gives the call's answer. */
static int64_t answer(struct call call, end_function *end)
{
    call_start(&call);
    end(call.net, call.sock);
    return call_join(&call);
}

static void accept_comes_back_invalid(void **state)
{
    (void)state;
    end_function *ends[] = {end_by_shutdown, end_by_close};
    for (size_t i = 0; i < 2; i++) {
        struct pair pair;
        pair_open(&pair);
        struct call call = {.net = world.server, .sock = pair.listener, .make = make_accept};
        assert_int_equal(answer(call, ends[i]), -EINVAL);
        if (ends[i] == end_by_close)
            pair.listener = -1;
        assert_int_equal(pair_close(&pair), 0);
    }
}

static void recv_sees_the_end(void **state)
{
    (void)state;
    end_function *ends[] = {end_by_shutdown, end_by_close, end_by_abort};
    for (size_t i = 0; i < 3; i++) {
        struct pair pair;
        pair_open(&pair);
        struct call call = {.net = world.client, .sock = pair.client, .make = make_recv};
        assert_int_equal(answer(call, ends[i]), 0);
        if (ends[i] != end_by_shutdown)
            pair.client = -1;
        assert_int_equal(pair_close(&pair), 0);
    }
}

static void send_finds_the_pipe_broken(void **state)
{
    (void)state;
    end_function *ends[] = {end_by_shutdown, end_by_close, end_by_abort};
    for (size_t i = 0; i < 3; i++) {
        struct pair pair;
        pair_open(&pair);
        struct call call = {.net = world.client, .sock = pair.client, .make = make_sends};
        int64_t error = answer(call, ends[i]); /* after a close: of that send, or of one more */
        assert_true(error == -EPIPE || (ends[i] != end_by_shutdown && error == -EBADF));
        if (ends[i] != end_by_shutdown)
            pair.client = -1;
        assert_int_equal(pair_close(&pair), 0);
    }
}

/* Whether it comes before anything of a send was taken or in its middle. */
static void send_hears_of_the_reset_by_the_peer(void **state)
{
    struct pair *pair = *state;
    struct call call = {.net = world.client, .sock = pair->client, .make = make_sends};
    call_start(&call);
    reset(world.server, pair->server);
    pair->server = -1;
    assert_int_equal(call_join(&call), -ECONNRESET);
    assert_int_equal(net_send(world.client, pair->client, "x", 1, 0), -EPIPE);
}

/* A listener that has room for one lets the second client's SYN go unanswered. */
static void connect_is_aborted(void **state)
{
    (void)state;
    end_function *ends[] = {end_by_shutdown, end_by_close};
    for (size_t i = 0; i < 2; i++) {
        struct net *net = world.client;
        struct call call = {.net = net, .make = make_connect};
        int listener = bound(world.server, NET_STREAM, &call.addr);
        assert_int_equal(net_listen(world.server, listener, 0), 0);
        int first = net_socket(net, NET_STREAM);
        assert_int_equal(net_connect(net, first, &call.addr), 0);
        call.sock = net_socket(net, NET_STREAM);
        assert_int_equal(answer(call, ends[i]), -ECONNABORTED);
        if (ends[i] == end_by_shutdown)
            assert_int_equal(net_close(net, call.sock), 0);
        assert_int_equal(net_close(net, first), 0);
        assert_int_equal(net_close(world.server, listener), 0);
    }
}

static void connect_past_its_timeout_goes_on_behind(void **state)
{
    (void)state;
    struct net *net = world.client;
    struct net_addr addr;
    int listener = bound(world.server, NET_STREAM, &addr);
    assert_int_equal(net_listen(world.server, listener, 0), 0);
    int first = net_socket(net, NET_STREAM), second = net_socket(net, NET_STREAM);
    assert_int_equal(net_connect(net, first, &addr), 0);
    set_option(net, second, NET_SO_SNDTIMEO, MS(20));
    assert_int_equal(net_connect(net, second, &addr), -EINPROGRESS);
    struct net_info info;
    assert_int_equal(net_info(net, second, &info), 0);
    assert_int_equal(info.state, STATE_SYN_SENT);
    int accepted = net_accept(world.server, listener, NULL);
    assert_int_equal(net_close(world.server, accepted), 0);
    set_option(net, second, NET_SO_SNDTIMEO, 0);
    assert_int_equal(net_connect(net, second, &addr),
                     0); /* the SYN resent a second later is heard */
    assert_int_equal(net_close(net, second), 0);
    assert_int_equal(net_close(net, first), 0);
    assert_int_equal(net_close(world.server, listener), 0);
}

static void poll_shows_the_hangup(void **state)
{
    (void)state;
    end_function *ends[] = {end_by_shutdown, end_by_close, end_by_abort};
    for (size_t i = 0; i < 3; i++) {
        struct pair pair;
        pair_open(&pair);
        struct call call = {.net = world.client, .sock = pair.client, .make = make_poll};
        call_start(&call);
        ends[i](world.client, pair.client);
        assert_int_equal(call_join(&call), 1);
        assert_true(call.revents & NET_HUP);
        if (ends[i] != end_by_shutdown)
            pair.client = -1;
        assert_int_equal(pair_close(&pair), 0);
    }
}

static void poll_on_a_listener_shows_the_hangup(void **state)
{
    struct pair *pair = *state;
    struct call call = {.net = world.server, .sock = pair->listener, .make = make_poll};
    call_start(&call);
    assert_int_equal(net_close(world.server, pair->listener), 0);
    pair->listener = -1;
    assert_int_equal(call_join(&call), 1);
    assert_true(call.revents & NET_HUP);
}

static void datagram_reader_sees_the_end(void **state)
{
    (void)state;
    struct call call = {.net = world.server, .make = make_recvfrom};
    call.sock = bound(world.server, NET_DGRAM, &call.addr);
    assert_int_equal(answer(call, end_by_close), 0);
}

static void every_thread_in_a_socket_comes_back(void **state)
{
    enum { READERS = 20 };
    struct pair *pair = *state;
    static struct call calls[READERS];
    memset(calls, 0, sizeof(calls));
    for (int i = 0; i < READERS; i++) {
        calls[i] = (struct call){.net = world.client, .sock = pair->client, .make = make_recv};
        call_start(&calls[i]);
    }
    assert_int_equal(net_close(world.client, pair->client), 0);
    pair->client = -1;
    for (int i = 0; i < READERS; i++)
        assert_int_equal(call_join(&calls[i]), 0);
}

static void abort_under_a_reader_resets_the_peer(void **state)
{
    struct pair *pair = *state;
    struct call call = {.net = world.client, .sock = pair->client, .make = make_recv};
    assert_int_equal(answer(call, end_by_abort), 0);
    pair->client = -1;
    char byte;
    assert_int_equal(net_recv(world.server, pair->server, &byte, 1, 0), -ECONNRESET);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EVERYWHERE(accept_comes_back_invalid),
        EVERYWHERE(recv_sees_the_end),
        EVERYWHERE(send_finds_the_pipe_broken),
        PAIR_EVERYWHERE(send_hears_of_the_reset_by_the_peer),
        EVERYWHERE(connect_is_aborted),
        EVERYWHERE(connect_past_its_timeout_goes_on_behind),
        EVERYWHERE(poll_shows_the_hangup),
        PAIR_EVERYWHERE(poll_on_a_listener_shows_the_hangup),
        EVERYWHERE(datagram_reader_sees_the_end),
        PAIR_EVERYWHERE(every_thread_in_a_socket_comes_back),
        PAIR_EVERYWHERE(abort_under_a_reader_resets_the_peer),
    };
    worlds_enter();
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
