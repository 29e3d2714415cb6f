/* What the tests of sockets begin with: the kernel's net on loopback, a listener on a port of the
 * kernel's choice, and two connected ends. Assertions are for the main thread only. */
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

#define SOON                                                                                       \
    (clock_now() + SECONDS(10)) /* the deadline of what must happen, on a busy machine too */

struct pair {
    struct net *net;
    struct net_addr addr; /* the listener's */
    int listener, client, server;
};

static inline struct net *kernel_net(void)
{
    struct net *net;
    struct net_kernel_config config = {.netns_fd = -1, .host = '-'};
    assert_int_equal(net_kernel_new(&net, &config), 0);
    return net;
}

static inline int bound(struct net *net, enum net_type type, struct net_addr *addr)
{
    int sock = net_socket(net, type);
    assert_true(sock >= 0);
    *addr = (struct net_addr){.ip = NET_LOOPBACK};
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
    pair->net = kernel_net();
    pair->listener = listening(pair->net, &pair->addr);
    pair->client = net_socket(pair->net, NET_STREAM);
    assert_true(pair->client >= 0);
    assert_int_equal(net_connect(pair->net, pair->client, &pair->addr), 0);
    pair->server = net_accept(pair->net, pair->listener, NULL);
    assert_true(pair->server >= 0);
}

/* -1 for an end that the test has closed itself. */
static inline void pair_close(struct pair *pair)
{
    int socks[] = {pair->client, pair->server, pair->listener};
    for (size_t i = 0; i < 3; i++)
        if (socks[i] >= 0)
            assert_int_equal(net_close(pair->net, socks[i]), 0);
    net_free(pair->net);
}

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
    for (usec_t end = SOON; state_of(call->tid) != 'S' && clock_now() < end;)
        thread_sleep_until(clock_now() + MS(1));
}

static inline int64_t call_join(struct call *call)
{
    thread_join(call->thread);
    monitor_fini(&call->monitor);
    return call->result;
}

#endif
