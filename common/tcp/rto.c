/* The problem: how long to wait for an ACK. Too short resends what is not lost, too long idles.
 * The rule: the smoothed round trip plus four times its variation, doubled at each timeout.
 * RFC 6298 sections 2 to 5; giving up: RFC 9293 section 3.8.3.
 * Seen in: tests/unit/tcp/test_rto.c; experiments exp-rto-estimate, exp-rto-backoff. */
#include "tcp/rto.h"

#include "tcp/params.h"

enum {
    ALPHA = 8, /* RFC 6298 section 2.3, as divisors */
    BETA = 4,
    K = 4,
};

void rto_init(struct rto *r, const struct rto_config *config)
{
    *r = (struct rto){.config = config, .deadline = NEVER, .rto_us = config->initial_us};
}

/* (1 - 1/gain) * mean + 1/gain * value, rounded to the nearest. */
static uint32_t smooth(uint32_t mean, uint32_t value, uint32_t gain)
{
    return (uint32_t)(((uint64_t)mean * (gain - 1) + value + gain / 2) / gain);
}

static uint32_t compute(const struct rto *r)
{
    uint64_t variance = (uint64_t)K * r->rttvar_us;
    if (variance < r->config->granularity_us)
        variance = r->config->granularity_us;

    uint64_t rto = r->srtt_us + variance;
    if (rto < r->config->min_us)
        return r->config->min_us;                                       /* section 2.4 */
    return rto > r->config->max_us ? r->config->max_us : (uint32_t)rto; /* section 2.5 */
}

void rto_on_sample(struct rto *r, usec_t sent_us, usec_t now)
{
    if (r->sampled && sent_us < r->sampled_at && !r->config->each_ack)
        return;

    usec_t elapsed = usec_min(usec_max(now - sent_us, 0), UINT32_MAX);
    uint32_t rtt = (uint32_t)elapsed;
    if (r->sampled) { /* section 2.3: RTTVAR first, because it uses the old SRTT */
        uint32_t error = rtt > r->srtt_us ? rtt - r->srtt_us : r->srtt_us - rtt;
        r->rttvar_us = smooth(r->rttvar_us, error, BETA);
        r->srtt_us = smooth(r->srtt_us, rtt, ALPHA);
    } else { /* section 2.2 */
        r->srtt_us = rtt;
        r->rttvar_us = rtt / 2;
    }
    r->sampled = true;
    r->sampled_at = now;
    r->rto_us = compute(r);
}

static void start(struct rto *r, usec_t now)
{
    r->deadline = usec_after(now, r->rto_us);
}

void rto_on_send(struct rto *r, usec_t now)
{
    if (r->deadline != NEVER)
        return;
    r->silent_since = now;
    start(r, now);
}

void rto_on_ack(struct rto *r, bool outstanding, usec_t now)
{
    r->timeouts = 0;
    r->silent_since = now;
    if (outstanding)
        start(r, now);
    else
        rto_stop(r);
}

void rto_on_established(struct rto *r, bool syn_timed_out)
{
    if (syn_timed_out && r->rto_us < RTO_AFTER_SYN_TIMEOUT)
        r->rto_us = RTO_AFTER_SYN_TIMEOUT;
}

void rto_postpone(struct rto *r, usec_t now)
{
    if (r->deadline != NEVER)
        start(r, now);
}

bool rto_due(const struct rto *r, usec_t now)
{
    return now >= r->deadline;
}

/* Whoever asks for a time alone (TCP_USER_TIMEOUT, RFC 5482) gets it to the moment, not only at the
 * time-out after it. */
static void clamp_to_patience(struct rto *r, const struct rto_patience *p)
{
    if (p->r2_retries == 0)
        r->deadline = usec_min(r->deadline, usec_after(r->silent_since, p->r2_time_us));
}

static bool out_of_patience(const struct rto *r, const struct rto_patience *p, usec_t now)
{
    return r->timeouts >= p->r2_retries && now - r->silent_since >= p->r2_time_us;
}

enum rto_verdict rto_on_timeout(struct rto *r, const struct rto_patience *patience, usec_t now)
{
    if (out_of_patience(r, patience, now)) {
        rto_stop(r);
        return RTO_GIVE_UP;
    }
    if (r->timeouts < UINT8_MAX)
        r->timeouts++;
    r->rto_us = r->rto_us < r->config->max_us / 2 ? r->rto_us * 2 : r->config->max_us;
    start(r, now);
    clamp_to_patience(r, patience);
    return r->timeouts == patience->r1_retries ? RTO_ADVISE : RTO_RETRANSMIT;
}

void rto_stop(struct rto *r)
{
    r->deadline = NEVER;
}
