/* What a socket tells of itself. */
#ifndef STACK_SOCKET_INFO_H
#define STACK_SOCKET_INFO_H

#include "stack/stack.h"
#include "stack/traffic.h"
#include "tcp/status.h"

struct socket_info {
    bool stream;
    struct stack_addr local, peer;
    struct tcp_status tcp;               /* its state is LISTEN or CLOSED without a connection */
    struct traffic traffic;              /* of the connection there is */
    uint32_t unread;                     /* octets; of the next datagram */
    uint32_t accept_queue, accept_limit; /* of a listener */
    uint32_t syn_queue, syn_limit;       /* likewise: handshakes under way */
};

#endif
