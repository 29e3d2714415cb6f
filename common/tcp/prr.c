/* The problem: a window that is halved at once stops the sender until half of what is on its way
 *   has arrived, and lets it burst where much was lost.
 * The rule: for each two octets that arrive send one (or whatever ssthresh is to what was
 *   outstanding), and where losses have taken more than that already, no more than arrives.
 * RFC 9937 section 6.
 * Seen in: tests/unit/tcp/test_prr.c, tests/story/test_prr.c; experiment exp-congestion. */
#include "tcp/prr.h"

#include "base/bytes.h"

void prr_begin(struct prr *p, uint32_t recover_fs)
{
    *p = (struct prr){.recover_fs = max_u32(recover_fs, 1)};
}

/* No more than can be outstanding, however many duplicate ACKs a peer makes up. */
static uint32_t credible(const struct prr *p, const struct prr_ack *ack)
{
    uint32_t left = p->recover_fs > p->delivered ? p->recover_fs - p->delivered : 0;
    return ack->estimated ? min_u32(ack->delivered, left) : ack->delivered;
}

static uint32_t above(uint64_t granted, uint32_t out)
{
    return granted > out ? (uint32_t)(granted - out) : 0;
}

/* PRR proper: what was sent shall be to what arrived as ssthresh is to RecoverFS. Rounded up, and
 * to whole segments: part of one could not leave, and the ACK would pass unused. */
static uint32_t proportional(const struct prr *p, const struct prr_ack *ack)
{
    uint64_t share = (uint64_t)p->delivered * ack->ssthresh;
    uint64_t segment = (uint64_t)p->recover_fs * ack->smss;
    return above((share + segment - 1) / segment * ack->smss, p->out);
}

/* PRR-CRB: as much as arrives; PRR-SSRB: a segment more while all goes well. */
static uint32_t reduction_bound(const struct prr *p, const struct prr_ack *ack, uint32_t delivered)
{
    uint32_t count = max_u32(above(p->delivered, p->out), delivered);
    if (ack->safe)
        count += ack->smss;
    return min_u32(ack->ssthresh - ack->inflight, count);
}

bool prr_on_ack(struct prr *p, const struct prr_ack *ack, uint32_t *cwnd)
{
    uint32_t delivered = credible(p, ack);
    bool first = p->out == 0;
    if (delivered == 0 && !first)
        return false;
    p->delivered += delivered;
    uint32_t count =
        ack->inflight > ack->ssthresh ? proportional(p, ack) : reduction_bound(p, ack, delivered);
    if (first) /* the fast retransmission leaves in any case, and whole */
        count = max_u32(count, ack->smss);
    *cwnd = ack->inflight + count;
    return true;
}

void prr_on_sent(struct prr *p, uint32_t len)
{
    p->out += len;
}
