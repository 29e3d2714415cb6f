/* The problem: one segment each round trip needs hours to fill a long fast path again.
 * The rule: the window follows a cube of the time since the last loss: fast while far below where
 *   the loss came, slow around that height, faster again beyond it; never slower than Reno.
 * RFC 9438 section 4.
 * Seen in: tests/unit/tcp/test_cubic.c; experiment exp-congestion. */
#include "tcp/cubic.h"

#include <stdbool.h>

#include "base/bytes.h"
#include "tcp/params.h"

void cubic_init(struct cubic *c)
{
    *c = (struct cubic){.epoch = NEVER};
}

static uint32_t cube_root(uint64_t x)
{
    uint32_t root = 0;
    for (uint32_t bit = 1U << 21; bit > 0; bit >>= 1) {
        uint64_t next = root + bit;
        if (next <= x / next / next)
            root += bit;
    }
    return root;
}

/* K of figure 2. With C = 0.4 and the root in milliseconds: 10^9 / 0.4 each segment. */
static uint32_t time_to_origin(uint32_t distance, uint32_t smss)
{
    return cube_root(distance * (UINT64_C(10000000000) / CUBIC_C_TENTHS) / smss);
}

static void begin_stage(struct cubic *c, const struct cubic_ack *ack)
{
    c->epoch = c->heard = ack->now;
    c->origin = max_u32(c->w_max, ack->cwnd);
    c->k_ms = time_to_origin(c->origin - ack->cwnd, ack->smss);
    c->w_est = ack->cwnd;
    c->credit = c->est_credit = 0;
}

/* W_cubic at `t` into the stage, figure 1. The curve is cut where a cube would not fit 64 bits. */
static uint32_t w_cubic(const struct cubic *c, uint32_t smss, usec_t t)
{
    int64_t ms = usec_max(-CUBIC_REACH_MS, usec_min(CUBIC_REACH_MS, t / USEC_MS - c->k_ms));
    int64_t octets = ms * ms * ms / 1000000 * CUBIC_C_TENTHS * smss / 10000;
    return (uint32_t)usec_max(0, usec_min(UINT32_MAX, c->origin + octets));
}

/* W_est of figure 4; alpha is 3 * 0.3 / 1.7, which is 9/17, until it is one. */
static void estimate_reno(struct cubic *c, const struct cubic_ack *ack)
{
    uint64_t price = 17 * (uint64_t)ack->cwnd;
    uint32_t alpha = c->w_est < c->prior ? 9 : 17;
    c->est_credit += (uint64_t)ack->acked * ack->smss * alpha;
    c->w_est += (uint32_t)(c->est_credit / price);
    c->est_credit %= price;
}

uint32_t cubic_on_ack(struct cubic *c, const struct cubic_ack *ack)
{
    if (c->epoch == NEVER)
        begin_stage(c, ack);
    usec_t t = ack->now - c->epoch;
    c->heard = ack->now;
    estimate_reno(c, ack);
    if (w_cubic(c, ack->smss, t) < c->w_est)
        return max_u32(ack->cwnd, c->w_est);

    uint32_t target = w_cubic(c, ack->smss, t + ack->srtt_us);
    target = max_u32(ack->cwnd, min_u32(target, ack->cwnd + ack->cwnd / 2));
    c->credit += (uint64_t)(target - ack->cwnd) * ack->acked;
    uint32_t growth = (uint32_t)(c->credit / ack->cwnd);
    c->credit %= ack->cwnd;
    return ack->cwnd + growth;
}

void cubic_on_pause(struct cubic *c, usec_t now)
{
    if (c->epoch == NEVER)
        return;
    c->epoch += now - c->heard;
    c->heard = now;
}

static uint32_t reduced(uint32_t octets)
{
    return (uint32_t)((uint64_t)octets * CUBIC_BETA_TENTHS / 10);
}

uint32_t cubic_on_loss(struct cubic *c, uint32_t cwnd, uint32_t flight)
{
    bool shrinking = cwnd < c->w_max; /* somebody else came: leave room (section 4.7) */
    c->w_max = shrinking ? (cwnd + reduced(cwnd)) / 2 : cwnd;
    c->prior = cwnd;
    c->epoch = NEVER;
    return reduced(flight);
}

uint32_t cubic_on_timeout(struct cubic *c, uint32_t cwnd, uint32_t flight)
{
    c->w_max = 0;
    c->prior = cwnd;
    c->epoch = NEVER;
    return reduced(flight);
}

void cubic_on_restart(struct cubic *c)
{
    c->epoch = NEVER;
}
