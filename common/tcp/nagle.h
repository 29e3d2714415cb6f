/* Nagle's algorithm (RFC 9293 section 3.7.4): a small segment waits while anything is
 * unacknowledged. Pure. */
#ifndef TCP_NAGLE_H
#define TCP_NAGLE_H

#include <stdbool.h>
#include <stdint.h>

struct nagle {
    bool off;    /* TCP_NODELAY (MUST-17) */
    bool corked; /* TCP_CORK: wait for a full segment, whatever is outstanding */
};

/* True when `len` octets of new text must wait: less than `mss`, `unacked` data is outstanding or
 * the connection is corked, and they are not `last` (a FIN follows at once, so nothing could join
 * them). */
bool nagle_holds(const struct nagle *n, uint32_t len, uint32_t mss, bool unacked, bool last);

#endif
