/* Options go in and come out in the API's units, whatever the back-end's are. */
#include "pair.h"

#include "tests/unit/resources.h"

static int64_t option_of(struct net *net, int sock, enum net_option option)
{
    int64_t value = INT64_MIN;
    assert_int_equal(net_getsockopt(net, sock, option, &value), 0);
    return value;
}

struct socket_state {
    struct net *net;
    int sock;
};

static struct socket_state fresh(enum net_type type)
{
    struct socket_state fresh = {.net = world.client};
    fresh.sock = net_socket(fresh.net, type);
    assert_true(fresh.sock >= 0);
    return fresh;
}

static void done(struct socket_state *fresh)
{
    assert_int_equal(net_close(fresh->net, fresh->sock), 0);
}

static void what_is_set_is_read_back(void **state)
{
    (void)state;
    static const struct {
        enum net_option option;
        int64_t set, got;
    } cases[] = {
        {NET_SO_REUSEADDR, 1, 1},
        {NET_SO_REUSEADDR, 0, 0},
        {NET_SO_LINGER, 0, 0},
        {NET_SO_LINGER, 7, 7},
        {NET_SO_LINGER, -1, -1},
        {NET_SO_KEEPALIVE, 1, 1},
        {NET_SO_RCVBUF, 20000, 20000},
        {NET_SO_SNDBUF, 30000, 30000},
        {NET_SO_RCVTIMEO, MS(1500), MS(1500)},
        {NET_SO_SNDTIMEO, SECONDS(3), SECONDS(3)},
        {NET_SO_RCVTIMEO, 0, 0},
        {NET_SO_OOBINLINE, 1, 1},
        {NET_O_NONBLOCK, 1, 1},
        {NET_O_NONBLOCK, 0, 0},
        {NET_IP_TOS, 0xb8, 0xb8},
        {NET_IP_TOS, 0xff, 0xfc}, /* the two bits of congestion notification are TCP's own */
        {NET_IP_TTL, 1, 1},
        {NET_IP_TTL, 255, 255},
        {NET_IP_RECVERR, 1, 1},
        {NET_TCP_NODELAY, 1, 1},
        {NET_TCP_MAXSEG, 1000, 1000},
        {NET_TCP_QUICKACK, 0, 0},
        {NET_TCP_QUICKACK, 1, 1},
        {NET_TCP_CORK, 1, 1},
        {NET_TCP_KEEPIDLE, SECONDS(10), SECONDS(10)},
        {NET_TCP_KEEPIDLE, MS(1500), SECONDS(2)}, /* never shorter than asked */
        {NET_TCP_KEEPINTVL, 1, SECONDS(1)},
        {NET_TCP_KEEPCNT, 5, 5},
        {NET_TCP_SYNCNT, 3, 3},
        {NET_TCP_USER_TIMEOUT, MS(2500), MS(2500)},
        {NET_TCP_WINDOW_CLAMP, 40000, 40000},
        {NET_TCP_CONGESTION, NET_RENO, NET_RENO},
    };
    struct socket_state s = fresh(NET_STREAM);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        set_option(s.net, s.sock, cases[i].option, cases[i].set);
        if (option_of(s.net, s.sock, cases[i].option) != cases[i].got)
            fail_msg("%s", net_option_name(cases[i].option));
    }
    done(&s);
}

/* A kernel may keep CUBIC from ordinary users, or not have it. */
static void cubic_can_be_chosen_by_name(void **state)
{
    (void)state;
    struct socket_state s = fresh(NET_STREAM);
    struct net_info info;
    int refused = net_setsockopt(s.net, s.sock, NET_TCP_CONGESTION, NET_CUBIC);
    if (refused && strcmp(net_name(s.net), "kernel") == 0) {
        assert_true(refused == -EPERM || refused == -ENOENT);
        done(&s);
        return;
    }
    assert_int_equal(refused, 0);
    assert_int_equal(option_of(s.net, s.sock, NET_TCP_CONGESTION), NET_CUBIC);
    assert_int_equal(net_info(s.net, s.sock, &info), 0);
    assert_string_equal(info.congestion, "cubic");
    done(&s);
}

static void defaults_are_the_textbooks(void **state)
{
    (void)state;
    struct socket_state s = fresh(NET_STREAM);
    assert_int_equal(option_of(s.net, s.sock, NET_SO_LINGER), -1);
    assert_int_equal(option_of(s.net, s.sock, NET_SO_KEEPALIVE), 0);
    assert_int_equal(option_of(s.net, s.sock, NET_SO_ERROR), 0);
    assert_int_equal(option_of(s.net, s.sock, NET_IP_TOS), 0);
    assert_int_equal(option_of(s.net, s.sock, NET_IP_TTL), 64);
    assert_int_equal(option_of(s.net, s.sock, NET_IP_RECVERR), 0);
    assert_int_equal(option_of(s.net, s.sock, NET_TCP_NODELAY), 0);
    assert_int_equal(option_of(s.net, s.sock, NET_TCP_USER_TIMEOUT), 0);
    assert_int_equal(option_of(s.net, s.sock, NET_O_NONBLOCK), 0);
    done(&s);
}

static void what_makes_no_sense_is_invalid(void **state)
{
    (void)state;
    static const struct {
        enum net_option option;
        int64_t value;
    } cases[] = {
        {NET_SO_RCVTIMEO, -1},      {NET_SO_LINGER, -2},    {NET_SO_RCVBUF, -1},
        {NET_SO_RCVBUF, INT64_MAX}, {NET_TCP_KEEPIDLE, -1}, {NET_TCP_KEEPCNT, 0},
        {NET_TCP_CONGESTION, 99},   {NET_IP_TTL, 0},        {NET_IP_TTL, 256},
        {NET_OPTION_COUNT, 1},
    };
    struct socket_state s = fresh(NET_STREAM);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        if (net_setsockopt(s.net, s.sock, cases[i].option, cases[i].value) != -EINVAL)
            fail_msg("%s = %lld", net_option_name(cases[i].option), (long long)cases[i].value);
    int64_t value;
    assert_int_equal(net_getsockopt(s.net, s.sock, NET_OPTION_COUNT, &value), -EINVAL);
    assert_int_equal(net_setsockopt(s.net, s.sock, NET_SO_ERROR, 1), -ENOPROTOOPT);
    done(&s);
}

/* tests/unit/net/test_urgent.c asks where there is a mark. */
static void whether_this_is_the_mark_can_only_be_asked(void **state)
{
    (void)state;
    struct socket_state s = fresh(NET_STREAM);
    assert_int_equal(option_of(s.net, s.sock, NET_SIOCATMARK), 0);
    assert_int_equal(net_setsockopt(s.net, s.sock, NET_SIOCATMARK, 1), -ENOPROTOOPT);
    done(&s);
}

static void pending_error_is_read_once(void **state)
{
    (void)state;
    struct socket_state s = fresh(NET_STREAM);
    struct net_addr addr;
    int silent = bound(world.server, NET_STREAM, &addr);
    set_option(s.net, s.sock, NET_O_NONBLOCK, 1);
    assert_int_equal(net_connect(s.net, s.sock, &addr), -EINPROGRESS);
    assert_true(wait_for(s.net, s.sock, NET_OUT) & NET_ERR);
    assert_int_equal(option_of(s.net, s.sock, NET_SO_ERROR), -ECONNREFUSED);
    assert_int_equal(option_of(s.net, s.sock, NET_SO_ERROR), 0);
    assert_int_equal(net_close(world.server, silent), 0);
    done(&s);
}

static void datagrams_have_no_tcp_options(void **state)
{
    (void)state;
    struct socket_state s = fresh(NET_DGRAM);
    assert_int_equal(net_setsockopt(s.net, s.sock, NET_TCP_NODELAY, 1), -ENOPROTOOPT);
    set_option(s.net, s.sock, NET_SO_BROADCAST, 1);
    assert_int_equal(option_of(s.net, s.sock, NET_SO_BROADCAST), 1);
    done(&s);
}

static void every_option_has_a_name(void **state)
{
    (void)state;
    assert_string_equal(net_option_name(NET_SO_REUSEADDR), "SO_REUSEADDR");
    assert_string_equal(net_option_name(NET_O_NONBLOCK), "O_NONBLOCK");
    assert_string_equal(net_option_name(NET_TCP_CONGESTION), "TCP_CONGESTION");
    assert_string_equal(net_option_name(NET_OPTION_COUNT), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EVERYWHERE(what_is_set_is_read_back),
        EVERYWHERE(cubic_can_be_chosen_by_name),
        EVERYWHERE(defaults_are_the_textbooks),
        EVERYWHERE(what_makes_no_sense_is_invalid),
        EVERYWHERE(pending_error_is_read_once),
        EVERYWHERE(whether_this_is_the_mark_can_only_be_asked),
        EVERYWHERE(datagrams_have_no_tcp_options),
        cmocka_unit_test(every_option_has_a_name),
    };
    worlds_enter();
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
