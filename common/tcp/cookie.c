/* The problem: a stranger who sends SYNs from addresses that are not his fills the queue of
 *   handshakes, and nobody else can connect.
 * The rule: remember nothing; what the handshake must know travels in 32 bits and comes back.
 *
 *       cookie = ISN of the peer + F(key, four-tuple) + | period: 8 | MSS: 3 | hash: 21 |
 *
 *   The first two terms hide the fields, and let the numbers of one four-tuple climb as the peer's
 *   and the clock do. A made-up ACK hits one of the 16 good cookies once in 2^28 tries.
 * RFC 4987 section 3.6 and appendix A.
 * Seen in: tests/unit/tcp/test_cookie.c, tests/unit/stack/test_flood.c; experiment exp-backlog. */
#include "tcp/cookie.h"

#include "base/bytes.h"
#include "tcp/params.h"

enum {
    PERIOD_SHIFT = 24,
    MSS_SHIFT = 21,
    HASH_MASK = (1 << MSS_SHIFT) - 1,
    MSS_MASK = 7,
    PERIOD_MASK = 255,
    PERIODS = 2, /* in which a cookie is good */

    /* of the stamp: | the clock: 26 | unused: 1 | SACK: 1 | window scale: 4 | */
    STAMP_SACK = 1 << 4,
    STAMP_WSCALE = 15, /* this value: none */
    STAMP_MASK = 63,
};

/* The sizes that are met: tunnels, PPPoE and Ethernet, with and without timestamps, jumbo frames.
 * The first holds for whoever announces less than the second. */
static const uint16_t sizes[] = {MSS_MIN, MSS_DEFAULT, 1220, 1300, 1380, 1440, 1460, 8960};

/* Too long for isn_hash's input to be the same: that uses the same key. */
static uint32_t hash(const struct siphash_key *key, const struct cookie_syn *syn, uint64_t period,
                     uint32_t size)
{
    uint8_t id[28];
    put_be32(id, isn_hash(key, &syn->tuple));
    put_be32(id + 4, syn->tuple.local_ip);
    put_be32(id + 8, syn->tuple.remote_ip);
    put_be16(id + 12, syn->tuple.local_port);
    put_be16(id + 14, syn->tuple.remote_port);
    put_be32(id + 16, syn->isn.value);
    put_be32(id + 20, (uint32_t)period);
    put_be32(id + 24, size);
    return (uint32_t)siphash(key, id, sizeof(id)) & HASH_MASK;
}

static seq_t base(const struct siphash_key *key, const struct cookie_syn *syn)
{
    return seq_add(syn->isn, isn_hash(key, &syn->tuple));
}

static uint64_t period_at(usec_t now)
{
    return (uint64_t)(now / COOKIE_PERIOD);
}

seq_t cookie_make(const struct siphash_key *key, const struct cookie_syn *syn, uint16_t mss,
                  usec_t now)
{
    uint32_t size = 0;
    while (size + 1 < ARRAY_LEN(sizes) && sizes[size + 1] <= mss)
        size++;
    uint64_t period = period_at(now);
    uint32_t fields = (uint32_t)(period & PERIOD_MASK) << PERIOD_SHIFT | size << MSS_SHIFT |
                      hash(key, syn, period, size);
    return seq_add(base(key, syn), fields);
}

bool cookie_check(const struct siphash_key *key, const struct cookie_syn *syn, seq_t cookie,
                  usec_t now, uint16_t *mss)
{
    uint32_t fields = seq_distance(base(key, syn), cookie);
    uint32_t size = fields >> MSS_SHIFT & MSS_MASK;
    uint64_t period = period_at(now);
    uint64_t age = (period - (fields >> PERIOD_SHIFT)) & PERIOD_MASK;
    if (age >= PERIODS || age > period)
        return false;
    *mss = sizes[size];
    return hash(key, syn, period - age, size) == (fields & HASH_MASK);
}

uint32_t cookie_stamp(uint32_t clock, const struct tcp_options *syn)
{
    uint32_t wscale = syn->has_wscale ? min_u32(syn->wscale, WSCALE_MAX) : STAMP_WSCALE;
    uint32_t fields = wscale | (syn->sack_permitted ? STAMP_SACK : 0);
    uint32_t stamp = (clock & ~(uint32_t)STAMP_MASK) | fields;
    return (int32_t)(stamp - clock) > 0 ? stamp - (STAMP_MASK + 1) : stamp;
}

void cookie_read_stamp(uint32_t stamp, struct tcp_options *options)
{
    uint8_t wscale = stamp & STAMP_WSCALE;
    options->has_wscale = wscale != STAMP_WSCALE;
    options->wscale = wscale;
    options->sack_permitted = (stamp & STAMP_SACK) != 0;
}
