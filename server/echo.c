/* The echo server: what a connection's thread does, and the server around it. */
#include "server/echo.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "base/interrupt.h"
#include "net/io.h"
#include "net/serve.h"

enum { CHUNK = 16 * 1024 };

/* Copies the stream back until it ends. Returns 0 at its end, or the error that broke it. */
static int echo_stream(struct net *net, int sock, uint64_t *bytes)
{
    uint8_t chunk[CHUNK];

    for (;;) {
        int64_t got = net_recv(net, sock, chunk, sizeof chunk, 0);
        if (got <= 0)
            return (int)got;
        int64_t sent = net_write_full(net, sock, chunk, (size_t)got);
        if (sent < 0)
            return (int)sent;
        *bytes += (uint64_t)got;
    }
}

static void tell_broken(FILE *say, const struct net_addr *peer, int error, uint64_t bytes)
{
    struct net_addr_text text;
    const char *why = error == -EAGAIN ? "no progress, let go" : strerror(-error);

    if (!say)
        return;
    fprintf(say, "%s: %s after %" PRIu64 " bytes\n", net_addr_format(&text, peer), why, bytes);
    fflush(say);
}

void echo_handle(struct net *net, int sock, const struct net_addr *peer, void *arg)
{
    struct echo_service *service = arg;
    uint64_t bytes = 0;

    net_setsockopt(net, sock, NET_SO_RCVTIMEO, service->timeout_us);
    net_setsockopt(net, sock, NET_SO_SNDTIMEO, service->timeout_us);

    int error = echo_stream(net, sock, &bytes);
    if (!error)
        error = net_shutdown(net, sock, NET_SHUT_WR);
    if (error) {
        atomic_fetch_add(&service->counts.broken, 1);
        tell_broken(service->say, peer, error, bytes);
    }
    atomic_fetch_add(&service->counts.bytes, bytes);
    atomic_fetch_add(&service->counts.connections, 1);
}

static void tell_start(FILE *say, struct net_addr addr, int64_t cap)
{
    struct net_addr_text text;

    fprintf(say, "echo server on %s, at most %" PRId64 " connections at once; Ctrl-C stops it\n",
            net_addr_format(&text, &addr), cap);
    fprintf(say, "port=%u\n", (unsigned)addr.port);
    fflush(say);
}

static void tell_stop(FILE *say, const struct echo_counts *counts, struct serve *serve)
{
    struct serve_stats stats;

    serve_get_stats(serve, &stats);
    fprintf(say,
            "\nserved=%" PRIuFAST64 " bytes=%" PRIuFAST64 " broken=%" PRIuFAST64
            " most_at_once=%d\n",
            counts->connections, counts->bytes, counts->broken, stats.most);
    fflush(say);
}

static void stop(void *serve)
{
    serve_stop(serve);
}

int echo_serve(struct net *net, const struct echo_server_options *options, struct fault *fault)
{
    struct echo_service service = {.timeout_us = options->timeout_us, .say = options->say};
    struct serve_config config = {
        .addr = options->addr,
        .backlog = (int)options->backlog,
        .max_connections = (int)options->max_connections,
        .reuse_addr = options->reuse_addr,
        .handle = echo_handle,
        .arg = &service,
    };
    struct serve *serve;

    int error = serve_open(&serve, net, &config, fault);
    if (error)
        return error;
    error = interrupt_start(stop, serve);
    if (error) {
        fault_errno(fault, error, "cannot watch for Ctrl-C");
        goto close_serve;
    }
    if (options->say)
        tell_start(options->say, serve_addr(serve), options->max_connections);
    error = serve_run(serve);
    if (error)
        fault_errno(fault, error, "cannot accept any more connections");
    interrupt_stop();
    if (options->say)
        tell_stop(options->say, &service.counts, serve);
close_serve:
    serve_close(serve);
    return error;
}
