/* An IPv4 address and a port: one end of a connection. */
#ifndef NET_ADDR_H
#define NET_ADDR_H

#include <stdint.h>

struct net_addr {
    uint32_t ip; /* host byte order; 0 is "any" */
    uint16_t port;
};

#define NET_LOOPBACK UINT32_C(0x7f000001)

/* "10.0.0.1:8080" into `out`; returns its text. */
struct net_addr_text {
    char text[24];
};

const char *net_addr_format(struct net_addr_text *out, const struct net_addr *addr);

#endif
