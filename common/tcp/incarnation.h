/* One connection after another on the same four-tuple, while the first is still in TIME-WAIT. A
 * part of the core's face, for whoever keeps the table of connections. Pure. */
#ifndef TCP_INCARNATION_H
#define TCP_INCARNATION_H

#include "packet/segment.h"
#include "tcp/tcb.h"

/* Whether `seg` is a SYN before which the connection, in TIME-WAIT, makes room: the owner may
 * forget it, and hand the segment to its heir (RFC 9293 MAY-2, RFC 6191 section 2). */
bool incarnation_yields(const struct tcb *old, const struct segment *seg);

/* Whether this end may OPEN the four-tuple of a connection in TIME-WAIT: the host allows it, and
 * timestamps protect the new one (tcp_tw_reuse). */
bool incarnation_reusable(const struct tcb *old, usec_t now);

/* `t`, new and not yet open, follows `used`, the number behind the last that its predecessor sent:
 * its own will lie beyond. Its timestamps do so by themselves, their clock being the tuple's. */
void incarnation_inherit(struct tcb *t, seq_t used);

#endif
