/* The one type for time: microseconds since an arbitrary start, never going back.
 * A timer is a deadline of this type stored as data; NEVER means it is off. Pure. */
#ifndef BASE_USEC_H
#define BASE_USEC_H

#include <stdint.h>

typedef int64_t usec_t;

#define NEVER      INT64_MAX
#define USEC_MS    INT64_C(1000)
#define USEC_S     INT64_C(1000000)
#define MS(n)      ((usec_t)(n)*USEC_MS)
#define SECONDS(n) ((usec_t)(n)*USEC_S)

static inline usec_t usec_min(usec_t a, usec_t b)
{
    return a < b ? a : b;
}

static inline usec_t usec_max(usec_t a, usec_t b)
{
    return a > b ? a : b;
}

/* The deadline `delay` from now; NEVER stays NEVER. */
static inline usec_t usec_after(usec_t now, usec_t delay)
{
    return delay >= NEVER - now ? NEVER : now + delay;
}

#endif
