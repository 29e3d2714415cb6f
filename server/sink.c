/* The discard server. */
#include "server/sink.h"

#include <errno.h>
#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>

#include "net/io.h"

enum { CHUNK = 256 * 1024 };

void sink_receipt_write(const struct sink_receipt *receipt, uint8_t out[SINK_RECEIPT_BYTES])
{
    put_be32(out, (uint32_t)(receipt->bytes >> 32));
    put_be32(out + 4, (uint32_t)receipt->bytes);
    memcpy(out + 8, receipt->sha256, SINK_DIGEST_BYTES);
}

void sink_receipt_read(struct sink_receipt *receipt, const uint8_t bytes[SINK_RECEIPT_BYTES])
{
    receipt->bytes = (uint64_t)get_be32(bytes) << 32 | get_be32(bytes + 4);
    memcpy(receipt->sha256, bytes + 8, SINK_DIGEST_BYTES);
}

static int swallow(struct net *net, int sock, const struct sink_service *service,
                   struct sink_receipt *receipt, struct buffer chunk)
{
    struct sha256_ctx sha;
    int64_t got;

    sha256_init(&sha);
    while ((got = net_recv(net, sock, chunk.data, chunk.cap, 0)) > 0) {
        receipt->bytes += (uint64_t)got;
        if (service->digest)
            sha256_update(&sha, (size_t)got, chunk.data);
    }
    if (service->digest)
        sha256_digest(&sha, sizeof receipt->sha256, receipt->sha256);
    return (int)got;
}

int sink_swallow(struct net *net, int sock, const struct sink_service *service,
                 struct sink_receipt *receipt)
{
    struct buffer chunk = {malloc(CHUNK), CHUNK}; /* more than a thread's stack holds */
    if (!chunk.data)
        return -ENOMEM;
    *receipt = (struct sink_receipt){0};
    net_setsockopt(net, sock, NET_SO_RCVTIMEO, service->timeout_us);
    net_setsockopt(net, sock, NET_SO_SNDTIMEO, service->timeout_us);
    int error = swallow(net, sock, service, receipt, chunk);
    free(chunk.data);
    return error;
}

void sink_handle(struct net *net, int sock, const struct net_addr *peer, void *arg)
{
    struct sink_receipt receipt;
    uint8_t bytes[SINK_RECEIPT_BYTES];

    (void)peer;
    if (sink_swallow(net, sock, arg, &receipt))
        return;
    sink_receipt_write(&receipt, bytes);
    net_write_full(net, sock, bytes, sizeof bytes);
}
