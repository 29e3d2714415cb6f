/* One accept loop, a thread for each connection.
 *
 * A thread that ends cannot join itself, and the loop, asleep in accept, cannot join it either. So
 * each that ends joins the one that ended before it: at any time at most one ended thread waits to
 * be joined, and the last of all is joined by serve_run. */
#include "net/serve.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/list.h"
#include "base/thread.h"

enum { RETRY_US = USEC_S / 10 }; /* when no connection of ours ends, somebody else may give way */

struct serve {
    struct net *net;
    struct serve_config config;
    int listener;
    struct net_addr addr;
    struct monitor monitor; /* guards all below; told when a connection ends and when to stop */
    bool stopping;
    struct list open;         /* connections whose socket may still be shut down */
    struct connection *ended; /* the one thread that waits to be joined */
    uint64_t ends;            /* connections ended in all */
    struct serve_stats stats;
};

struct connection {
    struct serve *serve;
    struct thread *thread;
    int sock;
    struct net_addr peer;
    struct list_link open; /* in serve->open */
};

/* ---- set-up ---- */

static int explain(const struct net_addr *addr, int error, struct fault *fault)
{
    struct net_addr_text text;
    net_addr_format(&text, addr);
    switch (error) {
    case -EADDRINUSE:
        return fault_set(fault, error,
                         "%s is busy: another program uses this port (`ss -ltnp` shows which), or "
                         "one that has just ended left connections in TIME_WAIT (`ss -tan`); stop "
                         "it, wait a minute, or choose another port",
                         text.text);
    case -EACCES:
        return fault_set(fault, error,
                         "%s is not allowed: ports below 1024 are for root; choose a higher one",
                         text.text);
    case -EADDRNOTAVAIL:
        return fault_set(fault, error, "%s is not an address of this host", text.text);
    default: /* the system's own words are the best there are */
        return fault_errno(fault, error, "cannot listen on %s", text.text);
    }
}

static int start_listening(struct serve *serve)
{
    struct net *net = serve->net;
    int sock = serve->listener;
    int error = 0;
    if (serve->config.reuse_addr)
        error = net_setsockopt(net, sock, NET_SO_REUSEADDR, 1);
    if (!error)
        error = net_bind(net, sock, &serve->config.addr);
    if (!error)
        error = net_listen(net, sock, serve->config.backlog);
    if (!error)
        error = net_getsockname(net, sock, &serve->addr);
    return error;
}

int serve_open(struct serve **out, struct net *net, const struct serve_config *config,
               struct fault *fault)
{
    assert(config->handle && config->max_connections >= 1);
    struct serve *serve = calloc(1, sizeof(*serve));
    if (!serve)
        return fault_errno(fault, -ENOMEM, "cannot serve");
    serve->net = net;
    serve->config = *config;
    int error = serve->listener = net_socket(net, NET_STREAM);
    if (error < 0)
        goto free_serve;
    error = start_listening(serve);
    if (error)
        goto close_listener;
    list_init(&serve->open);
    monitor_init(&serve->monitor);
    *out = serve;
    return 0;

close_listener:
    net_close(net, serve->listener);
free_serve:
    free(serve);
    return explain(&config->addr, error, fault);
}

struct net_addr serve_addr(const struct serve *serve)
{
    return serve->addr;
}

/* ---- a connection's life ---- */

static void join(struct connection *ended)
{
    if (!ended)
        return;
    thread_join(ended->thread);
    free(ended);
}

/* Out of the list before the close: a stop must not shut down a descriptor that was given anew. */
static void end_connection(struct connection *connection)
{
    struct serve *serve = connection->serve;
    monitor_enter(&serve->monitor);
    list_remove(&connection->open);
    monitor_leave(&serve->monitor);

    net_close(serve->net, connection->sock);

    monitor_enter(&serve->monitor);
    struct connection *before = serve->ended;
    serve->ended = connection;
    serve->stats.live--;
    serve->ends++;
    monitor_wake(&serve->monitor);
    monitor_leave(&serve->monitor);
    join(before);
}

static void run_connection(void *arg)
{
    struct connection *connection = arg;
    const struct serve_config *config = &connection->serve->config;
    config->handle(connection->serve->net, connection->sock, &connection->peer, config->arg);
    end_connection(connection);
}

static void count_in_locked(struct serve *serve, struct connection *connection)
{
    struct serve_stats *stats = &serve->stats;
    list_append(&serve->open, &connection->open);
    stats->accepted++;
    stats->live++;
    if (stats->live > stats->most)
        stats->most = stats->live;
}

/* The thread is started inside the monitor, which its end has to enter: so `connection->thread` is
 * known before anybody can want to join it. Returns 0, -ECANCELED when stopping, or thread_start's
 * error. */
static int start(struct serve *serve, struct connection *connection)
{
    int error = -ECANCELED;
    monitor_enter(&serve->monitor);
    if (!serve->stopping)
        error = thread_start(&connection->thread, "connection", run_connection, connection);
    if (!error)
        count_in_locked(serve, connection);
    monitor_leave(&serve->monitor);
    return error;
}

/* ---- the accept loop ---- */

/* Until a connection ends, a stop is asked for, or a tenth of a second has passed. */
static void wait_for_resources(struct serve *serve)
{
    usec_t deadline = usec_after(clock_now(), RETRY_US);
    monitor_enter(&serve->monitor);
    serve->stats.retried++;
    uint64_t before = serve->ends;
    while (!serve->stopping && serve->ends == before && monitor_wait(&serve->monitor, deadline))
        ;
    monitor_leave(&serve->monitor);
}

/* Waits at the cap. False when a stop was asked for. */
static bool wait_for_room(struct serve *serve)
{
    monitor_enter(&serve->monitor);
    while (!serve->stopping && serve->stats.live >= serve->config.max_connections)
        monitor_wait(&serve->monitor, NEVER);
    bool room = !serve->stopping;
    monitor_leave(&serve->monitor);
    return room;
}

static bool is_shortage(int error)
{
    return error == -EMFILE || error == -ENFILE || error == -ENOBUFS || error == -ENOMEM;
}

/* Linux lets accept tell the errors that were pending on the new connection: they are the end of
 * that one and nothing to the listener (accept(2)). */
static bool is_lost_connection(int error)
{
    switch (error) {
    case -ECONNABORTED:
    case -EPROTO:
    case -ENOPROTOOPT:
    case -ENETDOWN:
    case -ENETUNREACH:
    case -EHOSTDOWN:
    case -EHOSTUNREACH:
    case -ENONET:
        return true;
    default: /* everything else is about the listener or this process */
        return false;
    }
}

/* Gives the connection to a thread of its own, as soon as there is memory for one. */
static void hand_over(struct serve *serve, struct connection *connection)
{
    int error = start(serve, connection);
    while (error == -EAGAIN || error == -ENOMEM) {
        wait_for_resources(serve);
        error = start(serve, connection);
    }
    if (error == 0)
        return;
    net_close(serve->net, connection->sock); /* stopping */
    free(connection);
}

static void count_lost(struct serve *serve)
{
    monitor_enter(&serve->monitor);
    serve->stats.aborted++;
    monitor_leave(&serve->monitor);
}

static bool is_stopping(struct serve *serve)
{
    monitor_enter(&serve->monitor);
    bool stopping = serve->stopping;
    monitor_leave(&serve->monitor);
    return stopping;
}

/* What is to be done about a failed accept. Returns 0 to go on, or the error nothing can mend. */
static int mend(struct serve *serve, int error)
{
    if (is_shortage(error))
        wait_for_resources(serve);
    else if (is_lost_connection(error))
        count_lost(serve);
    else if (!is_stopping(serve))
        return error;
    return 0;
}

static int accept_one(struct serve *serve)
{
    struct connection *connection = calloc(1, sizeof(*connection));
    if (!connection)
        return mend(serve, -ENOMEM);
    connection->serve = serve;
    connection->sock = net_accept(serve->net, serve->listener, &connection->peer);
    if (connection->sock < 0) {
        int error = connection->sock;
        free(connection);
        return mend(serve, error);
    }
    hand_over(serve, connection);
    return 0;
}

static void finish(struct serve *serve)
{
    serve_stop(serve);
    monitor_enter(&serve->monitor);
    while (serve->stats.live > 0)
        monitor_wait(&serve->monitor, NEVER);
    struct connection *last = serve->ended;
    serve->ended = NULL;
    monitor_leave(&serve->monitor);
    join(last);
}

int serve_run(struct serve *serve)
{
    int error = 0;
    while (!error && wait_for_room(serve))
        error = accept_one(serve);
    finish(serve);
    return error;
}

/* shutdown does not block, so it may be called inside the monitor; a connection that is already
 * gone answers -ENOTCONN, which is as good. */
void serve_stop(struct serve *serve)
{
    monitor_enter(&serve->monitor);
    serve->stopping = true;
    (void)net_shutdown(serve->net, serve->listener, NET_SHUT_RDWR);
    for (struct list_link *at = list_first(&serve->open); at; at = list_next(&serve->open, at)) {
        const struct connection *connection = list_entry(at, struct connection, open);
        (void)net_shutdown(serve->net, connection->sock, NET_SHUT_RDWR);
    }
    monitor_wake(&serve->monitor);
    monitor_leave(&serve->monitor);
}

void serve_get_stats(struct serve *serve, struct serve_stats *stats)
{
    monitor_enter(&serve->monitor);
    *stats = serve->stats;
    monitor_leave(&serve->monitor);
}

void serve_close(struct serve *serve)
{
    net_close(serve->net, serve->listener);
    monitor_fini(&serve->monitor);
    free(serve);
}
