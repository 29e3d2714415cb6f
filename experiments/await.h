/* Looking, every now and then, until something has come true: for the states of connections, of
 * which no host sends word. */
#ifndef EXPERIMENTS_AWAIT_H
#define EXPERIMENTS_AWAIT_H

#include "testbed/testbed.h"

/* Whether the connection got into `state` before `patience_us` had passed. */
bool await_state(struct net *net, int sock, enum tcp_state state, usec_t patience_us);

/* Whether everything sent had been acknowledged before `patience_us` had passed. */
bool await_acked(struct net *net, int sock, usec_t patience_us);

/* Whether a connection had so many octets to be read before `patience_us` had passed. */
bool await_unread(struct net *net, int sock, uint32_t octets, usec_t patience_us);

/* Whether so many of a host's sockets with the local port `port` (0: any) were in `state` before
 * `patience_us` had passed. */
struct await_crowd {
    enum host host;
    enum tcp_state state;
    uint16_t port;
    int count;
};
bool await_count(struct testbed *testbed, const struct await_crowd *crowd, usec_t patience_us);

#endif
