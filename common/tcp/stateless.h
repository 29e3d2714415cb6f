/* A handshake of which nothing is remembered between its SYN and its ACK: a part of the core's
 * face, for a host whose queue of handshakes is full (cookie.h). Pure. */
#ifndef TCP_STATELESS_H
#define TCP_STATELESS_H

#include "packet/segment.h"
#include "tcp/tcb.h"

/* The SYN-ACK, with a cookie, that a connection in LISTEN gives to `syn`. The connection is of no
 * use afterwards: it may lie on the stack. */
void stateless_answer(struct tcb *t, const struct segment *syn, usec_t now, struct segment *out);

/* Whether `ack`, which belongs to no connection, brings back a cookie of this host. */
bool stateless_knows(const struct tcp_config *config, const struct isn_tuple *tuple,
                     const struct segment *ack, usec_t now);

/* Brings a connection in LISTEN, with the options of the one that answered, to SYN-RECEIVED as if
 * it had been there all the time; `ack`, one that stateless_knows, is still to be given to it. */
void stateless_resume(struct tcb *t, const struct segment *ack, usec_t now);

#endif
