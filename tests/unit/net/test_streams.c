/* The operations on streams, over both back-ends. */
#include "pair.h"

#include "tests/unit/resources.h"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/time.h>

#include "net/io.h"

static void bytes_go_both_ways(void **state)
{
    struct pair *pair = *state;
    say(world.client, pair->client, "ping");
    hear(world.server, pair->server, "ping");
    say(world.server, pair->server, "pong");
    hear(world.client, pair->client, "pong");
}

static void accept_names_the_peer(void **state)
{
    struct pair *pair = *state;
    int client = net_socket(world.client, NET_STREAM);
    assert_int_equal(net_connect(world.client, client, &pair->addr), 0);
    struct net_addr peer, local;
    int server = net_accept(world.server, pair->listener, &peer);
    assert_int_equal(net_getsockname(world.client, client, &local), 0);
    assert_int_equal(peer.port, local.port);
    assert_int_equal(peer.ip, ip_of(world.client));
    assert_int_equal(net_close(world.server, server), 0);
    assert_int_equal(net_close(world.client, client), 0);
}

static void peeked_bytes_stay(void **state)
{
    struct pair *pair = *state;
    say(world.client, pair->client, "abc");
    char got[3];
    assert_int_equal(net_recv(world.server, pair->server, got, 3, NET_PEEK), 3);
    hear(world.server, pair->server, "abc");
}

static void stream_has_no_rest_to_cut_off(void **state)
{
    struct pair *pair = *state;
    say(world.client, pair->client, "abc");
    uint8_t got[2];
    struct buffer room = {got, sizeof(got)};
    assert_int_equal(net_recvfrom(world.server, pair->server, room, NET_TRUNC, NULL), 2);
    assert_memory_equal(got, "ab", 2);
    hear(world.server, pair->server, "c");
}

static void corked_bytes_wait_until_the_cork_is_pulled(void **state)
{
    struct pair *pair = *state;
    struct net_pollfd wait = {.sock = pair->server, .events = NET_IN};
    set_option(world.client, pair->client, NET_TCP_CORK, 1);
    say(world.client, pair->client, "ab");
    assert_int_equal(net_poll(world.server, &wait, 1, MS(50)), 0);
    set_option(world.client, pair->client, NET_TCP_CORK, 0);
    hear(world.server, pair->server, "ab");
}

static void bytes_before_more_wait_for_it(void **state)
{
    struct pair *pair = *state;
    struct net_pollfd wait = {.sock = pair->server, .events = NET_IN};
    assert_int_equal(net_send(world.client, pair->client, "ab", 2, NET_MORE), 2);
    assert_int_equal(net_poll(world.server, &wait, 1, MS(50)), 0);
    say(world.client, pair->client, "cd");
    wait_for(world.server, pair->server, NET_IN);
    char got[8];
    assert_int_equal(net_recv(world.server, pair->server, got, sizeof(got), 0), 4);
}

static void half_closed_stream_still_receives(void **state)
{
    struct pair *pair = *state;
    say(world.client, pair->client, "question");
    assert_int_equal(net_shutdown(world.client, pair->client, NET_SHUT_WR), 0);
    hear(world.server, pair->server, "question");
    char end;
    assert_int_equal(net_recv(world.server, pair->server, &end, 1, 0), 0);
    say(world.server, pair->server, "answer");
    hear(world.client, pair->client, "answer");
    assert_int_equal(net_send(world.client, pair->client, "more", 4, 0), -EPIPE);
}

static void text_after_both_directions_were_shut_is_reset(void **state)
{
    struct pair *pair = *state;
    char got;
    assert_int_equal(net_shutdown(world.client, pair->client, NET_SHUT_RDWR), 0);
    assert_int_equal(net_recv(world.server, pair->server, &got, 1, 0), 0);
    say(world.server, pair->server, "nobody reads this");
    wait_for(world.server, pair->server, NET_HUP);
    assert_int_equal(net_send(world.server, pair->server, "x", 1, 0), -EPIPE);
    assert_int_equal(net_recv(world.client, pair->client, &got, 1, 0), -ECONNRESET);
}

static void unread_data_turns_close_into_a_reset(void **state)
{
    struct pair *pair = *state;
    say(world.client, pair->client, "nobody reads this");
    wait_for(world.server, pair->server, NET_IN);
    assert_int_equal(net_close(world.server, pair->server), 0);
    pair->server = -1;
    char got;
    assert_int_equal(net_recv(world.client, pair->client, &got, 1, 0), -ECONNRESET);
    assert_int_equal(net_send(world.client, pair->client, "x", 1, 0), -EPIPE);
}

static void lingering_for_zero_seconds_resets(void **state)
{
    struct pair *pair = *state;
    reset(world.server, pair->server);
    pair->server = -1;
    char got;
    assert_int_equal(net_recv(world.client, pair->client, &got, 1, 0), -ECONNRESET);
}

static void nobody_listening_refuses(void **state)
{
    (void)state;
    struct net_addr addr;
    int silent = bound(world.server, NET_STREAM, &addr);
    int client = net_socket(world.client, NET_STREAM);
    assert_int_equal(net_connect(world.client, client, &addr), -ECONNREFUSED);
    assert_int_equal(net_listen(world.server, silent, 1), 0);
    assert_int_equal(net_connect(world.client, client, &addr), 0); /* the same socket again */
    assert_int_equal(net_connect(world.client, client, &addr), -EISCONN);
    assert_int_equal(net_close(world.client, client), 0);
    assert_int_equal(net_close(world.server, silent), 0);
}

static void busy_port_needs_reuse_on_both_ends(void **state)
{
    struct pair *pair = *state;
    int other = net_socket(world.server, NET_STREAM);
    assert_int_equal(net_bind(world.server, other, &pair->addr), -EADDRINUSE);
    /* The server's end closes first and stays in TIME_WAIT on the port. */
    assert_int_equal(net_shutdown(world.server, pair->server, NET_SHUT_WR), 0);
    char end;
    assert_int_equal(net_recv(world.client, pair->client, &end, 1, 0), 0);
    assert_int_equal(net_close(world.client, pair->client), 0);
    assert_int_equal(net_recv(world.server, pair->server, &end, 1, 0), 0);
    assert_int_equal(net_close(world.server, pair->server), 0);
    assert_int_equal(net_close(world.server, pair->listener), 0);
    pair->client = pair->server = pair->listener = -1;
    assert_int_equal(net_bind(world.server, other, &pair->addr), -EADDRINUSE);
    assert_int_equal(net_close(world.server, other), 0);
}

static void reuse_on_both_ends_takes_the_port_over(void **state)
{
    (void)state;
    struct net *net = world.server;
    struct net_addr addr = {.ip = ip_of(net)};
    int first = net_socket(net, NET_STREAM), second = net_socket(net, NET_STREAM);
    set_option(net, first, NET_SO_REUSEADDR, 1);
    set_option(net, second, NET_SO_REUSEADDR, 1);
    assert_int_equal(net_bind(net, first, &addr), 0);
    assert_int_equal(net_getsockname(net, first, &addr), 0);
    assert_int_equal(net_bind(net, second, &addr), 0);
    assert_int_equal(net_listen(net, first, 1), 0);
    assert_int_equal(net_listen(net, second, 1), -EADDRINUSE);
    assert_int_equal(net_close(net, first), 0);
    assert_int_equal(net_listen(net, second, 1), 0);
    assert_int_equal(net_close(net, second), 0);
}

static void closed_socket_is_a_bad_descriptor_everywhere(void **state)
{
    struct pair *pair = *state;
    struct net *net = world.client;
    int sock = pair->client;
    assert_int_equal(net_close(net, sock), 0);
    pair->client = -1;
    char byte = 0;
    int64_t value;
    struct net_addr addr = pair->addr;
    struct net_info info;
    struct net_pollfd wait = {.sock = sock, .events = NET_IN};
    assert_int_equal(net_bind(net, sock, &addr), -EBADF);
    assert_int_equal(net_listen(net, sock, 1), -EBADF);
    assert_int_equal(net_accept(net, sock, NULL), -EBADF);
    assert_int_equal(net_connect(net, sock, &addr), -EBADF);
    assert_int_equal(net_send(net, sock, &byte, 1, 0), -EBADF);
    assert_int_equal(net_recv(net, sock, &byte, 1, 0), -EBADF);
    assert_int_equal(net_sendto(net, sock, (struct span){0}, &addr), -EBADF);
    assert_int_equal(net_recvfrom(net, sock, (struct buffer){0}, 0, &addr), -EBADF);
    assert_int_equal(net_shutdown(net, sock, NET_SHUT_RDWR), -EBADF);
    assert_int_equal(net_close(net, sock), -EBADF);
    assert_int_equal(net_setsockopt(net, sock, NET_SO_KEEPALIVE, 1), -EBADF);
    assert_int_equal(net_getsockopt(net, sock, NET_SO_KEEPALIVE, &value), -EBADF);
    assert_int_equal(net_getsockname(net, sock, &addr), -EBADF);
    assert_int_equal(net_poll(net, &wait, 1, 0), -EBADF);
    assert_int_equal(net_info(net, sock, &info), -EBADF);
}

static void numbers_nobody_was_given_are_bad(void **state)
{
    (void)state;
    struct net *net = world.client;
    int sock = net_socket(net, NET_STREAM);
    assert_int_equal(net_close(net, 0), -EBADF);
    assert_int_equal(net_close(net, -1), -EBADF);
    assert_int_equal(net_close(net, INT32_MAX), -EBADF);
    assert_int_equal(net_close(net, sock), 0);
}

static void descriptors_of_others_are_bad(void **state)
{
    (void)state;
    struct net *other = kernel_net();
    int sock = net_socket(world.client, NET_STREAM);
    assert_int_equal(net_close(other, sock), -EBADF);
    assert_int_equal(net_close(world.client, sock), 0);
    net_free(other);
}

static void flags_a_call_does_not_know_are_invalid(void **state)
{
    struct pair *pair = *state;
    char byte = 0;
    assert_int_equal(net_send(world.client, pair->client, &byte, 1, NET_PEEK), -EINVAL);
    assert_int_equal(net_recv(world.client, pair->client, &byte, 1, NET_MORE), -EINVAL);
}

static void nonblocking_calls_do_not_wait(void **state)
{
    struct pair *pair = *state;
    char got;
    assert_int_equal(net_recv(world.client, pair->client, &got, 1, NET_DONTWAIT), -EAGAIN);
    set_option(world.client, pair->client, NET_O_NONBLOCK, 1);
    assert_int_equal(net_recv(world.client, pair->client, &got, 1, 0), -EAGAIN);
    set_option(world.server, pair->listener, NET_O_NONBLOCK, 1);
    assert_int_equal(net_accept(world.server, pair->listener, NULL), -EAGAIN);
    static const char much[1 << 20];
    int64_t sent;
    do {
        sent = net_send(world.client, pair->client, much, sizeof(much), 0);
    } while (sent > 0);
    assert_int_equal(sent, -EAGAIN);
}

static void nonblocking_connect_is_finished_by_poll(void **state)
{
    struct pair *pair = *state;
    int client = net_socket(world.client, NET_STREAM);
    set_option(world.client, client, NET_O_NONBLOCK, 1);
    assert_int_equal(net_connect(world.client, client, &pair->addr), -EINPROGRESS);
    assert_int_equal(wait_for(world.client, client, NET_OUT), NET_OUT);
    int64_t error = 1;
    assert_int_equal(net_getsockopt(world.client, client, NET_SO_ERROR, &error), 0);
    assert_int_equal(error, 0);
    assert_int_equal(net_close(world.client, client), 0);
}

static void timeouts_end_the_wait(void **state)
{
    struct pair *pair = *state;
    set_option(world.client, pair->client, NET_SO_RCVTIMEO, MS(20));
    set_option(world.client, pair->client, NET_SO_SNDTIMEO, MS(20));
    set_option(world.server, pair->listener, NET_SO_RCVTIMEO, MS(20));
    usec_t start = clock_now();
    char got;
    assert_int_equal(net_recv(world.client, pair->client, &got, 1, 0), -EAGAIN);
    assert_true(clock_now() - start >= MS(19));
    assert_int_equal(net_accept(world.server, pair->listener, NULL), -EAGAIN);
    static const char much[1 << 20];
    int64_t sent;
    do {
        sent = net_send(world.client, pair->client, much, sizeof(much), 0);
    } while (sent > 0);
    assert_int_equal(sent, -EAGAIN);
}

static void ignore_signal(int number)
{
    (void)number;
}

/* A timer that fires more often than the timeout passes: a timeout that each signal starts anew
 * would never end. */
static void signals_do_not_prolong_a_timeout(void **state)
{
    struct pair *pair = *state;
    struct sigaction old, action = {.sa_handler = ignore_signal};
    struct itimerval often = {.it_interval = {0, 5000}, .it_value = {0, 5000}}, never = {0};
    set_option(world.client, pair->client, NET_SO_RCVTIMEO, MS(50));
    assert_int_equal(sigaction(SIGALRM, &action, &old), 0);
    assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
    char got;
    int64_t result = net_recv(world.client, pair->client, &got, 1, 0);
    assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
    assert_int_equal(sigaction(SIGALRM, &old, NULL), 0);
    assert_int_equal(result, -EAGAIN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAIR_EVERYWHERE(bytes_go_both_ways),
        PAIR_EVERYWHERE(accept_names_the_peer),
        PAIR_EVERYWHERE(peeked_bytes_stay),
        PAIR_EVERYWHERE(stream_has_no_rest_to_cut_off),
        PAIR_EVERYWHERE(corked_bytes_wait_until_the_cork_is_pulled),
        PAIR_EVERYWHERE(bytes_before_more_wait_for_it),
        PAIR_EVERYWHERE(half_closed_stream_still_receives),
        PAIR_EVERYWHERE(text_after_both_directions_were_shut_is_reset),
        PAIR_EVERYWHERE(unread_data_turns_close_into_a_reset),
        PAIR_EVERYWHERE(lingering_for_zero_seconds_resets),
        EVERYWHERE(nobody_listening_refuses),
        PAIR_EVERYWHERE(busy_port_needs_reuse_on_both_ends),
        EVERYWHERE(reuse_on_both_ends_takes_the_port_over),
        PAIR_EVERYWHERE(closed_socket_is_a_bad_descriptor_everywhere),
        EVERYWHERE(numbers_nobody_was_given_are_bad),
        ON_KERNEL(descriptors_of_others_are_bad),
        PAIR_EVERYWHERE(flags_a_call_does_not_know_are_invalid),
        PAIR_EVERYWHERE(nonblocking_calls_do_not_wait),
        PAIR_EVERYWHERE(nonblocking_connect_is_finished_by_poll),
        PAIR_EVERYWHERE(timeouts_end_the_wait),
        PAIR_ON_KERNEL(signals_do_not_prolong_a_timeout),
    };
    worlds_enter();
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
