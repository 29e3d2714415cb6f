/* The problem: a loss shows by what arrives after it, and after the end of a flight nothing does.
 * The rule: after two round trips of silence send one segment more, new or old, to be told.
 * RFC 8985 section 7.
 * Seen in: tests/unit/tcp/test_tlp.c, tests/story/test_rack.c. */
#include "tcp/tlp.h"

#include "tcp/params.h"

void tlp_init(struct tlp *p, bool on)
{
    *p = (struct tlp){.deadline = NEVER, .on = on};
}

void tlp_schedule(struct tlp *p, const struct tlp_path *path, usec_t now)
{
    p->deadline = NEVER;
    if (!p->on || p->sent || path->rto_deadline == NEVER)
        return;
    usec_t wait = path->srtt_us ? 2 * (usec_t)path->srtt_us + path->delack_us : TLP_TIME_INITIAL;
    p->deadline = usec_min(now + usec_max(wait, TLP_TIME_MIN), path->rto_deadline);
}

bool tlp_due(const struct tlp *p, usec_t now)
{
    return now >= p->deadline;
}

bool tlp_on_timeout(struct tlp *p, usec_t sampled_at)
{
    p->deadline = NEVER;
    p->wanted = !p->sent && sampled_at > p->sent_us;
    return p->wanted;
}

void tlp_on_probe(struct tlp *p, bool again, seq_t nxt, usec_t now)
{
    p->sent_us = now;
    p->wanted = false;
    p->sent = true;
    p->again = again;
    p->end = nxt;
}

bool tlp_on_ack(struct tlp *p, seq_t una, bool duplicate)
{
    if (!p->sent || seq_lt(una, p->end))
        return false;
    bool harmless = !p->again || duplicate;
    if (!harmless && seq_eq(una, p->end)) /* the other copy may yet be reported */
        return false;
    p->sent = false;
    return !harmless;
}

void tlp_stop(struct tlp *p)
{
    p->deadline = NEVER;
    p->wanted = p->sent = false;
}
