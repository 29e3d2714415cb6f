/* SipHash-2-4 after Aumasson and Bernstein, "SipHash: a fast short-input PRF" (2012): two rounds
 * for each eight octets, four at the end. */
#include "base/siphash.h"

struct state {
    uint64_t v0, v1, v2, v3;
};

static uint64_t rotate_left(uint64_t x, unsigned bits)
{
    return (x << bits) | (x >> (64 - bits));
}

/* `len` octets, at most 8, the first one lowest, whatever the machine's own order. */
static uint64_t read_le(const uint8_t *p, size_t len)
{
    uint64_t word = 0;
    for (size_t i = 0; i < len; i++)
        word |= (uint64_t)p[i] << (8 * i);
    return word;
}

static void mix_round(struct state *s)
{
    s->v0 += s->v1;
    s->v2 += s->v3;
    s->v1 = rotate_left(s->v1, 13) ^ s->v0;
    s->v3 = rotate_left(s->v3, 16) ^ s->v2;
    s->v0 = rotate_left(s->v0, 32);
    s->v2 += s->v1;
    s->v0 += s->v3;
    s->v1 = rotate_left(s->v1, 17) ^ s->v2;
    s->v3 = rotate_left(s->v3, 21) ^ s->v0;
    s->v2 = rotate_left(s->v2, 32);
}

static void compress(struct state *s, uint64_t word)
{
    s->v3 ^= word;
    mix_round(s);
    mix_round(s);
    s->v0 ^= word;
}

uint64_t siphash(const struct siphash_key *key, const void *data, size_t len)
{
    struct state s = {
        .v0 = key->k0 ^ UINT64_C(0x736f6d6570736575), /* "somepseudorandomlygeneratedbytes" */
        .v1 = key->k1 ^ UINT64_C(0x646f72616e646f6d),
        .v2 = key->k0 ^ UINT64_C(0x6c7967656e657261),
        .v3 = key->k1 ^ UINT64_C(0x7465646279746573),
    };
    const uint8_t *p = data;
    size_t tail = len % 8;

    for (size_t i = 0; i + 8 <= len; i += 8)
        compress(&s, read_le(p + i, 8));
    uint64_t last = (uint64_t)len << 56; /* so that trailing zeros count */
    if (tail)
        last |= read_le(p + len - tail, tail);
    compress(&s, last);

    s.v2 ^= 0xff;
    for (int i = 0; i < 4; i++)
        mix_round(&s);
    return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}
