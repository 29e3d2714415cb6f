/* The kernel's TCP and UDP behind the one socket API. */
#ifndef NET_NET_KERNEL_H
#define NET_NET_KERNEL_H

#include "net/net.h"

struct net_kernel_config {
    int netns_fd;            /* namespace to open sockets in, or -1: the caller's own */
    char host;               /* 'A' or 'B' in the event log, '-' for none */
    struct event_sink *sink; /* hears calls and returns, or NULL */
};

/* A view of one network namespace. The descriptor stays the caller's and must outlive the net.
 * Returns 0 or -ENOMEM. */
int net_kernel_new(struct net **out, const struct net_kernel_config *config);

#endif
