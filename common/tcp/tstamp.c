/* The problem: an ACK of something sent twice does not tell which copy it answers, and on a fast
 *   path a sequence number comes round again while old segments still travel.
 * The rule: stamp every segment with a clock, echo the peer's stamp, and refuse what is older than
 *   the last stamp taken.
 * RFC 7323 sections 3 to 5.
 * Seen in: tests/unit/tcp/test_tstamp.c; experiments exp-rto-estimate, exp-header. */
#include "tcp/tstamp.h"

#include "tcp/params.h"

void tstamp_init(struct tstamp *t, uint32_t offset)
{
    *t = (struct tstamp){.offset = offset};
}

uint32_t tstamp_clock(const struct tstamp *t, usec_t now)
{
    return (uint32_t)(now / TSTAMP_TICK) + t->offset;
}

static void take(struct tstamp *t, uint32_t ts_val, usec_t now)
{
    t->recent = ts_val;
    t->recent_at = now;
}

void tstamp_on_syn(struct tstamp *t, uint32_t ts_val, usec_t now)
{
    take(t, ts_val, now);
}

void tstamp_on_ack_sent(struct tstamp *t, seq_t ack)
{
    t->last_ack_sent = ack;
}

/* Section 5.2: stamps are compared on a circle, like sequence numbers. */
static bool is_before(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b) < 0;
}

bool tstamp_is_fresh(const struct tstamp *t, uint32_t ts_val, usec_t now)
{
    if (now - t->recent_at > TSTAMP_STALE) /* section 5.5: the circle may have turned */
        return true;
    return !is_before(ts_val, t->recent);
}

void tstamp_on_segment(struct tstamp *t, seq_t seq, uint32_t ts_val, usec_t now)
{
    if (tstamp_is_fresh(t, ts_val, now) && seq_le(seq, t->last_ack_sent))
        take(t, ts_val, now);
}

bool tstamp_sent_at(const struct tstamp *t, uint32_t ts_ecr, usec_t now, usec_t *sent_us)
{
    int32_t age = (int32_t)(tstamp_clock(t, now) - ts_ecr);
    if (ts_ecr == 0 || age < 0)
        return false;
    *sent_us = (now / TSTAMP_TICK - age) * TSTAMP_TICK;
    return true;
}
