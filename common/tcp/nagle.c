/* The problem: a user who writes octet by octet would fill the network with headers.
 * The rule: while anything is unacknowledged, a small segment waits for more text or for the ACK.
 *   Corked, the user says that more will come, and not even the ACK ends the wait. Differs: Linux
 *   pulls the cork after 200 ms, here only the user does.
 * RFC 9293 section 3.7.4 (SHLD-7, MUST-17); tcp(7) for TCP_CORK.
 * Seen in: tests/unit/tcp/test_nagle.c; experiment exp-nagle. */
#include "tcp/nagle.h"

bool nagle_holds(const struct nagle *n, uint32_t len, uint32_t mss, bool unacked,
                 enum nagle_next next)
{
    bool patient = (n->corked && next == NAGLE_OPEN) || (!n->off && unacked);
    return patient && len < mss && next != NAGLE_FIN;
}
