/* The problem: a busy pair of hosts needs a four-tuple again before TIME-WAIT is over.
 * The rule: hold what the new connection begins with against what the old one ended with, and begin
 *   beyond it.
 *   Differs: section 3.6.1 would go back to TIME-WAIT should the SYN prove to be an old duplicate;
 *   the old connection is forgotten here, since one that lies beyond it all cannot be its own.
 * RFC 9293 section 3.6.1 (MAY-2, SHLD-4), RFC 6191.
 * Seen in: tests/unit/stack/test_time_wait.c, tests/unit/stack/test_conns.c. */
#include "tcp/incarnation.h"

#include "tcp/timewait.h"

bool incarnation_yields(const struct tcb *old, const struct segment *seg)
{
    if (old->state != STATE_TIME_WAIT || (seg->flags & (TCP_SYN | TCP_ACK | TCP_RST)) != TCP_SYN)
        return false;
    const struct timewait_syn syn = {
        .stamped = seg->options.has_tstamp && old->config->timestamps,
        .ts_val = seg->options.ts_val,
        .seq = seg->seq,
    };
    return timewait_yields(&old->tstamp, old->rcv.nxt, &syn);
}

bool incarnation_reusable(const struct tcb *old, usec_t now)
{
    return old->state == STATE_TIME_WAIT && old->config->time_wait_reuse &&
           timewait_reusable(&old->tstamp, now);
}

void incarnation_inherit(struct tcb *t, seq_t used)
{
    t->snd.iss = used;
    t->iss_choice = ISN_BEYOND;
}
