/* The problem: the user may want to say that something in the stream is urgent, while all before
 *   it still waits to be read.
 * The rule: a mark behind the last urgent octet, told in each segment before it; the order of the
 *   stream does not change.
 * RFC 9293 section 3.8.5 (MUST-30 to MUST-33, MUST-62).
 * Seen in: tests/unit/tcp/test_urgent.c; experiment exp-push-urgent. */
#include "tcp/urgent.h"

#include "base/bytes.h"

void urgent_init(struct urgent *u)
{
    u->pending = false;
}

void urgent_mark(struct urgent *u, seq_t end)
{
    u->up = end;
    u->pending = true;
}

bool urgent_pointer(const struct urgent *u, seq_t seq, uint16_t *ptr)
{
    if (!u->pending || seq_ge(seq, u->up))
        return false;
    *ptr = (uint16_t)min_u32(seq_distance(seq, u->up), UINT16_MAX); /* or as far as it can point */
    return true;
}

void urgent_on_ack(struct urgent *u, seq_t una)
{
    if (u->pending && seq_ge(una, u->up))
        u->pending = false;
}

bool urgent_on_segment(struct urgent *u, seq_t seq, uint16_t ptr, seq_t rcv_nxt)
{
    seq_t up = seq_add(seq, ptr);
    if (seq_le(up, rcv_nxt) || (u->pending && seq_le(up, u->up)))
        return false;
    urgent_mark(u, up);
    return true;
}

uint32_t urgent_distance(const struct urgent *u, seq_t next_read)
{
    return u->pending && seq_gt(u->up, next_read) ? seq_distance(next_read, u->up) : 0;
}

void urgent_on_read(struct urgent *u, seq_t next_read)
{
    urgent_on_ack(u, next_read);
}
