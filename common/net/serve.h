/* A thread-per-connection server: the accept loop, done once and right.
 *
 * Each accepted connection gets a thread that runs `handle` and closes the socket after it. At the
 * cap the loop stops accepting until a thread ends: further connections wait in the listen queue,
 * none is turned away. One that is lost before it could be accepted is counted, and the loop goes
 * on; EMFILE, ENFILE, ENOBUFS and ENOMEM wait for a connection to end (or a tenth of a second) and
 * never spin. Stopping wakes blocked calls and joins every thread. */
#ifndef NET_SERVE_H
#define NET_SERVE_H

#include "base/fault.h"
#include "net/net.h"

/* What a connection's thread runs; `arg` is the configuration's. */
typedef void serve_handler(struct net *net, int sock, const struct net_addr *peer, void *arg);

struct serve_config {
    struct net_addr addr; /* port 0: one is picked; serve_open tells which */
    int backlog;          /* as for listen */
    int max_connections;  /* the cap on threads, at least 1 */
    bool reuse_addr;      /* SO_REUSEADDR on the listener */
    serve_handler *handle;
    void *arg;
};

struct serve_stats {
    uint64_t accepted; /* connections handed to a thread */
    uint64_t aborted;  /* gone before they could be accepted */
    uint64_t retried;  /* times accept had to wait for descriptors or memory */
    int live, most;    /* connections now, and at most at once */
};

struct serve; /* opaque; freed by serve_close */

/* Binds and listens. On success `addr` of the server can be asked; on failure `fault` says what to
 * do (port busy, port below 1024 ...). */
int serve_open(struct serve **out, struct net *net, const struct serve_config *config,
               struct fault *fault);

struct net_addr serve_addr(const struct serve *serve);

/* Accepts until serve_stop or an error nothing can mend; then stops the connections still live,
 * joins their threads and returns 0 or that error. */
int serve_run(struct serve *serve);

/* From any thread, any number of times, before or during serve_run: makes it end. Live
 * connections are shut down in both directions, so handlers see the end of their stream. */
void serve_stop(struct serve *serve);

void serve_get_stats(struct serve *serve, struct serve_stats *stats);

/* After serve_run has returned: closes the listener and frees. */
void serve_close(struct serve *serve);

#endif
