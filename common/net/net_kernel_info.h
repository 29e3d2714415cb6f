/* The kernel's TCP_INFO in the API's words and units, for `info` and for whoever samples sockets.
 */
#ifndef NET_NET_KERNEL_INFO_H
#define NET_NET_KERNEL_INFO_H

#include "net/info.h"
#include "sock/tcp_info.h"

/* Fills everything but addresses, queues and the name of the congestion control, which the record
 * does not hold. */
void net_kernel_info_from(struct net_info *info, const union sock_tcp_info *from);

/* What `info` gives for the kernel's socket `fd`. */
int net_kernel_info(int fd, struct net_info *info);

#endif
