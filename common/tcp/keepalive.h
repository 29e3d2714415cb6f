/* Keepalive (RFC 9293 section 3.8.4): probes on an idle connection, off unless asked for.
 *
 * Contract: report when something was heard from the peer; when the deadline has passed ask what to
 * do. Times are seconds, as the socket options TCP_KEEPIDLE, TCP_KEEPINTVL and TCP_KEEPCNT. Pure.
 */
#ifndef TCP_KEEPALIVE_H
#define TCP_KEEPALIVE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/usec.h"

struct keepalive {
    usec_t deadline; /* NEVER while off */
    usec_t heard;    /* when the peer last gave a sign of life */
    uint32_t idle_s, interval_s;
    uint8_t probes; /* unanswered ones before giving up; at least 1 */
    uint8_t sent;   /* unanswered so far */
    bool on;
};

enum keepalive_verdict {
    KEEPALIVE_PROBE,   /* send a segment that asks for an ACK */
    KEEPALIVE_GIVE_UP, /* the peer is gone */
};

/* Off, with the default times. */
void keepalive_init(struct keepalive *k, usec_t now);

/* SO_KEEPALIVE. The idle time counts from when the peer was last heard. */
void keepalive_set(struct keepalive *k, bool on, usec_t now);

/* The times changed (the fields are the caller's to write): sets the deadline anew. */
void keepalive_on_config(struct keepalive *k, usec_t now);

/* Any segment of the connection arrived. */
void keepalive_on_heard(struct keepalive *k, usec_t now);

bool keepalive_due(const struct keepalive *k, usec_t now);

/* The deadline has passed with no unacknowledged data (MUST-26: probe only then). */
enum keepalive_verdict keepalive_on_timeout(struct keepalive *k, usec_t now);

/* The deadline has passed while data is outstanding or waits: the retransmission timer watches the
 * peer; look again later. */
void keepalive_postpone(struct keepalive *k, usec_t now);

#endif
