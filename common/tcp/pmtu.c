/* The problem: a packet too large for some link on the way is dropped there; its router says so,
 *   but anybody can say it, and make a connection send crumbs.
 * The rule: a claim below what the path is known to have carried waits until a segment has timed
 *   out; and none is believed that no packet of ours can have caused.
 *   Differs: what was learned holds for the connection's life, and for it alone; RFC 1191 section
 *   6.3 would try a larger one after ten minutes, section 5.2 tell other connections.
 * RFC 1191 sections 3, 5 and 7.1; RFC 5927 sections 7.2 and 7.4.
 * Seen in: tests/unit/tcp/test_pmtu.c, tests/story/test_path_mtu.c. */
#include "tcp/pmtu.h"

#include <stddef.h>

#include "base/bytes.h"
#include "tcp/params.h"

void pmtu_init(struct pmtu *p, uint16_t mtu)
{
    *p = (struct pmtu){.mtu = mtu, .sent = PMTU_MIN, .acked = PMTU_MIN};
}

void pmtu_on_send(struct pmtu *p, uint32_t len)
{
    p->sent = (uint16_t)max_u32(p->sent, min_u32(len, p->mtu));
}

void pmtu_on_ack(struct pmtu *p, uint32_t len, seq_t una)
{
    p->acked = (uint16_t)max_u32(p->acked, min_u32(len, p->sent));
    if (p->claimed && seq_gt(una, p->about))
        p->claimed = 0; /* that segment did arrive */
}

/* RFC 1191 section 7.1: an old router does not say what would fit, but few sizes are common. */
static uint16_t plateau_below(uint16_t len)
{
    static const uint16_t plateaus[] = {32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296};
    size_t i = 0;
    while (i < ARRAY_LEN(plateaus) && plateaus[i] >= len)
        i++;
    return i < ARRAY_LEN(plateaus) ? plateaus[i] : PMTU_MIN;
}

static void lower(struct pmtu *p, uint16_t mtu)
{
    p->mtu = mtu;
    p->sent = PMTU_MIN;
    p->acked = (uint16_t)min_u32(p->acked, mtu);
    p->claimed = 0;
}

bool pmtu_on_report(struct pmtu *p, uint16_t claimed, seq_t seq, uint16_t floor)
{
    if (claimed == 0)
        claimed = plateau_below(p->sent);
    if (claimed < PMTU_MIN || claimed > p->sent)
        return false;
    claimed = (uint16_t)max_u32(claimed, floor);
    if (claimed >= p->mtu)
        return false;
    if (claimed > p->acked) {
        lower(p, claimed);
        return true;
    }
    p->claimed = claimed;
    p->about = seq;
    return false;
}

bool pmtu_on_timeout(struct pmtu *p)
{
    if (!p->claimed)
        return false;
    lower(p, p->claimed);
    return true;
}
