/* The server loop over a back-end whose accept fails in every way there is. */
#include "pair.h"

#include "tests/unit/resources.h"

#include "net/backend.h"
#include "net/serve.h"

/* A back-end whose accept fails in every way that must not end a server, then goes on. */
struct failing {
    struct net net;
    struct net *real;
    size_t accepts;
};

static const int mendable[] = {-ECONNABORTED, -EMFILE, -EPROTO, -ENFILE,      -ENETDOWN,
                               -ENOBUFS,      -ENOMEM, -ENONET, -EHOSTUNREACH};

static int failing_accept(struct net *net, int sock, struct net_addr *peer)
{
    struct failing *failing = (struct failing *)net;
    size_t i = failing->accepts++;
    return i < ARRAY_LEN(mendable) ? mendable[i] : net_accept(failing->real, sock, peer);
}

static int real_socket(struct net *net, enum net_type type)
{
    return net_socket(((struct failing *)net)->real, type);
}

static int real_bind(struct net *net, int sock, const struct net_addr *addr)
{
    return net_bind(((struct failing *)net)->real, sock, addr);
}

static int real_listen(struct net *net, int sock, int backlog)
{
    return net_listen(((struct failing *)net)->real, sock, backlog);
}

static int real_getsockname(struct net *net, int sock, struct net_addr *addr)
{
    return net_getsockname(((struct failing *)net)->real, sock, addr);
}

static int real_shutdown(struct net *net, int sock, enum net_how how)
{
    return net_shutdown(((struct failing *)net)->real, sock, how);
}

static int real_close(struct net *net, int sock)
{
    return net_close(((struct failing *)net)->real, sock);
}

static void stop_serving(struct net *net, int sock, const struct net_addr *peer, void *arg)
{
    (void)net;
    (void)sock;
    (void)peer;
    serve_stop(*(struct serve **)arg);
}

static void failures_of_accept_are_survived_and_counted(void **state)
{
    (void)state;
    static const struct net_ops ops = {.name = "failing",
                                       .socket = real_socket,
                                       .bind = real_bind,
                                       .listen = real_listen,
                                       .accept = failing_accept,
                                       .shutdown = real_shutdown,
                                       .close = real_close,
                                       .getsockname = real_getsockname};
    struct failing failing = {.net = {.ops = &ops}, .real = kernel_net()};
    struct serve *serve;
    struct fault fault = {0};
    struct serve_config config = {.addr = {.ip = NET_LOOPBACK},
                                  .backlog = 1,
                                  .max_connections = 1,
                                  .handle = stop_serving,
                                  .arg = &serve};
    assert_int_equal(serve_open(&serve, &failing.net, &config, &fault), 0);
    struct net_addr addr = serve_addr(serve);
    int client = net_socket(failing.real, NET_STREAM);
    assert_int_equal(net_connect(failing.real, client, &addr), 0);
    assert_int_equal(serve_run(serve), 0);
    struct serve_stats stats;
    serve_get_stats(serve, &stats);
    assert_int_equal(stats.aborted, 5);
    assert_int_equal(stats.retried, 4);
    assert_int_equal(stats.accepted, 1);
    serve_close(serve);
    assert_int_equal(net_close(failing.real, client), 0);
    net_free(failing.real);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(failures_of_accept_are_survived_and_counted),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
