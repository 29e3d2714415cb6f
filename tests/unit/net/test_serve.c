/* The server loop: many at once against a cap, stopping, shortages, resets. */
#include "pair.h"

#include "tests/unit/resources.h"

#include <stdlib.h>
#include <sys/resource.h>

#include "net/io.h"
#include "net/serve.h"

struct server {
    struct net *net;
    struct serve *serve;
    struct thread *thread;
    struct net_addr addr;
    int result; /* serve_run's, once joined */
};

static void echo(struct net *net, int sock, const struct net_addr *peer, void *arg)
{
    (void)peer;
    (void)arg;
    char bytes[512];
    int64_t got;
    while ((got = net_recv(net, sock, bytes, sizeof(bytes), 0)) > 0)
        if (net_write_full(net, sock, bytes, (size_t)got) < 0)
            return;
}

static void run(void *arg)
{
    struct server *server = arg;
    server->result = serve_run(server->serve);
}

static void server_start(struct server *server, int cap)
{
    *server = (struct server){.net = kernel_net()};
    struct fault fault = {0};
    struct serve_config config = {
        .addr = {.ip = NET_LOOPBACK}, .backlog = 256, .max_connections = cap, .handle = echo};
    assert_int_equal(serve_open(&server->serve, server->net, &config, &fault), 0);
    server->addr = serve_addr(server->serve);
    assert_int_equal(thread_start(&server->thread, "server", run, server), 0);
}

static void server_finish(struct server *server)
{
    serve_stop(server->serve);
    thread_join(server->thread);
    assert_int_equal(server->result, 0);
    serve_close(server->serve);
    net_free(server->net);
}

static struct serve_stats stats_of(struct server *server)
{
    struct serve_stats stats;
    serve_get_stats(server->serve, &stats);
    return stats;
}

static int client_of(struct server *server)
{
    int sock = net_socket(server->net, NET_STREAM);
    assert_true(sock >= 0);
    assert_int_equal(net_connect(server->net, sock, &server->addr), 0);
    return sock;
}

static void exchange(struct server *server, int sock)
{
    say(server->net, sock, "hello");
    hear(server->net, sock, "hello");
}

static void wait_for_live(struct server *server, int live)
{
    for (usec_t end = SOON; stats_of(server).live != live && clock_now() < end;)
        thread_sleep_until(clock_now() + MS(1));
    assert_int_equal(stats_of(server).live, live);
}

static void cap_queues_and_refuses_nobody(void **state)
{
    (void)state;
    enum { CLIENTS = 200, CAP = 8 };
    struct server server;
    server_start(&server, CAP);
    int socks[CLIENTS];
    for (int i = 0; i < CLIENTS; i++)
        socks[i] = client_of(&server); /* all at once: the kernel holds those beyond the cap */
    for (int i = 0; i < CLIENTS; i++)
        say(server.net, socks[i], "hello");
    for (int i = 0; i < CLIENTS; i++) {
        hear(server.net, socks[i], "hello");
        assert_int_equal(net_close(server.net, socks[i]), 0);
    }
    wait_for_live(&server, 0);
    assert_int_equal(stats_of(&server).accepted, CLIENTS);
    assert_int_equal(stats_of(&server).most, CAP);
    server_finish(&server);
}

static void serve_one_by_one(struct server *server, int clients)
{
    for (int i = 0; i < clients; i++) {
        int sock = client_of(server);
        exchange(server, sock);
        assert_int_equal(net_close(server->net, sock), 0);
        wait_for_live(server, 0);
    }
}

/* A thread that ended keeps its stack until it is joined. */
static int mappings(void)
{
    FILE *maps = fopen("/proc/self/maps", "re");
    assert_non_null(maps);
    int lines = 0;
    for (int c = fgetc(maps); c != EOF; c = fgetc(maps))
        lines += c == '\n';
    fclose(maps);
    return lines;
}

static void ended_threads_are_joined_while_the_server_waits(void **state)
{
    (void)state;
    enum { CLIENTS = 100 };
    struct server server;
    server_start(&server, CLIENTS);
    serve_one_by_one(&server, 5);
    int before = mappings();
    serve_one_by_one(&server, CLIENTS);
    assert_true(mappings() - before < CLIENTS / 2);
    server_finish(&server);
}

static void stop_wakes_handlers_that_are_blocked(void **state)
{
    (void)state;
    enum { CLIENTS = 10 };
    struct server server;
    server_start(&server, CLIENTS);
    int socks[CLIENTS];
    for (int i = 0; i < CLIENTS; i++) {
        socks[i] = client_of(&server);
        exchange(&server, socks[i]);
    }
    assert_int_equal(stats_of(&server).live, CLIENTS);
    serve_stop(server.serve);
    char end;
    for (int i = 0; i < CLIENTS; i++) {
        assert_int_equal(net_recv(server.net, socks[i], &end, 1, 0), 0);
        assert_int_equal(net_close(server.net, socks[i]), 0);
    }
    server_finish(&server); /* a second stop does no harm */
}

static void stop_at_the_cap_ends_the_queue_too(void **state)
{
    (void)state;
    struct server server;
    server_start(&server, 1);
    int served = client_of(&server), waiting = client_of(&server);
    exchange(&server, served);
    serve_stop(server.serve);
    char end;
    assert_int_equal(net_recv(server.net, waiting, &end, 1, 0), -ECONNRESET);
    assert_int_equal(net_recv(server.net, served, &end, 1, 0), 0);
    assert_int_equal(net_close(server.net, served), 0);
    assert_int_equal(net_close(server.net, waiting), 0);
    server_finish(&server);
}

static void stop_before_run_ends_it_at_once(void **state)
{
    (void)state;
    struct server server = {.net = kernel_net()};
    struct fault fault = {0};
    struct serve_config config = {
        .addr = {.ip = NET_LOOPBACK}, .backlog = 1, .max_connections = 1, .handle = echo};
    assert_int_equal(serve_open(&server.serve, server.net, &config, &fault), 0);
    serve_stop(server.serve);
    assert_int_equal(serve_run(server.serve), 0);
    serve_close(server.serve);
    net_free(server.net);
}

/* The lowest limit that leaves no descriptor free. */
static void no_more_descriptors(struct rlimit *old)
{
    assert_int_equal(getrlimit(RLIMIT_NOFILE, old), 0);
    int next = dup(0);
    assert_true(next >= 0);
    close(next);
    struct rlimit none = {.rlim_cur = (rlim_t)next, .rlim_max = old->rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
}

static usec_t cpu_time(void)
{
    struct rusage usage;
    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    return SECONDS(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + usage.ru_utime.tv_usec +
           usage.ru_stime.tv_usec;
}

/* Valgrind counts descriptors itself: it accepts first and then closes what is beyond the limit. */
static bool connections_survive_the_limit(void)
{
    const char *preload = getenv("LD_PRELOAD");
    return !preload || !strstr(preload, "vgpreload");
}

/* An accept that already waits has its descriptor: the first client may get in, the second cannot.
 */
static void no_descriptors_left_waits_without_spinning(void **state)
{
    (void)state;
    struct server server;
    server_start(&server, 4);
    int first = net_socket(server.net, NET_STREAM), second = net_socket(server.net, NET_STREAM);
    struct rlimit old;
    no_more_descriptors(&old);
    int connects = net_connect(server.net, first, &server.addr);
    connects += net_connect(server.net, second, &server.addr);
    for (usec_t end = SOON; stats_of(&server).retried == 0 && clock_now() < end;)
        thread_sleep_until(clock_now() + MS(1));
    uint64_t retried = stats_of(&server).retried;
    usec_t cpu = cpu_time();
    thread_sleep_until(clock_now() + MS(350));
    cpu = cpu_time() - cpu;
    uint64_t more = stats_of(&server).retried - retried;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
    assert_int_equal(connects, 0);
    assert_true(retried >= 1);
    assert_true(more <= 20);
    assert_true(cpu < MS(200));
    if (connections_survive_the_limit()) { /* served as soon as there are some again */
        exchange(&server, first);
        exchange(&server, second);
    }
    assert_int_equal(net_close(server.net, first), 0);
    assert_int_equal(net_close(server.net, second), 0);
    server_finish(&server);
}

static void resets_end_only_their_own_connection(void **state)
{
    (void)state;
    struct server server;
    server_start(&server, 4);
    int good = client_of(&server);
    exchange(&server, good);
    for (int i = 0; i < 20; i++) {
        int bad = client_of(&server);
        if (i % 2)
            exchange(&server, bad);
        reset(server.net, bad);
    }
    exchange(&server, good);
    assert_int_equal(net_close(server.net, good), 0);
    wait_for_live(&server, 0);
    server_finish(&server);
}

/* serve keeps its listener to itself: the one socket in that state. */
static int listener_of(struct net *net)
{
    struct net_info info;
    for (int sock = 0; sock < 1024; sock++)
        if (net_info(net, sock, &info) == 0 && info.state == STATE_LISTEN)
            return sock;
    return -1;
}

static void listener_that_breaks_ends_the_run_with_its_error(void **state)
{
    (void)state;
    struct server server;
    server_start(&server, 4);
    int client = client_of(&server);
    exchange(&server, client);
    int listener = listener_of(server.net);
    assert_true(listener >= 0);
    assert_int_equal(net_shutdown(server.net, listener, NET_SHUT_RDWR), 0);
    thread_join(server.thread);
    assert_int_equal(server.result, -EINVAL);
    assert_int_equal(net_close(server.net, client), 0);
    serve_close(server.serve);
    net_free(server.net);
}

static int open_at(struct net *net, struct net_addr addr, struct fault *fault)
{
    struct serve *serve;
    struct serve_config config = {.addr = addr, .backlog = 1, .max_connections = 1, .handle = echo};
    return serve_open(&serve, net, &config, fault);
}

static void busy_port_is_explained(void **state)
{
    (void)state;
    struct net *net = kernel_net();
    struct net_addr addr;
    int other = listening(net, &addr);
    struct fault fault = {0};
    struct net_addr_text text;
    assert_int_equal(open_at(net, addr, &fault), -EADDRINUSE);
    assert_non_null(strstr(fault.text, net_addr_format(&text, &addr)));
    assert_non_null(strstr(fault.text, "busy"));
    assert_int_equal(net_close(net, other), 0);
    net_free(net);
}

static void strangers_address_is_explained(void **state)
{
    (void)state;
    struct net *net = kernel_net();
    struct fault fault = {0};
    struct net_addr addr = {.ip = UINT32_C(0xc0000201), .port = 0}; /* 192.0.2.1, documentation */
    assert_int_equal(open_at(net, addr, &fault), -EADDRNOTAVAIL);
    assert_non_null(strstr(fault.text, "192.0.2.1:0 is not an address of this host"));
    net_free(net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cap_queues_and_refuses_nobody),
        cmocka_unit_test(ended_threads_are_joined_while_the_server_waits),
        cmocka_unit_test(stop_wakes_handlers_that_are_blocked),
        cmocka_unit_test(stop_at_the_cap_ends_the_queue_too),
        cmocka_unit_test(stop_before_run_ends_it_at_once),
        cmocka_unit_test(no_descriptors_left_waits_without_spinning),
        cmocka_unit_test(resets_end_only_their_own_connection),
        cmocka_unit_test(listener_that_breaks_ends_the_run_with_its_error),
        cmocka_unit_test(busy_port_is_explained),
        cmocka_unit_test(strangers_address_is_explained),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
