/* As much as goes through. */
#include "client/bulk.h"

#include <errno.h>
#include <inttypes.h>
#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/prng.h"
#include "net/io.h"
#include "server/sink.h"

enum { CHUNK = 256 * 1024 };

struct sending {
    const struct bulk *bulk;
    struct net *net;
    int sock;
    uint8_t *chunk;
    struct sha256_ctx sha;
    struct sink_receipt sent; /* what the server's receipt must say */
};

static void fill(uint8_t *chunk)
{
    struct prng prng;

    prng_seed(&prng, 1);
    for (size_t i = 0; i < CHUNK; i += sizeof(uint64_t)) {
        uint64_t word = prng_next(&prng);
        memcpy(chunk + i, &word, sizeof word);
    }
}

/* The next chunk, numbered, so that no two are the same. */
static int send_chunk(struct sending *sending)
{
    struct sink_receipt *sent = &sending->sent;
    size_t len = (size_t)(sending->bulk->bytes - sent->bytes);

    if (len > CHUNK)
        len = CHUNK;
    memcpy(sending->chunk, &sent->bytes, sizeof sent->bytes);
    int64_t result = net_write_full(sending->net, sending->sock, sending->chunk, len);
    if (result < 0)
        return (int)result;
    if (sending->bulk->digest)
        sha256_update(&sending->sha, len, sending->chunk);
    sent->bytes += len;
    return 0;
}

static int send_all(struct sending *sending)
{
    const struct bulk *bulk = sending->bulk;
    usec_t end = bulk->duration ? clock_now() + bulk->duration : NEVER;
    int error = 0;

    sha256_init(&sending->sha);
    while (!error && sending->sent.bytes < bulk->bytes && clock_now() < end)
        error = send_chunk(sending);
    if (bulk->digest)
        sha256_digest(&sending->sha, SINK_DIGEST_BYTES, sending->sent.sha256);
    return error ? error : net_shutdown(sending->net, sending->sock, NET_SHUT_WR);
}

static int take_receipt(struct sending *sending, struct fault *fault)
{
    uint8_t bytes[SINK_RECEIPT_BYTES];
    struct sink_receipt receipt;

    int64_t got = net_read_full(sending->net, sending->sock, bytes, sizeof bytes);
    if (got < 0)
        return fault_errno(fault, (int)got, "no receipt for %" PRIu64 " octets",
                           sending->sent.bytes);
    if (got < (int64_t)sizeof bytes)
        return fault_set(fault, -EIO, "the server broke off before its receipt");
    sink_receipt_read(&receipt, bytes);
    if (receipt.bytes != sending->sent.bytes)
        return fault_set(fault, -EIO, "%" PRIu64 " octets sent, %" PRIu64 " arrived",
                         sending->sent.bytes, receipt.bytes);
    if (memcmp(receipt.sha256, sending->sent.sha256, SINK_DIGEST_BYTES) != 0)
        return fault_set(fault, -EIO, "other octets arrived than were sent");
    return 0;
}

static int exchange(struct sending *sending, struct bulk_result *result, struct fault *fault)
{
    usec_t start = clock_now();

    int error = send_all(sending);
    if (error)
        return fault_errno(fault, error, "connection broken after %" PRIu64 " octets",
                           sending->sent.bytes);
    error = take_receipt(sending, fault);
    result->bytes = sending->sent.bytes;
    result->took_us = clock_now() - start;
    return error;
}

static int choose_congestion(const struct sending *sending, struct fault *fault)
{
    const enum net_congestion *wanted = sending->bulk->congestion;
    if (!wanted)
        return 0;
    int error = net_setsockopt(sending->net, sending->sock, NET_TCP_CONGESTION, *wanted);
    return error ? fault_errno(fault, error, "cannot choose the congestion control") : 0;
}

static int run_connected(struct sending *sending, struct bulk_result *result, struct fault *fault)
{
    struct net_addr_text text;
    const struct net_addr *server = &sending->bulk->server;

    net_setsockopt(sending->net, sending->sock, NET_SO_RCVTIMEO, sending->bulk->timeout_us);
    net_setsockopt(sending->net, sending->sock, NET_SO_SNDTIMEO, sending->bulk->timeout_us);
    int error = choose_congestion(sending, fault);
    if (error)
        return error;
    error = net_connect(sending->net, sending->sock, server);
    if (error)
        return fault_errno(fault, error, "cannot connect to %s", net_addr_format(&text, server));
    sending->chunk = malloc(CHUNK);
    if (!sending->chunk)
        return fault_errno(fault, -ENOMEM, "nothing to send");
    fill(sending->chunk);
    error = exchange(sending, result, fault);
    free(sending->chunk);
    return error;
}

int bulk_run(struct net *net, const struct bulk *bulk, struct bulk_result *result,
             struct fault *fault)
{
    struct sending sending = {.bulk = bulk, .net = net, .sock = net_socket(net, NET_STREAM)};

    *result = (struct bulk_result){0};
    if (sending.sock < 0)
        return fault_errno(fault, sending.sock, "cannot make a socket");
    int error = run_connected(&sending, result, fault);
    net_close(net, sending.sock);
    return error;
}
