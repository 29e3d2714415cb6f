/* The eleven states of a connection and the legal ways between them (RFC 9293 section 3.3.2,
 * Figure 5), kept as data. Nobody but state_enter assigns a connection's state. Pure. */
#ifndef TCP_STATE_H
#define TCP_STATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/tcp_state.h"

struct tcb;

/* One arrow of the diagram. */
struct state_edge {
    enum tcp_state from, to;
    const char *cause;  /* what happened: "rcv SYN", "CLOSE", ... */
    const char *action; /* what is done about it: "snd ACK", or "" */
};

/* The whole diagram, for whoever wants to print or draw it; `count` receives the number of arrows.
 */
const struct state_edge *state_edges(size_t *count);

bool state_edge_is_legal(enum tcp_state from, enum tcp_state to);

/* Moves the connection along an arrow of the diagram and tells it to the connection's journal.
 * Asking for an arrow that is not there is a programmer's mistake (assert). */
void state_enter(struct tcb *t, enum tcp_state to);

/* True from ESTABLISHED on: both sides have seen each other's SYN acknowledged. */
bool state_is_synchronized(enum tcp_state state);

/* True while the peer has not closed its half, so that text may still arrive. */
bool state_may_receive(enum tcp_state state);

/* True while the user may still queue data. */
bool state_may_send(enum tcp_state state);

#endif
