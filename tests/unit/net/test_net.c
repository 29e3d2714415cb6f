/* The one place between programs and back-ends: what it tells the event log. */
#include "pair.h"

#include "tests/unit/resources.h"

struct ear {
    struct event_sink sink;
    struct event heard[32];
    size_t count;
};

static void hear_event(struct event_sink *sink, const struct event *event)
{
    struct ear *ear = (struct ear *)sink;
    if (ear->count < ARRAY_LEN(ear->heard))
        ear->heard[ear->count++] = *event;
}

static struct net *net_heard_by(struct ear *ear)
{
    *ear = (struct ear){.sink = {.put = hear_event}};
    struct net *net;
    struct net_kernel_config config = {.netns_fd = -1, .host = 'B', .sink = &ear->sink};
    assert_int_equal(net_kernel_new(&net, &config), 0);
    return net;
}

static void call_and_return_frame_each_call(void **state)
{
    (void)state;
    struct ear ear;
    struct net *net = net_heard_by(&ear);
    usec_t before = clock_now();
    int sock = net_socket(net, NET_STREAM);
    char byte;
    assert_int_equal(net_recv(net, sock, &byte, 1, 0), -ENOTCONN);
    assert_int_equal(net_close(net, sock), 0);
    assert_int_equal(ear.count, 6);
    const struct event *call = &ear.heard[2], *back = &ear.heard[3];
    assert_int_equal(call->kind, EVENT_CALL);
    assert_int_equal(back->kind, EVENT_RETURN);
    assert_int_equal(call->host, 'B');
    assert_string_equal(back->call.name, "recv");
    assert_int_equal(call->call.sock, sock);
    assert_int_equal(call->call.argument, 1);
    assert_int_equal(back->call.result, -ENOTCONN);
    assert_true(before <= call->at && call->at <= back->at);
    net_free(net);
}

static void option_is_told_by_its_name(void **state)
{
    (void)state;
    struct ear ear;
    struct net *net = net_heard_by(&ear);
    int sock = net_socket(net, NET_STREAM);
    set_option(net, sock, NET_SO_LINGER, 5);
    assert_string_equal(ear.heard[2].call.name, "SO_LINGER");
    assert_int_equal(ear.heard[2].call.argument, 5);
    assert_int_equal(net_close(net, sock), 0);
    net_free(net);
}

static void queries_are_not_told(void **state)
{
    (void)state;
    struct ear ear;
    struct net *net = net_heard_by(&ear);
    int sock = net_socket(net, NET_STREAM);
    size_t so_far = ear.count;
    int64_t value;
    struct net_addr addr;
    struct net_info info;
    struct net_pollfd wait = {.sock = sock, .events = NET_IN};
    assert_int_equal(net_getsockopt(net, sock, NET_TCP_NODELAY, &value), 0);
    assert_int_equal(net_getsockname(net, sock, &addr), 0);
    assert_int_equal(net_info(net, sock, &info), 0);
    assert_true(net_poll(net, &wait, 1, 0) >= 0);
    assert_int_equal(ear.count, so_far);
    assert_true(net_poll(net, &wait, 1, 1) >= 0); /* this one may wait */
    assert_int_equal(ear.count, so_far + 2);
    assert_int_equal(net_close(net, sock), 0);
    net_free(net);
}

static void name_tells_the_backend(void **state)
{
    (void)state;
    struct net *net = kernel_net();
    assert_string_equal(net_name(net), "kernel");
    net_free(net);
    net_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(call_and_return_frame_each_call),
        cmocka_unit_test(option_is_told_by_its_name),
        cmocka_unit_test(queries_are_not_told),
        cmocka_unit_test(name_tells_the_backend),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
