/* A server that a half-close was made for: it reads a stream to its end, and only then answers, how
 * much came and what its SHA-256 is. The end of the client's direction is the end of the file; the
 * other direction is still open for the answer. */
#ifndef SERVER_UPLOAD_H
#define SERVER_UPLOAD_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>

#include "base/fault.h"
#include "net/net.h"
#include "server/sink.h"

#define UPLOAD_PORT 8082

/* "20000 5c1e...\n": the bytes in decimal, the digest in hexadecimal. */
enum { UPLOAD_ANSWER_MAX = 96 };

struct upload_service {
    usec_t timeout_us; /* a client that sends nothing for so long is let go; 0: never */
    usec_t think_us;   /* so long between the end of the stream and the answer */
    bool forgets;      /* the bug to be seen: does not close after its answer */
    FILE *say;         /* hears one line of every upload; or NULL */
    atomic_uint_fast64_t answered, broken;
};

/* Writes the answer to an upload; returns its length. */
size_t upload_answer_format(char out[UPLOAD_ANSWER_MAX], const struct sink_receipt *receipt);

/* Serves one connection: a serve handler whose `arg` is a struct upload_service. One that forgets
 * to close holds its socket, and a thread, until the server is stopped or the connection breaks. */
void upload_handle(struct net *net, int sock, const struct net_addr *peer, void *arg);

/* Serves until Ctrl-C (after interrupt_block). Returns 0, or a negative errno with `fault`. */
int upload_serve(struct net *net, const struct net_addr *addr, struct upload_service *service,
                 struct fault *fault);

#endif
