/* A whole file through an echo server and back: sent and received at the same time, because a
 * sender that does not read fills both buffers and stops; compared by SHA-256. */
#ifndef CLIENT_TRANSFER_H
#define CLIENT_TRANSFER_H

#include <stdio.h>

#include "base/fault.h"
#include "net/net.h"

enum { SHA256_BYTES = 32, SHA256_TEXT = 2 * SHA256_BYTES + 1 };

struct transfer {
    struct net_addr server;
    usec_t timeout_us; /* give up when nothing moves for so long; 0: never */
    FILE *source;      /* read to its end */
    FILE *copy;        /* what came back is written here; or NULL */
    void (*progress)(uint64_t received, void *arg); /* now and then; or NULL */
    void *progress_arg;
};

struct transfer_result {
    uint64_t sent, received;
    uint8_t sent_sha256[SHA256_BYTES], received_sha256[SHA256_BYTES];
    usec_t took_us;
    struct net_info info; /* the connection just before it was closed */
};

/* Connects, sends, ends its direction, receives to the end of the stream. Returns 0 when the
 * stream came to its regular end, else a negative errno and `fault`. Whether the bytes are the
 * same is transfer_equal's to say. */
int transfer_run(struct net *net, const struct transfer *transfer, struct transfer_result *result,
                 struct fault *fault);

/* The same number of bytes with the same digest came back. */
bool transfer_equal(const struct transfer_result *result);

/* The digest in hexadecimal. */
void sha256_format(char out[SHA256_TEXT], const uint8_t digest[SHA256_BYTES]);

#endif
