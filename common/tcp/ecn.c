/* The problem: a loss tells a sender that a queue is full when it is too late for the segment.
 * The rule: a mark on a datagram that arrives counts as much as a loss, once in a window of data.
 * RFC 3168 section 6.1.
 * Seen in: tests/unit/tcp/test_ecn.c, tests/story/test_ecn.c; experiment exp-congestion. */
#include "tcp/ecn.h"

#include "packet/ipv4.h"

enum { BOTH = TCP_ECE | TCP_CWR };

void ecn_init(struct ecn *e, enum ecn_policy policy)
{
    *e = (struct ecn){.policy = (uint8_t)policy};
}

uint8_t ecn_syn(struct ecn *e, bool again)
{
    if (e->policy != ECN_ASK)
        return 0;
    if (again) {
        e->gave_up = true;
        return 0;
    }
    e->asked = true;
    return BOTH;
}

uint8_t ecn_syn_ack(const struct ecn *e)
{
    return e->on ? TCP_ECE : 0;
}

/* A SYN-ACK that only reflects the flags of our SYN bears both (section 6.1.1.2). */
void ecn_on_syn(struct ecn *e, uint8_t flags)
{
    uint8_t said = flags & BOTH;
    e->on = flags & TCP_ACK ? e->asked && said == TCP_ECE : e->policy != ECN_OFF && said == BOTH;
}

void ecn_on_syn_again(struct ecn *e, uint8_t flags)
{
    e->on = e->on && (flags & BOTH) == BOTH;
}

bool ecn_on_text(struct ecn *e, const struct segment *seg)
{
    if (!e->on)
        return false;
    if (seg->flags & TCP_CWR)
        e->echo = false;
    if (seg->ecn != ECN_CONGESTED || e->echo)
        return false;
    e->echo = true;
    return true;
}

bool ecn_on_ack(struct ecn *e, uint8_t flags, seq_t una, bool *lower)
{
    if (e->answering && seq_gt(una, e->recover))
        e->answering = false;
    bool told = e->on && (flags & (TCP_ECE | TCP_SYN)) == TCP_ECE; /* a SYN means something else */
    *lower = told && !e->answering;
    return told;
}

void ecn_on_reduction(struct ecn *e, seq_t nxt)
{
    e->reduced = e->on;
    e->answering = e->on;
    e->easing = false;
    e->recover = nxt;
}

void ecn_on_easing(struct ecn *e)
{
    e->easing = true;
}

bool ecn_has_eased(struct ecn *e)
{
    bool over = e->easing && !e->answering;
    e->easing = e->easing && !over;
    return over;
}

void ecn_on_new_text(struct ecn *e, struct segment *out)
{
    if (!e->on)
        return;
    if (!e->gave_up)
        out->ecn = ECN_CAPABLE_0;
    if (e->reduced)
        out->flags |= TCP_CWR;
    e->reduced = false;
}
