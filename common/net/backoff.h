/* When to try again after a failure: exponential back-off with a cap and jitter.
 *
 * Each failure doubles the pause, up to a cap: a server that is down is not hammered, and one that
 * is back does not wait for its clients for ever. Each pause is drawn evenly between its half and
 * its whole: clients that lost the same server at the same moment do not all come back at once.
 * Pure. */
#ifndef NET_BACKOFF_H
#define NET_BACKOFF_H

#include "base/prng.h"
#include "base/usec.h"

struct backoff {
    usec_t first_us, most_us; /* the first whole pause, and the cap */
    usec_t pause_us;          /* the next whole pause */
    struct prng prng;
};

/* 0 < first_us <= most_us. */
void backoff_init(struct backoff *backoff, usec_t first_us, usec_t most_us, uint64_t seed);

/* After a failure: how long to wait before the next try. */
usec_t backoff_next(struct backoff *backoff);

/* After a success: begins anew. */
void backoff_reset(struct backoff *backoff);

#endif
