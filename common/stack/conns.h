/* TCP of this host, as the rest of it sees it: segments and errors go in, time passes, segments
 * come out. Behind it are the table of connections, their timers, and the ports. */
#ifndef STACK_CONNS_H
#define STACK_CONNS_H

#include "base/list.h"
#include "base/usec.h"
#include "packet/segment.h"
#include "stack/conn_table.h"
#include "stack/counters.h"
#include "stack/ip.h"
#include "stack/ports.h"
#include "stack/timers.h"

struct stack;

/* Guarded by the stack's lock. */
struct conns {
    struct conn_table table;
    struct timers timers;
    struct ports ports;
    struct list time_wait; /* of connections in TIME-WAIT that nobody holds, oldest first */
};

/* Makes stack->conns. Returns 0 or -ENOMEM. */
int conns_init(struct stack *stack);

/* Lets go of all connections without a word; their sockets may not be used any more. */
void conns_fini(struct stack *stack);

/* A datagram of protocol TCP: to its connection, to a listener, or answered by a reset (RFC 9293
 * section 3.10.7.1). */
void conns_on_packet_locked(struct stack *stack, usec_t now, const struct ip_packet *packet);

/* An error about a segment we sent. */
void conns_on_error_locked(struct stack *stack, usec_t now, const struct ip_error *error);

usec_t conns_deadline_locked(const struct stack *stack);
void conns_on_time_locked(struct stack *stack, usec_t now);

/* Sends one segment from this host; of `to` counts who gets it, and how it is marked (tos, ttl).
 * Errors as ip_send_locked. */
int conns_send_locked(struct stack *stack, usec_t now, const struct ip_sending *to,
                      const struct segment *seg);

/* Answers a segment that belongs to no connection with the reset it gets, if any. */
void conns_reset_locked(struct stack *stack, usec_t now, uint32_t dst_ip,
                        const struct segment *seg);

/* stack_drop_locked for a segment of this four-tuple. */
void conns_drop_locked(struct stack *stack, usec_t now, enum stack_drop reason,
                       const struct isn_tuple *tuple);

#endif
