/* Exponential back-off. */
#include "net/backoff.h"

#include <assert.h>

void backoff_init(struct backoff *backoff, usec_t first_us, usec_t most_us, uint64_t seed)
{
    assert(first_us > 0 && first_us <= most_us);
    *backoff = (struct backoff){first_us, most_us, first_us, {{0}}};
    prng_seed(&backoff->prng, seed);
}

usec_t backoff_next(struct backoff *backoff)
{
    usec_t whole = backoff->pause_us, half = whole / 2;
    backoff->pause_us = whole > backoff->most_us / 2 ? backoff->most_us : 2 * whole;
    return half + (usec_t)prng_below(&backoff->prng, (uint64_t)(whole - half) + 1);
}

void backoff_reset(struct backoff *backoff)
{
    backoff->pause_us = backoff->first_us;
}
