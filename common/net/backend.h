/* What a back-end gives to be a `struct net`: the sixteen operations, and its release. Only net.c
 * and the back-ends look in here. */
#ifndef NET_BACKEND_H
#define NET_BACKEND_H

#include "net/net.h"

struct net_ops {
    const char *name;
    int (*socket)(struct net *net, enum net_type type);
    int (*bind)(struct net *net, int sock, const struct net_addr *addr);
    int (*listen)(struct net *net, int sock, int backlog);
    int (*accept)(struct net *net, int sock, struct net_addr *peer);
    int (*connect)(struct net *net, int sock, const struct net_addr *peer);
    int64_t (*send)(struct net *net, int sock, struct span data, int flags);
    int64_t (*recv)(struct net *net, int sock, struct buffer data, int flags);
    int64_t (*sendto)(struct net *net, int sock, struct span data, const struct net_addr *to);
    int64_t (*recvfrom)(struct net *net, int sock, struct buffer data, int flags,
                        struct net_addr *from);
    int (*shutdown)(struct net *net, int sock, enum net_how how);
    int (*close)(struct net *net, int sock);
    int (*setsockopt)(struct net *net, int sock, enum net_option option, int64_t value);
    int (*getsockopt)(struct net *net, int sock, enum net_option option, int64_t *value);
    int (*getsockname)(struct net *net, int sock, struct net_addr *addr);
    int (*poll)(struct net *net, struct net_pollfd *fds, size_t count, usec_t timeout_us);
    int (*info)(struct net *net, int sock, struct net_info *info);
    void (*free)(struct net *net);
};

/* Embedded first in the back-end's own struct. */
struct net {
    const struct net_ops *ops;
    struct event_sink *sink; /* hears CALL and RETURN, or NULL */
    char host;               /* 'A' or 'B', or '-' outside a testbed */
};

#endif
