/* The discard server (RFC 863's idea) with a receipt: reads a stream to its end and then tells how
 * much came, and what, so that a sender knows that all of it arrived unspoilt. */
#ifndef SERVER_SINK_H
#define SERVER_SINK_H

#include <stdbool.h>

#include "net/net.h"

enum { SINK_DIGEST_BYTES = 32, SINK_RECEIPT_BYTES = 8 + SINK_DIGEST_BYTES };

/* Sent as its fields stand here, the count in network byte order. */
struct sink_receipt {
    uint64_t bytes;
    uint8_t sha256[SINK_DIGEST_BYTES]; /* zero when none was asked for */
};

struct sink_service {
    usec_t timeout_us; /* a peer that does not write for so long is let go; 0: never */
    bool digest;       /* costs more than the fastest stack */
};

/* Reads a stream to its end. Returns 0 and the receipt, or the error that broke the stream. */
int sink_swallow(struct net *net, int sock, const struct sink_service *service,
                 struct sink_receipt *receipt);

/* A serve handler whose `arg` is a struct sink_service. A connection that breaks gets no receipt.
 */
void sink_handle(struct net *net, int sock, const struct net_addr *peer, void *arg);

void sink_receipt_write(const struct sink_receipt *receipt, uint8_t out[SINK_RECEIPT_BYTES]);
void sink_receipt_read(struct sink_receipt *receipt, const uint8_t bytes[SINK_RECEIPT_BYTES]);

#endif
