/* Nagle's algorithm (RFC 9293 section 3.7.4): a small segment waits while anything is
 * unacknowledged. Pure. */
#ifndef TCP_NAGLE_H
#define TCP_NAGLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/usec.h"
#include "packet/seq.h"

struct nagle {
    bool off;        /* TCP_NODELAY (MUST-17) */
    bool corked;     /* TCP_CORK: wait for a full segment, whatever is outstanding */
    bool pushed;     /* what is queued goes, corked or not */
    bool small_only; /* of what is outstanding only small segments count (Minshall's change) */
    seq_t small_end; /* where the last small one ended, or SND.UNA once it is acknowledged */
    usec_t deadline; /* when a cork lets go what it holds, or NEVER */
};

/* What follows the octets in question, and so whether waiting can make them more. */
enum nagle_next {
    NAGLE_OPEN, /* whatever the user writes next */
    NAGLE_CUT,  /* more text, for which the peer's window has no room */
    NAGLE_FIN,  /* the end */
};

/* The connection begins. */
void nagle_init(struct nagle *n, bool small_only, seq_t iss);

/* TCP_NODELAY is switched; switched on, it also lets go what a cork holds now (tcp(7)). And the
 * user has written more, which a cork holds again. */
void nagle_set_off(struct nagle *n, bool off);
void nagle_on_write(struct nagle *n);

/* New text left in a segment, or in several behind a full one, that end at `end`; SND.UNA moved to
 * `una`. */
void nagle_on_send(struct nagle *n, seq_t end, uint32_t len, uint32_t mss);
void nagle_on_ack(struct nagle *n, seq_t una);

/* Text waits. If it is the cork that holds it, a timer runs: it may do so for 200 ms at most. */
void nagle_on_hold(struct nagle *n, usec_t now);
bool nagle_due(const struct nagle *n, usec_t now);
void nagle_on_timeout(struct nagle *n);

/* No more is to be sent. */
void nagle_stop(struct nagle *n);

/* True when something is outstanding for which a small segment waits: anything from SND.UNA on, or
 * `ahead`, what leaves just before it. */
bool nagle_unacked(const struct nagle *n, seq_t una, seq_t nxt, uint32_t ahead);

/* True when `len` octets of new text must wait: they are less than `mss`, a FIN does not follow at
 * once, and either `unacked` data is outstanding, or the connection is corked and it is the user
 * who has no more. */
bool nagle_holds(const struct nagle *n, uint32_t len, uint32_t mss, bool unacked,
                 enum nagle_next next);

#endif
