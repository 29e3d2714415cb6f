/* poll, over both back-ends. */
#include "pair.h"

#include "tests/unit/resources.h"

static int look(struct net *net, int sock, int events)
{
    struct net_pollfd wait = {.sock = sock, .events = events};
    assert_in_range(net_poll(net, &wait, 1, 0), 0, 1);
    return wait.revents;
}

static void readiness_is_shown_per_socket(void **state)
{
    struct pair *pair = *state;
    say(world.client, pair->client, "x");
    wait_for(world.server, pair->server, NET_IN);
    struct net_pollfd servers[] = {{.sock = pair->server, .events = NET_IN | NET_OUT},
                                   {.sock = pair->listener, .events = NET_IN}};
    assert_int_equal(net_poll(world.server, servers, 2, NEVER), 1);
    assert_int_equal(servers[0].revents, NET_IN | NET_OUT);
    assert_int_equal(servers[1].revents, 0);
    struct net_pollfd clients[] = {{.sock = pair->client, .events = NET_IN},
                                   {.sock = pair->client, .events = NET_OUT}};
    assert_int_equal(net_poll(world.client, clients, 2, NEVER), 1);
    assert_int_equal(clients[0].revents, 0);
    assert_int_equal(clients[1].revents, NET_OUT);
}

static int64_t poll_two(struct call *call)
{
    struct net_pollfd waits[] = {{.sock = call->sock, .events = NET_IN},
                                 {.sock = call->sock, .events = NET_PRI}};
    int64_t ready = net_poll(call->net, waits, 2, NEVER);
    call->revents = waits[0].revents;
    return ready;
}

static void one_of_several_wakes_the_waiting_thread(void **state)
{
    struct pair *pair = *state;
    struct call call = {.net = world.server, .sock = pair->server, .make = poll_two};
    call_start(&call);
    say(world.client, pair->client, "x");
    assert_int_equal(call_join(&call), 1);
    assert_int_equal(call.revents, NET_IN);
}

static void nothing_ready_is_zero_after_the_timeout(void **state)
{
    struct pair *pair = *state;
    struct net_pollfd wait = {.sock = pair->client, .events = NET_IN};
    usec_t start = clock_now();
    assert_int_equal(net_poll(world.client, &wait, 1, MS(20)), 0);
    assert_true(clock_now() - start >= MS(20));
    assert_int_equal(net_poll(world.client, &wait, 1, 0), 0);
    assert_int_equal(net_poll(world.client, NULL, 0, 1), 0);
}

static void end_of_stream_reads_and_full_close_hangs_up(void **state)
{
    struct pair *pair = *state;
    assert_int_equal(look(world.client, pair->client, NET_IN), 0);
    assert_int_equal(net_shutdown(world.server, pair->server, NET_SHUT_WR), 0);
    assert_int_equal(wait_for(world.client, pair->client, NET_IN), NET_IN);
    assert_int_equal(net_shutdown(world.client, pair->client, NET_SHUT_WR), 0);
    assert_true(wait_for(world.client, pair->client, 0) & NET_HUP);
}

static void reset_shows_as_an_error(void **state)
{
    struct pair *pair = *state;
    reset(world.server, pair->server);
    pair->server = -1;
    int revents = wait_for(world.client, pair->client, 0);
    assert_int_equal(revents & (NET_ERR | NET_HUP), NET_ERR | NET_HUP);
}

static void negative_sockets_are_passed_over(void **state)
{
    struct pair *pair = *state;
    struct net_pollfd waits[] = {{.sock = -1, .events = NET_IN, .revents = 99},
                                 {.sock = pair->client, .events = NET_OUT}};
    assert_int_equal(net_poll(world.client, waits, 2, 0), 1);
    assert_int_equal(waits[0].revents, 0);
}

static void one_bad_socket_fails_all_and_holds_none(void **state)
{
    struct pair *pair = *state;
    int closed = net_socket(world.client, NET_STREAM);
    assert_int_equal(net_close(world.client, closed), 0);
    struct net_pollfd waits[] = {{.sock = pair->client, .events = NET_OUT},
                                 {.sock = closed, .events = NET_IN}};
    assert_int_equal(net_poll(world.client, waits, 2, 0), -EBADF);
}

static void many_sockets_at_once(void **state)
{
    enum { MANY = 100 };
    struct pair *pair = *state;
    struct net_pollfd waits[MANY];
    for (int i = 0; i < MANY; i++)
        waits[i] = (struct net_pollfd){.sock = pair->client, .events = NET_OUT};
    assert_int_equal(net_poll(world.client, waits, MANY, 0), MANY);
    assert_int_equal(waits[MANY - 1].revents, NET_OUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAIR_EVERYWHERE(readiness_is_shown_per_socket),
        PAIR_EVERYWHERE(one_of_several_wakes_the_waiting_thread),
        PAIR_EVERYWHERE(nothing_ready_is_zero_after_the_timeout),
        PAIR_EVERYWHERE(end_of_stream_reads_and_full_close_hangs_up),
        PAIR_EVERYWHERE(reset_shows_as_an_error),
        PAIR_EVERYWHERE(negative_sockets_are_passed_over),
        PAIR_EVERYWHERE(one_bad_socket_fails_all_and_holds_none),
        PAIR_EVERYWHERE(many_sockets_at_once),
    };
    worlds_enter();
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
