/* A server that takes messages and answers each with one: the number of the message on this
 * connection, and its text. Whoever gets the answer "3 fish" knows that the server saw three
 * messages, and where the third began and ended. */
#ifndef SERVER_FRAMED_H
#define SERVER_FRAMED_H

#include <stdatomic.h>
#include <stdio.h>

#include "base/fault.h"
#include "net/framing.h"
#include "net/net.h"

#define FRAMED_PORT 8081

enum { FRAMED_MESSAGE_MAX = 4096 };

struct framed_service {
    enum framing framing;
    FILE *say; /* hears of every connection refused, and why; or NULL */
    atomic_uint_fast64_t messages, refused;
};

/* Serves one connection; one that breaks the framing is told and closed. A serve handler whose
 * `arg` is a struct framed_service. */
void framed_handle(struct net *net, int sock, const struct net_addr *peer, void *arg);

/* Serves until Ctrl-C (after interrupt_block). Returns 0, or a negative errno with `fault`. */
int framed_serve(struct net *net, const struct net_addr *addr, struct framed_service *service,
                 struct fault *fault);

#endif
