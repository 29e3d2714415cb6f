/* UDP sockets (RFC 768, RFC 1122 section 4.1). A datagram is one frame or an error: nothing is cut
 * up here. */
#ifndef STACK_UDP_H
#define STACK_UDP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/list.h"
#include "stack/ip.h"
#include "stack/stack.h"

struct bell;
struct datagram;

enum {
    UDP_RCVBUF_DEFAULT = 212992, /* as Linux' rmem_default */
    UDP_DATAGRAM_COST = 64,      /* what a datagram in the queue counts beyond its octets */
    UDP_BUCKETS = 64,
};

/* Guarded by the stack's lock; who owns one may read it and set its options there. */
struct udp_socket {
    struct bell *bell;             /* rung when something changed; the owner's */
    struct stack_addr local, peer; /* port 0: not bound, not connected */
    bool reuse_addr, broadcast;    /* SO_REUSEADDR, SO_BROADCAST */
    bool shut_in, shut_out;        /* by udp_shutdown_locked */
    uint8_t tos, ttl;              /* of its datagrams; ttl 0: the host's */
    int error;                     /* pending, negative errno, or 0 */
    uint32_t queue_limit, queue_cost;
    struct datagram *first, *last; /* of the queue; NULL while it is empty */
    struct list_link bound;        /* in the table, while bound */
};

struct udp_table {
    struct list buckets[UDP_BUCKETS]; /* by local port */
};

void udp_table_init(struct udp_table *table);

/* A socket bound to nothing; `bell` must outlive it. Returns 0 or -ENOMEM. */
int udp_open_locked(struct udp_socket **out, struct bell *bell);
void udp_close_locked(struct udp_socket *udp);

/* Binds as Linux does: -EINVAL when already bound, -EADDRNOTAVAIL for another host's address,
 * -EADDRINUSE unless all who have the port allow it by reuse_addr. Port 0 picks a free one. */
int udp_bind_locked(struct stack *stack, struct udp_socket *udp, const struct stack_addr *addr);

/* From now on sends to `peer` and hears nobody else; binds first if need be. -ENETUNREACH,
 * -EACCES for a broadcast without SO_BROADCAST, or an error of binding. */
int udp_connect_locked(struct stack *stack, struct udp_socket *udp, const struct stack_addr *peer);

/* Sends to `to`, or to the peer when it is NULL. Returns the octets sent: all, or a negative errno:
 * -EDESTADDRREQ without either, -EMSGSIZE above what a frame takes, -EACCES for a broadcast without
 * SO_BROADCAST, -EPIPE after shutdown, -EINVAL for port 0, or the pending error. */
int64_t udp_send_locked(struct stack *stack, usec_t now, struct udp_socket *udp, struct span data,
                        const struct stack_addr *to);

struct udp_receiving {
    struct buffer out;
    bool peek;              /* leave it in the queue */
    struct stack_addr from; /* out: the sender */
    size_t whole_len;       /* out: the datagram's length, of which `out` may hold less */
};

/* The next datagram: octets written to `out`, the rest of it is lost. -EAGAIN while there is none,
 * 0 after shutdown, or the pending error. */
int64_t udp_receive_locked(struct udp_socket *udp, struct udp_receiving *receiving);

/* Octets of the next datagram, 0 when there is none. */
uint32_t udp_unread(const struct udp_socket *udp);

void udp_shutdown_locked(struct stack *stack, struct udp_socket *udp, bool in, bool out);

/* For IP. */
void udp_on_packet_locked(struct stack *stack, usec_t now, const struct ip_packet *packet);
void udp_on_error_locked(struct stack *stack, const struct ip_error *error);

#endif
