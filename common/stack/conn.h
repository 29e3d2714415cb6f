/* One TCP connection of this host: the core's block, and what a host adds to it: a place in the
 * table, a timer, memory that grows, and a program or a listener that waits for it.
 *
 * It lives until it is CLOSED and nobody holds it: neither a socket nor a listener's queue. In
 * TIME-WAIT it gives way to a new one when the host has as many as it may. */
#ifndef STACK_CONN_H
#define STACK_CONN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/list.h"
#include "stack/conn_options.h"
#include "stack/ports.h"
#include "stack/timers.h"
#include "stack/traffic.h"
#include "tcp/tcp.h"

struct bell;
struct listener;
struct stack;

/* Guarded by the stack's lock. */
struct conn {
    struct tcb tcb;
    struct conn *chained; /* in the table */
    struct port_use port;
    struct timer timer; /* never later than the core's deadline */
    struct bell *bell;  /* of the socket that has it, or NULL: nobody has */
    uint8_t tos, ttl;   /* of its datagrams */
    struct traffic traffic;
    uint32_t send_limit;
    bool starved; /* the send buffer was refused memory that the limit allows */

    struct listener *listener; /* who holds it until it is accepted, or NULL */
    struct list_link queued;   /* in one of the listener's queues, or in TIME-WAIT: */
    bool shaking_hands;        /* the SYN queue, else the accept queue */

    enum tcp_state told_state; /* as they were when the bell last rang */
    unsigned told_ready;
};

/* A connection that is CLOSED and held by nobody yet. Returns 0, -ENOMEM, or -ENOBUFS when the host
 * has as many as it may. The tuple must be in no other that is not CLOSED, but for one that gives
 * way to it from TIME-WAIT: that is gone afterwards (tcp/incarnation.h). */
int conn_new_locked(struct stack *stack, usec_t now, const struct isn_tuple *tuple,
                    struct conn **out);

/* Takes it out of the world without a word to the peer. */
void conn_free_locked(struct stack *stack, struct conn *conn);

void conn_set_options(struct conn *conn, const struct conn_options *options, usec_t now);

/* A segment of this connection arrived, or time has come. The connection may be gone afterwards. */
void conn_on_segment_locked(struct stack *stack, usec_t now, struct conn *conn,
                            const struct segment *seg);
void conn_on_time_locked(struct stack *stack, usec_t now, struct conn *conn);

/* Belongs behind every other call of the core: sends what it has to send, tells what it has to
 * tell, sets its timer, rings for those who wait, and lets go of a connection that is over and
 * nobody's. It may be gone afterwards. */
void conn_pump_locked(struct stack *stack, usec_t now, struct conn *conn);

/* Takes octets from the user as tcp_send does; -ENOBUFS when there is no memory at all. Pump
 * afterwards. */
int64_t conn_send(struct conn *conn, struct span data, unsigned flags, usec_t now);

/* What a program may do without waiting; writable only once a third of the buffer is free, so that
 * a writer is not woken for each ACK. */
unsigned conn_readiness(const struct conn *conn);

struct event_flow conn_flow(const struct conn *conn);

#endif
