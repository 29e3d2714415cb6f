/* The problem: an ACK for every segment costs as many packets as the data itself.
 * The rule: one for what is more than a full segment, or when the delay is over, whichever comes
 *   first; at once where waiting would hide a loss.
 * RFC 9293 section 3.8.6.3 (SHLD-18, SHLD-19, MUST-40), RFC 5681 section 4.2.
 * Seen in: tests/unit/tcp/test_delack.c; experiments exp-delayed-ack, exp-piggyback. */
#include "tcp/delack.h"

#include "base/bytes.h"
#include "tcp/params.h"

void delack_init(struct delack *d, uint32_t delay_us, uint8_t quick)
{
    *d = (struct delack){.deadline = NEVER, .delay_us = delay_us, .quick = quick};
}

static uint32_t segments_in(uint32_t len, uint32_t segment)
{
    return len / segment + (len % segment != 0);
}

static void begin_wait(struct delack *d, uint32_t delay_us, usec_t now)
{
    if (d->deadline == NEVER)
        d->deadline = usec_after(now, delay_us);
}

void delack_on_text(struct delack *d, uint32_t len, uint32_t segment, bool filled, usec_t now)
{
    d->owed += len;
    d->heard = true;
    d->heard_at = now;
    d->at_once |= filled || d->owed > segment;
    d->quickly |= d->quick > 0;
    d->quick = (uint8_t)(d->quick - min_u32(d->quick, segments_in(len, segment)));
    begin_wait(d, d->delay_us, now);
}

void delack_on_fin(struct delack *d, usec_t now)
{
    d->dialogue = true;
    begin_wait(d, d->heard ? d->delay_us : DELACK_TICK, now);
}

void delack_hurry(struct delack *d)
{
    d->at_once = true;
}

void delack_on_ack_sent(struct delack *d, bool with_text, usec_t now)
{
    d->deadline = NEVER;
    d->owed = 0;
    d->at_once = false;
    d->quickly = false;
    if (with_text && d->heard && now - d->heard_at < d->delay_us)
        d->dialogue = true;
}

void delack_on_timeout(struct delack *d)
{
    d->at_once = true;
    d->dialogue = false;
}

bool delack_now(const struct delack *d)
{
    return d->at_once || (d->quickly && !d->dialogue);
}

bool delack_due(const struct delack *d, usec_t now)
{
    return now >= d->deadline;
}
