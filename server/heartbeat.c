/* Pongs for pings. */
#include "server/heartbeat.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "net/io.h"
#include "server/until_interrupt.h"

/* The line with its first word replaced. */
static int64_t answer(struct net *net, int sock, const char *line, int64_t len)
{
    char pong[HEARTBEAT_LINE_MAX + sizeof "pong "];
    const char *rest = memchr(line, ' ', (size_t)len);
    int tail = rest ? (int)(line + len - rest) : 1;
    int size = snprintf(pong, sizeof pong, "pong%.*s", tail, rest ? rest : "\n");
    return net_write_full(net, sock, pong, (size_t)size);
}

/* Until the stream ends or breaks, or nothing has come for too long. */
static int serve_lines(struct net *net, int sock, struct heartbeat_service *service)
{
    uint8_t room[HEARTBEAT_LINE_MAX];
    struct net_lines lines;
    const char *line;
    int64_t got;
    net_lines_init(&lines, net, sock, (struct buffer){room, sizeof room});
    while ((got = net_lines_next(&lines, &line)) > 0) {
        got = answer(net, sock, line, got);
        if (got < 0)
            break;
        atomic_fetch_add(&service->pongs, 1);
    }
    return (int)got;
}

static void tell_end(FILE *say, const struct net_addr *peer, int error)
{
    struct net_addr_text text;
    const char *why = error == -EAGAIN ? "silent for too long, let go"
                      : error          ? strerror(-error)
                                       : "has left";
    fprintf(say, "%s: %s\n", net_addr_format(&text, peer), why);
    fflush(say);
}

void heartbeat_handle(struct net *net, int sock, const struct net_addr *peer, void *arg)
{
    struct heartbeat_service *service = arg;
    net_setsockopt(net, sock, NET_SO_RCVTIMEO, service->idle_us);
    int error = serve_lines(net, sock, service);
    if (error == -EAGAIN)
        atomic_fetch_add(&service->reaped, 1);
    if (service->say)
        tell_end(service->say, peer, error);
}

int heartbeat_serve(struct net *net, const struct net_addr *addr, struct heartbeat_service *service,
                    struct fault *fault)
{
    const struct serve_config config = serve_as_usual(addr, heartbeat_handle, service);
    int error = serve_until_interrupt(net, &config, service->say, fault);
    if (!error && service->say)
        fprintf(service->say, "\npongs=%" PRIuFAST64 " reaped=%" PRIuFAST64 "\n", service->pongs,
                service->reaped);
    return error;
}
