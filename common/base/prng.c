/* xoshiro256** 1.0 and splitmix64, both by Blackman and Vigna (public domain algorithms): the first
 * for the stream, the second to spread a seed of any quality over its 256 bits of state. */
#include "base/prng.h"

#include <assert.h>

static uint64_t rotate_left(uint64_t x, unsigned bits)
{
    return (x << bits) | (x >> (64 - bits));
}

static uint64_t splitmix64(uint64_t *x)
{
    uint64_t z = (*x += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

void prng_seed(struct prng *prng, uint64_t seed)
{
    for (int i = 0; i < 4; i++)
        prng->state[i] = splitmix64(&seed);
}

uint64_t prng_next(struct prng *prng)
{
    uint64_t *s = prng->state;
    uint64_t result = rotate_left(s[1] * 5, 7) * 9;
    uint64_t shifted = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate_left(s[3], 45);
    return result;
}

uint64_t prng_below(struct prng *prng, uint64_t n)
{
    assert(n > 0);
    /* 2^64 mod n: without the lowest so many draws, the rest splits evenly into n classes. */
    uint64_t uneven = (UINT64_MAX - n + 1) % n;
    uint64_t draw;
    do
        draw = prng_next(prng);
    while (draw < uneven);
    return draw % n;
}

bool prng_chance(struct prng *prng, uint32_t ppm)
{
    /* Not prng_below, which may draw twice; the bias is below one in 10^13. */
    return prng_next(prng) % PPM < ppm;
}

struct prng prng_fork(const struct prng *prng, uint64_t label)
{
    uint64_t seed = label;
    for (int i = 0; i < 4; i++)
        seed = splitmix64(&seed) ^ prng->state[i];
    struct prng fork;
    prng_seed(&fork, seed);
    return fork;
}
