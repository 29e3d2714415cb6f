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

/* What follows the octets in question, and so whether waiting can make them more. */
enum nagle_next {
    NAGLE_OPEN, /* whatever the user writes next */
    NAGLE_CUT,  /* more text, for which the peer's window has no room */
    NAGLE_FIN,  /* the end */
};

/* True when `len` octets of new text must wait: they are less than `mss`, a FIN does not follow at
 * once, and either `unacked` data is outstanding, or the connection is corked and it is the user
 * who has no more. */
bool nagle_holds(const struct nagle *n, uint32_t len, uint32_t mss, bool unacked,
                 enum nagle_next next);

#endif
