/* The server of messages. */
#include "server/framed.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "net/io.h"
#include "server/until_interrupt.h"

enum { CHUNK = 2048, NUMBER_MAX = 24 };

/* What one connection's thread needs. */
struct visit {
    struct net *net;
    int sock;
    struct framed_service *service;
    uint64_t messages;
};

static int answer(struct visit *visit, struct span message)
{
    char text[NUMBER_MAX + FRAMED_MESSAGE_MAX];
    uint8_t wire[2 * sizeof text];

    int len = snprintf(text, sizeof text, "%" PRIu64 " %.*s", visit->messages, (int)message.len,
                       (const char *)message.data);
    int64_t size =
        framing_encode(visit->service->framing, (struct span){(const uint8_t *)text, (size_t)len},
                       (struct buffer){wire, sizeof wire});
    if (size < 0)
        return (int)size;
    int64_t sent = net_write_full(visit->net, visit->sock, wire, (size_t)size);
    return sent < 0 ? (int)sent : 0;
}

/* Answers every message that the octets complete. */
static int take(struct visit *visit, struct deframer *deframer, struct span octets)
{
    struct span message;
    int got;

    while ((got = deframer_next(deframer, &octets, &message)) == 1) {
        visit->messages++;
        int error = answer(visit, message);
        if (error)
            return error;
    }
    return got;
}

static int converse(struct visit *visit)
{
    uint8_t memory[FRAMED_MESSAGE_MAX], chunk[CHUNK];
    struct deframer deframer;
    int64_t got;

    deframer_init(&deframer, visit->service->framing, (struct buffer){memory, sizeof memory});
    while ((got = net_recv(visit->net, visit->sock, chunk, sizeof chunk, 0)) > 0) {
        int error = take(visit, &deframer, (struct span){chunk, (size_t)got});
        if (error)
            return error;
    }
    if (got == 0 && !deframer_at_boundary(&deframer))
        return -EPROTO;
    return (int)got;
}

static const char *why(int error)
{
    switch (error) {
    case -EMSGSIZE:
        return "a message longer than allowed";
    case -EPROTO:
        return "this is no message: a bad length, escape or end";
    default:
        return strerror(-error);
    }
}

void framed_handle(struct net *net, int sock, const struct net_addr *peer, void *arg)
{
    struct framed_service *service = arg;
    struct visit visit = {.net = net, .sock = sock, .service = service};
    struct net_addr_text text;

    int error = converse(&visit);
    atomic_fetch_add(&service->messages, visit.messages);
    if (!error) {
        net_shutdown(net, sock, NET_SHUT_WR);
        return;
    }
    atomic_fetch_add(&service->refused, 1);
    if (service->say) {
        fprintf(service->say, "%s: refused after %" PRIu64 " messages: %s\n",
                net_addr_format(&text, peer), visit.messages, why(error));
        fflush(service->say);
    }
}

int framed_serve(struct net *net, const struct net_addr *addr, struct framed_service *service,
                 struct fault *fault)
{
    const struct serve_config config = serve_as_usual(addr, framed_handle, service);
    int error = serve_until_interrupt(net, &config, service->say, fault);
    if (!error && service->say)
        fprintf(service->say, "\nmessages=%" PRIuFAST64 " refused=%" PRIuFAST64 "\n",
                service->messages, service->refused);
    return error;
}
