/* What the tests of sockets begin with: a world to run in, a listener on a port of the world's
 * choice, and two connected ends. Assertions are for the main thread only.
 *
 * There are three worlds: the kernel's loopback, where client and server are the same net; two
 * hosts of our own in a simulation; and the same two in real time, on packet sockets, for which
 * main must begin with worlds_enter. What net.h promises of both back-ends is tested EVERYWHERE. */
#ifndef TESTS_UNIT_NET_PAIR_H
#define TESTS_UNIT_NET_PAIR_H

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/thread.h"
#include "net/net_kernel.h"
#include "testbed/testbed.h"

#define SOON                                                                                       \
    (clock_now() + SECONDS(10)) /* the deadline of what must happen, on a busy machine too */

struct pair {
    struct net_addr addr; /* the listener's */
    int listener, client, server;
};

static struct {
    struct net *client, *server;
    struct testbed *testbed; /* of our own hosts, or NULL */
    bool simulated;
    struct pair pair;     /* of a test that begins with one */
    struct fault refused; /* why there can be no packet sockets */
} world;

static inline struct net *kernel_net(void)
{
    struct net *net;
    struct net_kernel_config config = {.netns_fd = -1, .host = '-'};
    assert_int_equal(net_kernel_new(&net, &config), 0);
    return net;
}

static inline uint32_t ip_of(const struct net *net)
{
    if (!world.testbed)
        return NET_LOOPBACK;
    return testbed_ip(net == world.client ? HOST_A : HOST_B);
}

static inline int bound(struct net *net, enum net_type type, struct net_addr *addr)
{
    int sock = net_socket(net, type);
    assert_true(sock >= 0);
    *addr = (struct net_addr){.ip = ip_of(net)};
    assert_int_equal(net_bind(net, sock, addr), 0);
    assert_int_equal(net_getsockname(net, sock, addr), 0);
    return sock;
}

static inline int listening(struct net *net, struct net_addr *addr)
{
    int sock = bound(net, NET_STREAM, addr);
    assert_int_equal(net_listen(net, sock, 16), 0);
    return sock;
}

static inline void pair_open(struct pair *pair)
{
    pair->listener = listening(world.server, &pair->addr);
    pair->client = net_socket(world.client, NET_STREAM);
    assert_true(pair->client >= 0);
    assert_int_equal(net_connect(world.client, pair->client, &pair->addr), 0);
    pair->server = net_accept(world.server, pair->listener, NULL);
    assert_true(pair->server >= 0);
}

/* -1 for an end that the test has closed itself. Returns 0 unless one could not be closed. */
static inline int pair_close(const struct pair *pair)
{
    int error = 0;
    if (pair->client >= 0)
        error = net_close(world.client, pair->client);
    if (pair->server >= 0)
        error |= net_close(world.server, pair->server);
    if (pair->listener >= 0)
        error |= net_close(world.server, pair->listener);
    return error;
}

/* The set-up and tear-down of a test in a world. Where the test's initial state is a pair, that is
 * opened and closed too. */
static inline int open_pair_of(void **state)
{
    if (*state)
        pair_open(*state);
    return 0;
}

static inline int open_kernel_world(void **state)
{
    world.client = world.server = kernel_net();
    return open_pair_of(state);
}

static inline int open_testbed_world(enum stack_kind stack, void **state)
{
    const struct testbed_config config = {.stack = {stack, stack}, .medium.seed = 1};
    struct fault fault = {0};
    if (testbed_open(&world.testbed, &config, &fault)) {
        print_error("%s\n", fault.text);
        return -1;
    }
    world.simulated = stack == STACK_SIM;
    world.client = testbed_net(world.testbed, HOST_A);
    world.server = testbed_net(world.testbed, HOST_B);
    return open_pair_of(state);
}

static inline int open_simulated_world(void **state)
{
    return open_testbed_world(STACK_SIM, state);
}

/* Without the privilege the test runs on the kernel once more, and says so. */
static inline int open_own_world(void **state)
{
    if (!world.refused.error)
        return open_testbed_world(STACK_OWN, state);
    print_message("# needs tier T1: %s\n", world.refused.text);
    return open_kernel_world(state);
}

static inline int close_world(void **state)
{
    int error = *state ? pair_close(*state) : 0;
    if (world.testbed)
        testbed_close(world.testbed);
    else
        net_free(world.client);
    world.client = world.server = NULL;
    world.testbed = NULL;
    world.simulated = false;
    return error;
}

/* First in main: no thread may exist yet. */
static inline void worlds_enter(void)
{
    (void)testbed_enter(&world.refused);
}

#define IN_WORLD(test, name, state)                                                                \
    {                                                                                              \
#test " (" #name ")", test, open_##name##_world, close_world, state                        \
    }
#define ON_KERNEL(test)  IN_WORLD(test, kernel, NULL)
#define EVERYWHERE(test) ON_KERNEL(test), IN_WORLD(test, simulated, NULL), IN_WORLD(test, own, NULL)

/* The same for a test that begins with `struct pair *pair = *state`. */
#define PAIR_ON_KERNEL(test) IN_WORLD(test, kernel, &world.pair)
#define PAIR_EVERYWHERE(test)                                                                      \
    PAIR_ON_KERNEL(test), IN_WORLD(test, simulated, &world.pair), IN_WORLD(test, own, &world.pair)

static inline void set_option(struct net *net, int sock, enum net_option option, int64_t value)
{
    assert_int_equal(net_setsockopt(net, sock, option, value), 0);
}

static inline void say(struct net *net, int sock, const char *text)
{
    assert_int_equal(net_send(net, sock, text, strlen(text), 0), strlen(text));
}

static inline void hear(struct net *net, int sock, const char *text)
{
    char got[256];
    size_t len = 0;
    int64_t more = 1;
    while (len < strlen(text) && more > 0) {
        more = net_recv(net, sock, got + len, strlen(text) - len, 0);
        assert_true(more >= 0);
        len += (size_t)more;
    }
    assert_int_equal(len, strlen(text));
    assert_memory_equal(got, text, len);
}

/* The next close of `sock` is a reset. */
static inline void reset(struct net *net, int sock)
{
    set_option(net, sock, NET_SO_LINGER, 0);
    assert_int_equal(net_close(net, sock), 0);
}

/* Waits until `sock` shows one of `events`; gives what it shows. */
static inline int wait_for(struct net *net, int sock, int events)
{
    struct net_pollfd wait = {.sock = sock, .events = events};
    assert_int_equal(net_poll(net, &wait, 1, SECONDS(10)), 1);
    return wait.revents;
}

/* One call in a thread of its own: what it answered is read after call_join. */
struct call {
    struct net *net;
    int sock;
    struct net_addr addr;
    int64_t (*make)(struct call *call);
    int64_t result;
    int revents; /* poll's */
    struct thread *thread;
    struct monitor monitor; /* guards `tid` */
    pid_t tid;
};

static inline void call_run(void *arg)
{
    struct call *call = arg;
    monitor_enter(&call->monitor);
    call->tid = gettid();
    monitor_wake(&call->monitor);
    monitor_leave(&call->monitor);
    call->result = call->make(call);
}

static inline char state_of(pid_t tid)
{
    char path[64], state = '?';
    snprintf(path, sizeof(path), "/proc/self/task/%d/stat", (int)tid);
    FILE *stat = fopen(path, "re");
    if (!stat)
        return state;
    if (fscanf(stat, "%*d (%*[^)]) %c", &state) != 1)
        state = '?';
    fclose(stat);
    return state;
}

/* Starts the call and returns once its thread sleeps, which then can only be inside it. */
static inline void call_start(struct call *call)
{
    monitor_init(&call->monitor);
    assert_int_equal(thread_start(&call->thread, "call", call_run, call), 0);
    monitor_enter(&call->monitor);
    while (!call->tid)
        monitor_wait(&call->monitor, NEVER);
    monitor_leave(&call->monitor);
    usec_t end = SOON;
    do {
        thread_sleep_until(clock_now() + MS(1)); /* which in a simulation is enough */
    } while (!world.simulated && state_of(call->tid) != 'S' && clock_now() < end);
}

static inline int64_t call_join(struct call *call)
{
    thread_join(call->thread);
    monitor_fini(&call->monitor);
    return call->result;
}

#endif
