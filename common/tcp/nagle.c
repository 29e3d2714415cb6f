/* The problem: a user who writes octet by octet would fill the network with headers.
 * The rule: while anything is unacknowledged, a small segment waits for more text or for the ACK.
 * RFC 9293 section 3.7.4 (SHLD-7, MUST-17).
 * Seen in: tests/unit/tcp/test_nagle.c; experiment exp-nagle. */
#include "tcp/nagle.h"

bool nagle_holds(const struct nagle *n, uint32_t len, uint32_t mss, bool unacked, bool last)
{
    return !n->off && len < mss && unacked && !last;
}
