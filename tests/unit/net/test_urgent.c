/* Urgent bytes: one apart, or all of them in line with a mark. */
#include "pair.h"

#include "tests/unit/resources.h"

static void urgent_byte_is_read_apart(void **state)
{
    struct pair *pair = *state;
    say(world.client, pair->client, "ab");
    assert_int_equal(net_send(world.client, pair->client, "X", 1, NET_OOB), 1);
    say(world.client, pair->client, "cd");
    assert_true(wait_for(world.server, pair->server, NET_PRI) & NET_PRI);
    char urgent = 0;
    assert_int_equal(net_recv(world.server, pair->server, &urgent, 1, NET_OOB), 1);
    assert_int_equal(urgent, 'X');
    hear(world.server, pair->server, "abcd");
}

static int64_t is_at_mark(int sock)
{
    int64_t at_mark = -1;
    assert_int_equal(net_getsockopt(world.server, sock, NET_SIOCATMARK, &at_mark), 0);
    return at_mark;
}

static void in_line_a_call_ends_before_the_urgent_byte(void **state)
{
    char got[8];
    struct pair *pair = *state;
    set_option(world.server, pair->server, NET_SO_OOBINLINE, 1);
    say(world.client, pair->client, "ab");
    assert_int_equal(net_send(world.client, pair->client, "X", 1, NET_OOB), 1);
    assert_true(wait_for(world.server, pair->server, NET_PRI) & NET_PRI);
    assert_int_equal(is_at_mark(pair->server), 0);
    assert_int_equal(net_recv(world.server, pair->server, got, sizeof got, 0), 2);
    assert_int_equal(is_at_mark(pair->server), 1);
    assert_int_equal(net_recv(world.server, pair->server, got, sizeof got, 0), 1);
    assert_int_equal(got[0], 'X');
    assert_int_equal(is_at_mark(pair->server), 0);
}

static void an_urgent_byte_passed_by_is_gone(void **state)
{
    struct pair *pair = *state;
    say(world.client, pair->client, "ab");
    assert_int_equal(net_send(world.client, pair->client, "X", 1, NET_OOB), 1);
    say(world.client, pair->client, "cd");
    assert_true(wait_for(world.server, pair->server, NET_PRI) & NET_PRI);
    hear(world.server, pair->server, "abcd");
    char urgent = 0;
    assert_int_equal(net_recv(world.server, pair->server, &urgent, 1, NET_OOB), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAIR_EVERYWHERE(urgent_byte_is_read_apart),
        PAIR_EVERYWHERE(an_urgent_byte_passed_by_is_gone),
        PAIR_EVERYWHERE(in_line_a_call_ends_before_the_urgent_byte),
    };
    worlds_enter();
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
