/* A server's two lives. */
#include "experiments/restart.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>

#include "base/clock.h"
#include "client/ask.h"
#include "experiments/process.h"
#include "net/background.h"
#include "server/echo.h"

struct life {
    struct stage *stage;
    struct net_addr addr;
    bool reuse_addr;
    struct process process; /* on the kernel, */
    struct echo_service service;
    struct background thread; /* and on our own stack */
};

static bool is_process(const struct life *life)
{
    return life->stage->pair.server == STACK_KERNEL;
}

/* ---- beginning: 0 when it listens, -EADDRINUSE when it found the port busy ---- */

static int begin_process(struct life *life, struct fault *fault)
{
    char port[8];
    const char *const command[] = {"echo-server", "--address",
                                   "10.0.0.2",    "--port",
                                   port,          life->reuse_addr ? "--reuse" : "--no-reuse",
                                   NULL};
    snprintf(port, sizeof port, "%u", (unsigned)life->addr.port);
    int error = process_start(&life->process, life->stage->testbed, HOST_B, command, fault);
    return error ? error
                 : process_await_listening(&life->process, life->stage->testbed, HOST_B,
                                           life->addr.port);
}

static int begin_thread(struct life *life)
{
    struct fault why = {0}; /* -EADDRINUSE is a result, not a fault */
    const struct serve_config config = {
        .addr = life->addr,
        .backlog = 16,
        .max_connections = 4,
        .reuse_addr = life->reuse_addr,
        .handle = echo_handle,
        .arg = &life->service,
    };
    return background_start(&life->thread, life->stage->b, &config, &why);
}

static int begin(struct life *life, struct fault *fault)
{
    return is_process(life) ? begin_process(life, fault) : begin_thread(life);
}

static void interrupt(struct life *life)
{
    if (is_process(life))
        process_end(&life->process, SIGINT);
    else
        background_stop(&life->thread, NULL);
}

/* ---- from one life to the next ---- */

/* One octet there and back: the server has accepted then. */
static int talk(struct net *net, int sock)
{
    uint8_t octet = '!';
    int64_t moved = net_send(net, sock, &octet, 1, 0);
    if (moved >= 0)
        moved = net_recv(net, sock, &octet, 1, 0);
    return moved < 0 ? (int)moved : 0;
}

/* The client sees the end before it ends too. */
static void leave(struct net *net, int sock)
{
    uint8_t octet;
    (void)net_recv(net, sock, &octet, 1, 0);
    net_close(net, sock);
}

/* With a client on the line, so that it is the server that ends the connection. */
static int live_once(struct life *life, struct fault *fault)
{
    struct net *net = life->stage->a;
    int error = begin(life, fault);
    if (error)
        return fault_errno(fault, error, "the server did not start");
    int client = ask_open(net, &life->addr, SECONDS(10));
    if (client >= 0)
        error = talk(net, client);
    interrupt(life);
    if (client >= 0)
        leave(net, client);
    if (client < 0 || error)
        return fault_errno(fault, client < 0 ? client : error, "the client got no answer");
    testbed_settle(life->stage->testbed, usec_after(clock_now(), SECONDS(1)));
    return 0;
}

int restart_server(struct stage *stage, uint16_t port, bool reuse_addr, const char *key,
                   struct fault *fault)
{
    struct life life = {
        .stage = stage, .addr = {testbed_ip(HOST_B), port}, .reuse_addr = reuse_addr};
    int error = live_once(&life, fault);
    if (error)
        return error;
    int outcome = begin(&life, fault);
    if (outcome == 0)
        interrupt(&life);
    else if (outcome != -EADDRINUSE)
        return fault_errno(fault, outcome, "the server cannot be started again");
    results_put_text(&stage->results, "lived_as", is_process(&life) ? "process" : "thread");
    results_put_text(&stage->results, key, outcome == 0 ? "listening" : "busy");
    return 0;
}
