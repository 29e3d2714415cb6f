/* The problem: the last ACK may be lost, and old segments may still be on their way when the same
 *   ports are used again.
 * The rule: the end that closed first stays for 2 MSL, and begins anew when the FIN comes again. It
 *   makes room sooner for a new incarnation whose timestamps or numbers lie beyond the old ones.
 * RFC 9293 sections 3.4.2, 3.6.1 and 3.10.7.4 eighth step (TIME-WAIT STATE); RFC 6191 section 2.
 * Seen in: tests/unit/tcp/test_timewait.c; experiment exp-time-wait. */
#include "tcp/timewait.h"

#include "tcp/params.h"

void timewait_init(struct timewait *t)
{
    *t = (struct timewait){.deadline = NEVER};
}

void timewait_start(struct timewait *t, uint32_t length_us, usec_t now)
{
    t->deadline = usec_after(now, length_us);
}

bool timewait_over(const struct timewait *t, usec_t now)
{
    return now >= t->deadline;
}

bool timewait_yields(const struct tstamp *old, seq_t rcv_nxt, const struct timewait_syn *syn)
{
    bool beyond = seq_ge(syn->seq, rcv_nxt);
    if (!syn->stamped)
        return beyond;
    if (!old->on)
        return true; /* PAWS will keep out what bears no timestamp */
    int32_t ahead = (int32_t)(syn->ts_val - old->recent);
    return ahead > 0 || (ahead == 0 && beyond);
}

bool timewait_reusable(const struct tstamp *old, usec_t now)
{
    return old->on && now - old->recent_at > TIME_WAIT_REUSE_AFTER;
}
