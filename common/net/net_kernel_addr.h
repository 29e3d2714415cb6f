/* Addresses between the API and the kernel. */
#ifndef NET_NET_KERNEL_ADDR_H
#define NET_NET_KERNEL_ADDR_H

#include <netinet/in.h>

#include "net/addr.h"

static inline struct sockaddr_in net_addr_to(const struct net_addr *addr)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = htons(addr->port), .sin_addr.s_addr = htonl(addr->ip)};
}

static inline struct net_addr net_addr_from(const struct sockaddr_in *addr)
{
    return (struct net_addr){.ip = ntohl(addr->sin_addr.s_addr), .port = ntohs(addr->sin_port)};
}

#endif
