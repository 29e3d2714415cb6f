/* Connections that are opened one after the other and then held, silently: what fills a server's
 * queues. */
#ifndef CLIENT_HOLD_H
#define CLIENT_HOLD_H

#include <stdio.h>

#include "base/fault.h"
#include "net/net.h"

enum { HOLD_MAX = 256 };

/* Belongs to one thread. Begin with `net` and `server` filled in and the rest zero. */
struct hold {
    struct net *net;
    struct net_addr server;
    int count;
    int sock[HOLD_MAX]; /* some may still be connecting */
};

/* Begins one more connection and waits up to `patience_us` for it (0: not at all). Returns 0 when
 * it is established, -EINPROGRESS when it is held but still connecting, or the negative errno for
 * which there is none. */
int hold_one_more(struct hold *hold, usec_t patience_us);

/* Holds one that is connected already. */
void hold_keep(struct hold *hold, int sock);

/* The state of the connection that was begun as the `index`th, from 0. */
enum tcp_state hold_state(const struct hold *hold, int index);

/* How many are in that state. */
int hold_count(const struct hold *hold, enum tcp_state state);

/* Ends them all, without waiting for the server. */
void hold_release(struct hold *hold);

/* Opens `clients` of them and tells `output`, whenever it changes, how many are in which state,
 * until `duration_us` has passed; then releases them. Returns 0, or a negative errno and `fault`.
 */
int hold_watch(struct hold *hold, int clients, usec_t duration_us, FILE *output,
               struct fault *fault);

#endif
