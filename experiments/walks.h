/* Connections that take one way each through the state diagram, from their opening to their end:
 * the stories of exp-states. Where two things must cross, or one must not arrive, the wire's script
 * sees to it.
 *
 * Each opens one connection between host A and `port` of host B (of which no other may make use)
 * and returns when both ends have come to rest: 0, or a negative errno with `fault`. */
#ifndef EXPERIMENTS_WALKS_H
#define EXPERIMENTS_WALKS_H

#include "experiments/experiment.h"

typedef int walk_fn(struct stage *stage, uint16_t port, struct fault *fault);

walk_fn walk_in_order;  /* A opens and ends, B answers both */
walk_fn walk_by_halves; /* the same, and B speaks when A has ended: puts "halves_a", "halves_b" */
walk_fn walk_crossing;  /* both open, both end: the script must delay SYNs and FINs */

/* To CLOSED from everywhere. */
walk_fn walk_refused;               /* A from SYN_SENT: nobody listens */
walk_fn walk_withdrawn;             /* A from SYN_SENT: it thinks better of it; B back to LISTEN */
walk_fn walk_aborted;               /* both from ESTABLISHED */
walk_fn walk_aborted_half_closed;   /* A from FIN_WAIT_2, B from CLOSE_WAIT */
walk_fn walk_aborted_in_fin_wait_1; /* A; the script must delay its FIN */
walk_fn walk_aborted_in_syn_received; /* both; the script must delay SYNs and lose SYN-ACKs */
walk_fn walk_aborted_in_closing;      /* both; the script must lose everything behind both FINs */

#endif
