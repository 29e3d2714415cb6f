/* The other end of client/stay.h: answers each line, "ping 7" with "pong 7", and lets go a
 * client that has said nothing for too long, so that those that have vanished do not fill it up. */
#ifndef SERVER_HEARTBEAT_H
#define SERVER_HEARTBEAT_H

#include <stdatomic.h>
#include <stdio.h>

#include "base/fault.h"
#include "net/net.h"

#define HEARTBEAT_PORT 8094

enum { HEARTBEAT_LINE_MAX = 64 };

struct heartbeat_service {
    usec_t idle_us; /* a client that is silent for so long is let go; 0: never */
    FILE *say;      /* hears one line of every connection that ends; or NULL */
    atomic_uint_fast64_t pongs, reaped; /* answers; clients let go */
};

/* Serves one connection: a serve handler whose `arg` is a struct heartbeat_service. */
void heartbeat_handle(struct net *net, int sock, const struct net_addr *peer, void *arg);

/* Serves until Ctrl-C (after interrupt_block). Returns 0, or a negative errno with `fault`. */
int heartbeat_serve(struct net *net, const struct net_addr *addr, struct heartbeat_service *service,
                    struct fault *fault);

#endif
