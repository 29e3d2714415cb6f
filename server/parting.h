/* A server that says a line, and then parts: either it ends the connection first, or it waits for
 * the client to. Whoever ends first is left in TIME_WAIT. */
#ifndef SERVER_PARTING_H
#define SERVER_PARTING_H

#include <stdatomic.h>
#include <stdio.h>

#include "base/fault.h"
#include "net/net.h"

#define PARTING_PORT 8086
#define PARTING_LINE "goodbye\n"

struct parting_service {
    bool first;        /* the server ends first */
    usec_t timeout_us; /* a client that is silent for so long is let go; 0: never */
    atomic_int end;    /* how the last connection ended: 0, or a negative errno */
};

/* Serves one connection to its very end, the last ACK included: a serve handler whose `arg` is a
 * struct parting_service. */
void parting_handle(struct net *net, int sock, const struct net_addr *peer, void *arg);

struct parting_options {
    struct net_addr addr;
    bool reuse_addr; /* SO_REUSEADDR on the listener */
    FILE *say;       /* hears of the start; or NULL */
};

/* Serves until Ctrl-C (after interrupt_block). Returns 0, or a negative errno with `fault`. */
int parting_serve(struct net *net, const struct parting_options *options,
                  struct parting_service *service, struct fault *fault);

#endif
