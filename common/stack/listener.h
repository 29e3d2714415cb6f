/* A listening socket: connections that shake hands, and those that wait to be accepted.
 *
 * As on Linux: the accept queue holds one more than the backlog; while it is full further SYNs are
 * dropped, and the last ACK of a handshake is ignored, whose SYN-ACK then comes again by its timer
 * until there is a place. With reset_when_queue_full both are refused by a reset instead. The SYN
 * queue has a limit of its own, the host's; beyond it handshakes go on without a place in it, by
 * cookies (tcp/cookie.h), as far as syn_cookies allows. */
#ifndef STACK_LISTENER_H
#define STACK_LISTENER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/list.h"
#include "base/usec.h"
#include "packet/segment.h"
#include "tcp/isn.h"

enum { LISTENER_BACKLOG_MAX = 4096 }; /* as Linux' somaxconn */

struct bell;
struct conn;
struct conn_options;
struct port_use;
struct stack;

/* Guarded by the stack's lock. */
struct listener {
    struct bell *bell;                  /* the socket's: rung when one can be accepted */
    const struct conn_options *options; /* the socket's: what connections begin with */
    const struct port_use *port;        /* likewise */
    uint32_t backlog;
    uint32_t syn_count, accept_count;
    usec_t overflowed; /* when the SYN queue last was full, so that a cookie was sent; or NEVER */
    struct list syn_queue, accept_queue; /* of connections, oldest first */
};

/* What it points to is its socket's and must outlive it. */
void listener_init(struct listener *listener, struct bell *bell, const struct port_use *port,
                   const struct conn_options *options);

/* Stops listening: handshakes are forgotten, connections nobody accepted are reset. */
void listener_fini_locked(struct stack *stack, usec_t now, struct listener *listener);

/* A SYN for this listener: begins a connection or drops it. */
void listener_on_syn_locked(struct stack *stack, usec_t now, struct listener *listener,
                            const struct isn_tuple *tuple, const struct segment *seg);

/* A segment of no connection: true when it brought a cookie back, and has been dealt with. */
bool listener_on_cookie_locked(struct stack *stack, usec_t now, struct listener *listener,
                               const struct isn_tuple *tuple, const struct segment *seg);

/* Whether `seg` may reach a connection in the queues, or must be ignored because its handshake
 * would end now and there is no place for it. Where such are refused, the connection is gone
 * afterwards. */
bool listener_admits_locked(struct stack *stack, usec_t now, struct conn *conn,
                            const struct segment *seg);

/* A connection in the queues may have changed its state. */
void listener_on_progress_locked(struct stack *stack, struct listener *listener, struct conn *conn);

/* The oldest connection that can be accepted, now the caller's, who gives it a bell; or NULL. */
struct conn *listener_take_locked(struct listener *listener);

#endif
