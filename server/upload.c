/* The server of uploads. */
#include "server/upload.h"

#include <inttypes.h>
#include <nettle/base16.h>
#include <string.h>

#include "base/clock.h"
#include "base/thread.h"
#include "net/io.h"
#include "server/until_interrupt.h"

size_t upload_answer_format(char out[UPLOAD_ANSWER_MAX], const struct sink_receipt *receipt)
{
    char hex[BASE16_ENCODE_LENGTH(SINK_DIGEST_BYTES) + 1] = "";
    base16_encode_update(hex, SINK_DIGEST_BYTES, receipt->sha256);
    return (size_t)snprintf(out, UPLOAD_ANSWER_MAX, "%" PRIu64 " %s\n", receipt->bytes, hex);
}

static int answer(struct net *net, int sock, const struct sink_receipt *receipt)
{
    char text[UPLOAD_ANSWER_MAX];
    int64_t sent = net_write_full(net, sock, text, upload_answer_format(text, receipt));
    return sent < 0 ? (int)sent : 0;
}

static int serve_upload(struct net *net, int sock, const struct upload_service *service,
                        struct sink_receipt *receipt)
{
    const struct sink_service sink = {.timeout_us = service->timeout_us, .digest = true};
    int error = sink_swallow(net, sock, &sink, receipt);
    if (error)
        return error;
    if (service->think_us > 0)
        thread_sleep_until(usec_after(clock_now(), service->think_us));
    return answer(net, sock, receipt);
}

static void tell(FILE *say, const struct net_addr *peer, uint64_t bytes, int error)
{
    struct net_addr_text text;
    fprintf(say, "%s: %" PRIu64 " bytes, %s\n", net_addr_format(&text, peer), bytes,
            error ? strerror(-error) : "answered");
    fflush(say);
}

/* Nothing is waited for but the end of the connection itself, or of the server. */
static void forget(struct net *net, int sock)
{
    struct net_pollfd gone = {.sock = sock};
    net_poll(net, &gone, 1, NEVER);
}

void upload_handle(struct net *net, int sock, const struct net_addr *peer, void *arg)
{
    struct upload_service *service = arg;
    struct sink_receipt receipt = {0};
    int error = serve_upload(net, sock, service, &receipt);
    atomic_fetch_add(error ? &service->broken : &service->answered, 1);
    if (service->say)
        tell(service->say, peer, receipt.bytes, error);
    if (service->forgets && !error)
        forget(net, sock);
}

int upload_serve(struct net *net, const struct net_addr *addr, struct upload_service *service,
                 struct fault *fault)
{
    const struct serve_config config = serve_as_usual(addr, upload_handle, service);
    int error = serve_until_interrupt(net, &config, service->say, fault);
    if (!error && service->say)
        fprintf(service->say, "\nanswered=%" PRIuFAST64 " broken=%" PRIuFAST64 "\n",
                service->answered, service->broken);
    return error;
}
