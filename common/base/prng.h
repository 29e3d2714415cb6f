/* A small seeded generator (xoshiro256**, seeded through splitmix64): the only source of chance in
 * a run, so that the same seed gives the same run. Not for secrets. Pure. */
#ifndef BASE_PRNG_H
#define BASE_PRNG_H

#include <stdbool.h>
#include <stdint.h>

enum {
    PPM = 1000000, /* certainty, in parts per million */
};

struct prng {
    uint64_t state[4];
};

/* Starts the stream that belongs to `seed`; every seed, zero too, is a good one. */
void prng_seed(struct prng *prng, uint64_t seed);

/* The next 64 random bits. */
uint64_t prng_next(struct prng *prng);

/* A number in [0, n), each equally likely; n must not be 0. May consume more than one draw. */
uint64_t prng_below(struct prng *prng, uint64_t n);

/* True in `ppm` of a million calls; never for 0, always from PPM on. Consumes exactly one draw
 * whatever `ppm` is, so that changing one probability leaves all later decisions as they were. */
bool prng_chance(struct prng *prng, uint32_t ppm);

/* A stream of its own for `label`. Depends on where `prng` stands but does not move it: forks with
 * different labels are independent of each other and of `prng`, and one more fork disturbs
 * nobody. */
struct prng prng_fork(const struct prng *prng, uint64_t label);

#endif
