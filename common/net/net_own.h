/* A host of our own behind the one socket API. */
#ifndef NET_NET_OWN_H
#define NET_NET_OWN_H

#include "net/net.h"

struct stack;

struct net_own_config {
    struct stack *stack;     /* stays the caller's and must outlive the net */
    char host;               /* 'A' or 'B' in the event log, '-' for none */
    struct event_sink *sink; /* hears calls and returns, or NULL */
};

/* A view of the host's network. Returns 0 or -ENOMEM. */
int net_own_new(struct net **out, const struct net_own_config *config);

#endif
