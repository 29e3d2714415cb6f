/* One attempt to connect, with all that a program may decide about it. */
#ifndef CLIENT_KNOCK_H
#define CLIENT_KNOCK_H

#include <stdbool.h>

#include "net/net.h"

struct knock {
    struct net_addr server;
    uint16_t from_port; /* bind to this port first; 0: the system picks one */
    bool reuse_addr;    /* SO_REUSEADDR before that bind */
    int syn_retries;    /* TCP_SYNCNT; 0: the system's own */
};

/* Returns the connected socket or a negative errno; `took_us`, when not NULL, becomes the time that
 * this took. */
int knock(struct net *net, const struct knock *how, usec_t *took_us);

#endif
