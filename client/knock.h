/* One attempt to connect, with all that a program may decide about it. */
#ifndef CLIENT_KNOCK_H
#define CLIENT_KNOCK_H

#include <stdbool.h>

#include "base/thread.h"
#include "net/net.h"

struct knock {
    struct net_addr server;
    uint16_t from_port; /* bind to this port first; 0: the system picks one */
    bool reuse_addr;    /* SO_REUSEADDR before that bind */
    int mss;            /* TCP_MAXSEG; 0: the system's own */
    int syn_retries;    /* TCP_SYNCNT; 0: the system's own */
};

/* Returns the connected socket or a negative errno; `took_us`, when not NULL, becomes the time that
 * this took. */
int knock(struct net *net, const struct knock *how, usec_t *took_us);

/* An attempt that goes on in a thread of its own. */
struct knocker {
    struct net *net;
    struct knock how;
    struct thread *thread;
    int sock;       /* after knock_end: what knock returned, */
    usec_t took_us; /* and how long that took */
};

/* Returns 0 or a negative errno. `knocker` and `net` must stay until knock_end, which waits for the
 * attempt to be over. */
int knock_begin(struct knocker *knocker, struct net *net, const struct knock *how);
void knock_end(struct knocker *knocker);

#endif
