/* The API's poll on kernel sockets. */
#ifndef NET_NET_KERNEL_POLL_H
#define NET_NET_KERNEL_POLL_H

#include "net/net.h"
#include "sock/table.h"

/* Being in the table during the wait, every one of the sockets may be closed by another thread,
 * which ends the wait with NET_HUP. */
int net_kernel_poll(struct sock_table *table, struct net_pollfd *fds, size_t count,
                    usec_t timeout_us);

#endif
