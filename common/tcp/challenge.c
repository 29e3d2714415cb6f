/* The problem: a stranger who guesses a sequence number may tear a connection down with a RST or
 *   SYN.
 * The rule: what is not exactly right is answered by an ACK, and only so many of them.
 * RFC 5961 sections 3.2, 4.2, 5.2 and 7.
 * Seen in: tests/unit/tcp/test_challenge.c; experiment exp-reset. */
#include "tcp/challenge.h"

#include "tcp/params.h"

void challenge_init(struct challenge *c, uint8_t limit)
{
    *c = (struct challenge){.limit = limit};
}

bool challenge_allows(struct challenge *c, usec_t now)
{
    if (now >= c->period_end) {
        c->period_end = usec_after(now, CHALLENGE_PERIOD);
        c->left = c->limit;
    }
    if (c->left == 0)
        return false;
    c->left--;
    return true;
}
