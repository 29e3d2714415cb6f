/* As much as goes through: sends to a discard server (server/sink.h) until a number of octets or a
 * time is reached, ends its direction, and takes the receipt. */
#ifndef CLIENT_BULK_H
#define CLIENT_BULK_H

#include "base/fault.h"
#include "net/net.h"

struct bulk {
    struct net_addr server;
    uint64_t bytes;                        /* send at most so many, */
    usec_t duration;                       /* and start nothing after so long; 0: without end */
    usec_t timeout_us;                     /* give up when nothing moves for so long; 0: never */
    bool digest;                           /* compare by SHA-256 too; the server must do as well */
    const enum net_congestion *congestion; /* of this connection; NULL: as the host has it */
};

struct bulk_result {
    uint64_t bytes; /* sent, and received at the other end */
    usec_t took_us; /* from the first octet to the receipt */
};

/* Returns 0 when the receipt says that the same octets arrived, else a negative errno and `fault`;
 * -EIO when others did. */
int bulk_run(struct net *net, const struct bulk *bulk, struct bulk_result *result,
             struct fault *fault);

#endif
