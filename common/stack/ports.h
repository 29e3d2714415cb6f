/* Local ports: who uses which, which may be bound, and which are given to those who do not care.
 *
 * Uses of TCP ports are kept here: bound sockets, listeners, and connections as long as they last,
 * TIME-WAIT included. A host has one address, so all users of a port meet. */
#ifndef STACK_PORTS_H
#define STACK_PORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/usec.h"
#include "tcp/isn.h"

enum { /* the default, as Linux' ip_local_port_range; RFC 6056 section 3.2 would rather have all
          from 1024 */
       PORTS_EPHEMERAL_FIRST = 32768,
       PORTS_EPHEMERAL_LAST = 60999,
       PORTS = 65536,
};

struct stack;
struct listener;

/* One use of a port, embedded in its user; all zero while there is none. */
struct port_use {
    uint16_t port;             /* 0: none */
    bool reuse_addr;           /* SO_REUSEADDR, the user's to change at any time */
    struct listener *listener; /* while it listens */
    struct port_use *prev, *next;
};

struct ports {
    struct port_use *first[PORTS]; /* those that listen come first */
    uint32_t chosen;               /* so many were picked for connections */
};

/* Picks the local port of a connection to come, of which the rest of `to` is known: RFC 6056
 * section 3.3.3, algorithm 3. For each peer the ports follow one another, so that none comes back
 * soon; from where on only a keyed hash tells. Returns it, or 0 when none is free. */
uint16_t ports_choose_for_locked(struct stack *stack, usec_t now, const struct isn_tuple *to);

/* Whether a new connection may have the four-tuple: no connection has it, or one that it may take
 * over from TIME-WAIT (tcp/incarnation.h). */
bool ports_tuple_is_free(const struct stack *stack, usec_t now, const struct isn_tuple *tuple);

/* Picks one of the host's ephemeral ports for which `is_free` says so, starting at random (RFC 6056
 * section 3.3.1, algorithm 1). Returns it, or 0 when all are taken. */
uint16_t ports_choose_locked(struct stack *stack,
                             bool (*is_free)(const struct stack *stack, uint16_t port));

/* Nobody uses this TCP port. */
bool ports_is_free(const struct stack *stack, uint16_t port);

/* Whether `use` may have `port` beside those who have it: bind(2) and listen(2) as on Linux, where
 * all must have SO_REUSEADDR and none may listen. */
bool ports_may_share(const struct ports *ports, const struct port_use *use, uint16_t port);

/* Begins and ends a use; ending none does nothing. */
void ports_take(struct ports *ports, struct port_use *use, uint16_t port);
void ports_release(struct ports *ports, struct port_use *use);

/* Makes the use that of a listener. */
void ports_listen(struct ports *ports, struct port_use *use, struct listener *listener);

/* Who listens at this port, or NULL. */
static inline struct listener *ports_listener(const struct ports *ports, uint16_t port)
{
    return ports->first[port] ? ports->first[port]->listener : NULL;
}

#endif
