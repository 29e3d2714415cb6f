/* A client that holds a dialogue as somebody at a terminal would: waits for a certain word, and
 * then says something. */
#ifndef CLIENT_DIALOGUE_H
#define CLIENT_DIALOGUE_H

#include <stdio.h>

#include "base/fault.h"
#include "net/net.h"

struct dialogue_turn {
    const char *awaits; /* what must have come since the last turn, */
    const char *says;   /* before this is said */
};

struct dialogue_plan {
    struct net_addr server;
    const struct dialogue_turn *turns; /* in this order */
    size_t count;
    usec_t timeout_us; /* bounds each wait; 0: none */
};

/* Connects, goes through the turns, and listens to the end of the stream; `heard` gets all that the
 * server said. Returns 0, or a negative errno with `fault`: -EPROTO when the server ended before it
 * had said what was awaited. */
int dialogue_hold(struct net *net, const struct dialogue_plan *plan, FILE *heard,
                  struct fault *fault);

#endif
