/* Zero-window probes (RFC 9293 section 3.8.6.1): while the peer's window is closed and data waits,
 * ask again and again, because the segment that opens the window may be lost.
 *
 * As long as the peer answers it may keep its window shut for ever; `unanswered` counts the probes
 * since it last answered, for the caller's R2. Pure. */
#ifndef TCP_PERSIST_H
#define TCP_PERSIST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/usec.h"

struct persist {
    usec_t deadline; /* NEVER while no probing goes on */
    uint32_t interval_us;
    uint32_t max_us;
    uint8_t unanswered; /* stays at 255 */
};

void persist_init(struct persist *p, uint32_t max_us);

/* The window is closed, data waits and nothing is outstanding: first probe after one RTO. Does
 * nothing when probing already. */
void persist_start(struct persist *p, uint32_t rto_us, usec_t now);

/* The window opened, or nothing waits any more. */
void persist_stop(struct persist *p);

static inline bool persist_active(const struct persist *p)
{
    return p->deadline != NEVER;
}

bool persist_due(const struct persist *p, usec_t now);

/* The deadline passed and a probe is sent: the next comes after twice the time, up to max_us. */
void persist_on_probe(struct persist *p, usec_t now);

/* Any acceptable ACK arrived: the peer lives. */
void persist_on_answer(struct persist *p);

#endif
