/* The problem: a user who writes octet by octet would fill the network with headers.
 * The rule: while anything is unacknowledged, a small segment waits for more text or for the ACK;
 *   in Minshall's form, as on Linux, while a small segment is.
 *   Corked, the user says that more will come, and not even the ACK ends the wait; but after 200 ms
 *   what is there goes.
 * RFC 9293 section 3.7.4 (SHLD-7, MUST-17); tcp(7) for TCP_CORK.
 * Seen in: tests/unit/tcp/test_nagle.c; experiment exp-nagle. */
#include "tcp/nagle.h"

#include "tcp/params.h"

void nagle_init(struct nagle *n, bool small_only, seq_t iss)
{
    n->small_only = small_only;
    n->small_end = iss;
    n->deadline = NEVER;
}

void nagle_set_off(struct nagle *n, bool off)
{
    n->pushed |= off && !n->off;
    n->off = off;
}

void nagle_on_write(struct nagle *n)
{
    n->pushed = false;
}

void nagle_on_send(struct nagle *n, seq_t end, uint32_t len, uint32_t mss)
{
    if (len % mss != 0)
        n->small_end = end;
    n->deadline = NEVER;
}

void nagle_on_ack(struct nagle *n, seq_t una)
{
    n->small_end = seq_max(n->small_end, una);
}

void nagle_on_hold(struct nagle *n, usec_t now)
{
    if (n->corked && n->deadline == NEVER)
        n->deadline = usec_after(now, CORK_TIME_MAX);
}

bool nagle_due(const struct nagle *n, usec_t now)
{
    return now >= n->deadline;
}

void nagle_on_timeout(struct nagle *n)
{
    n->deadline = NEVER;
    n->pushed = true;
}

void nagle_stop(struct nagle *n)
{
    n->deadline = NEVER;
}

bool nagle_unacked(const struct nagle *n, seq_t una, seq_t nxt, uint32_t ahead)
{
    if (n->small_only)
        return seq_gt(n->small_end, una);
    return seq_gt(nxt, una) || ahead > 0;
}

bool nagle_holds(const struct nagle *n, uint32_t len, uint32_t mss, bool unacked,
                 enum nagle_next next)
{
    bool patient = (n->corked && !n->pushed && next == NAGLE_OPEN) || (!n->off && unacked);
    return patient && len < mss && next != NAGLE_FIN;
}
