/* The problem: the segment that opens a closed window carries no data, so nobody resends it.
 * The rule: while the window is closed and data waits, probe: first after RTO, then at ever longer
 *   intervals, for as long as the peer answers.
 * RFC 9293 section 3.8.6.1 (MUST-36, MUST-37, SHLD-29, SHLD-30).
 * Seen in: tests/unit/tcp/test_persist.c; experiment exp-flow-control. */
#include "tcp/persist.h"

#include "base/bytes.h"

void persist_init(struct persist *p, uint32_t max_us)
{
    *p = (struct persist){.deadline = NEVER, .max_us = max_us};
}

void persist_start(struct persist *p, uint32_t rto_us, usec_t now)
{
    if (persist_active(p))
        return;
    p->interval_us = min_u32(rto_us, p->max_us);
    p->unanswered = 0;
    p->deadline = usec_after(now, p->interval_us);
}

void persist_stop(struct persist *p)
{
    p->deadline = NEVER;
}

bool persist_due(const struct persist *p, usec_t now)
{
    return now >= p->deadline;
}

void persist_on_probe(struct persist *p, usec_t now)
{
    if (p->unanswered < UINT8_MAX)
        p->unanswered++;
    p->interval_us = p->interval_us < p->max_us / 2 ? p->interval_us * 2 : p->max_us;
    p->deadline = usec_after(now, p->interval_us);
}

void persist_on_answer(struct persist *p)
{
    p->unanswered = 0;
}
