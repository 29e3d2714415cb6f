/* The problem: nobody tells a sender how much the network can carry.
 * The rule: double the window each round trip up to ssthresh, then grow carefully: by a segment
 *   each (Reno) or as cubic.h says; lower it at a loss, and fall to one segment at a timeout.
 * RFC 5681 sections 3.1, 3.2 and 4.1, RFC 2861 section 3.1, RFC 6582 section 3.2, RFC 6928
 * section 2, RFC 3465.
 * Seen in: tests/unit/tcp/test_cwnd.c; experiment exp-congestion. */
#include "tcp/cwnd.h"

#include "base/bytes.h"
#include "tcp/params.h"

/* RFC 6928 section 2 equation 1, for any number of segments. */
static uint32_t initial_window(uint32_t smss, uint32_t segments)
{
    return min_u32(segments * smss, max_u32(2 * smss, segments * CWND_INITIAL_SEGMENT));
}

void cwnd_init(struct cwnd *c, uint32_t smss, uint32_t initial_segments, bool syn_lost)
{
    *c = (struct cwnd){
        .ssthresh = CWND_SSTHRESH_INITIAL,
        .smss = smss,
        .initial = initial_window(smss, initial_segments),
        .ack_limit = CWND_ACK_LIMIT_DEFAULT,
    };
    c->wnd = syn_lost ? smss : c->initial;
    cwnd_choose(c, CWND_RENO);
}

/* Slow start before anything is known of the path. */
static bool is_first_slow_start(const struct cwnd *c)
{
    return c->ssthresh == CWND_SSTHRESH_INITIAL;
}

void cwnd_choose(struct cwnd *c, enum cwnd_algorithm algorithm)
{
    c->algorithm = (uint8_t)algorithm;
    c->credit = 0;
    if (is_first_slow_start(c))
        hystart_init(&c->hystart);
    else
        cubic_init(&c->cubic);
}

/* Called before ssthresh is set for whatever reason. */
static void leave_first_slow_start(struct cwnd *c)
{
    if (is_first_slow_start(c))
        cubic_init(&c->cubic);
}

bool cwnd_in_slow_start(const struct cwnd *c)
{
    return c->wnd < c->ssthresh;
}

/* What was outstanding counts until all of it is acknowledged: the ACKs that drain a flight find
 * less and less of it, and all tell the same. */
static void note_flight(struct cwnd *c, const struct cwnd_ack *ack)
{
    if (c->peak_left == 0 || ack->flight > c->peak)
        c->peak = c->peak_left = ack->flight;
    c->peak_left -= min_u32(ack->acked, c->peak_left);
}

/* A window the sender does not use says nothing about the network, so it must not grow. Differs: to
 * RFC 7661 section 4.3 half of it is enough, here and on Linux it must be more. */
static bool is_used(const struct cwnd *c)
{
    return c->peak > c->wnd / 2;
}

/* How much of `growth` HyStart++ allows; it may end slow start. */
static uint32_t tempered(struct cwnd *c, const struct cwnd_ack *ack, uint32_t growth)
{
    const struct hystart_ack news = {
        .acked = ack->acked, .flight = ack->flight, .rtt_us = ack->rtt_us};
    switch (hystart_on_ack(&c->hystart, &news)) {
    case HYSTART_CAREFUL:
        return growth / HYSTART_GROWTH_DIVISOR;
    case HYSTART_OVER:
        leave_first_slow_start(c);
        c->ssthresh = c->wnd;
        return 0;
    case HYSTART_BOLD:
        break;
    }
    return growth;
}

/* Ends at ssthresh; returns what was acknowledged beyond what led there. */
static uint32_t slow_start(struct cwnd *c, const struct cwnd_ack *ack)
{
    uint32_t growth = min_u32(ack->acked, c->ack_limit * c->smss); /* RFC 5681 equation 2 */
    if (is_first_slow_start(c) && c->algorithm == CWND_CUBIC)
        growth = tempered(c, ack, growth);
    growth = min_u32(growth, c->ssthresh - c->wnd);
    c->wnd += growth;
    return ack->acked - growth;
}

/* One segment for each window acknowledged, counted in octets (RFC 5681 section 3.1). */
static void avoid_as_reno(struct cwnd *c, uint32_t acked)
{
    c->credit += acked;
    if (c->credit < c->wnd)
        return;
    c->credit -= c->wnd;
    c->wnd += c->smss;
}

static void avoid_as_cubic(struct cwnd *c, const struct cwnd_ack *ack, uint32_t acked)
{
    const struct cubic_ack news = {
        .cwnd = c->wnd, .smss = c->smss, .acked = acked, .srtt_us = ack->srtt_us, .now = ack->now};
    c->wnd = cubic_on_ack(&c->cubic, &news);
}

void cwnd_on_ack(struct cwnd *c, const struct cwnd_ack *ack)
{
    uint32_t acked = ack->acked;
    note_flight(c, ack);
    if (!is_used(c)) {
        if (!is_first_slow_start(c))
            cubic_on_pause(&c->cubic, ack->now);
        return;
    }
    if (cwnd_in_slow_start(c))
        acked = slow_start(c, ack);
    if (cwnd_in_slow_start(c) || acked == 0)
        return;
    if (c->algorithm == CWND_CUBIC)
        avoid_as_cubic(c, ack, acked);
    else
        avoid_as_reno(c, acked);
}

/* What is halved. Differs, where asked for, as Linux does: RFC 5681 equation 4 takes FlightSize. */
static uint32_t in_use(const struct cwnd *c, uint32_t flight)
{
    return c->halves_window ? c->wnd : flight;
}

/* Linux counts segments, and rounds half of an odd number of them down. */
static uint32_t ssthresh_of(const struct cwnd *c, uint32_t reduced)
{
    uint32_t rest = c->halves_window ? reduced % c->smss : 0;
    return max_u32(reduced - rest, 2 * c->smss);
}

static uint32_t ssthresh_after_loss(struct cwnd *c, uint32_t flight)
{
    leave_first_slow_start(c);
    uint32_t reduced = c->algorithm == CWND_CUBIC ? cubic_on_loss(&c->cubic, c->wnd, flight)
                                                  : in_use(c, flight) / 2; /* RFC 5681 equation 4 */
    return ssthresh_of(c, reduced);
}

void cwnd_on_loss(struct cwnd *c, uint32_t flight)
{
    c->ssthresh = ssthresh_after_loss(c, flight);
    c->wnd = c->ssthresh;
    c->credit = 0;
}

/* Differs: RFC 3168 section 6.1.2 has a sender whose window is one segment wait for its timer.
 * Here, as on Linux, it goes on with one segment each round trip. */
void cwnd_on_mark(struct cwnd *c, uint32_t flight)
{
    uint32_t wnd = c->wnd;
    cwnd_on_loss(c, flight);
    c->wnd = min_u32(wnd, c->ssthresh);
}

static uint32_t ssthresh_after_timeout(struct cwnd *c, uint32_t flight)
{
    leave_first_slow_start(c);
    uint32_t reduced = c->algorithm == CWND_CUBIC ? cubic_on_timeout(&c->cubic, c->wnd, flight)
                                                  : in_use(c, flight) / 2; /* RFC 5681 equation 4 */
    return ssthresh_of(c, reduced);
}

void cwnd_on_timeout(struct cwnd *c, uint32_t flight, bool again)
{
    if (!again)
        c->ssthresh = ssthresh_after_timeout(c, flight);
    c->wnd = c->smss; /* LW */
    c->credit = 0;
}

void cwnd_on_recovery(struct cwnd *c, uint32_t recover_fs)
{
    prr_begin(&c->prr, c->halves_window ? max_u32(recover_fs, 2 * c->ssthresh) : recover_fs);
}

void cwnd_on_recovery_ack(struct cwnd *c, struct prr_ack ack)
{
    ack.ssthresh = c->ssthresh;
    ack.smss = c->smss;
    if (c->gradual)
        prr_on_ack(&c->prr, &ack, &c->wnd);
}

void cwnd_on_sent(struct cwnd *c, uint32_t len)
{
    prr_on_sent(&c->prr, len);
}

/* Where the window was lowered at once, what is left of it unused would leave in a burst. */
void cwnd_on_recovered(struct cwnd *c, uint32_t flight)
{
    uint32_t burst = max_u32(flight, c->smss) + c->smss;
    c->wnd = c->gradual ? c->ssthresh : min_u32(c->ssthresh, burst);
    c->credit = 0;
}

/* What was learnt about the path fades with time: half of it with each RTO, down to RW. ssthresh
 * remembers three quarters, so that slow start soon leads back. Differs: RFC 5681 section 4.1 falls
 * to RW at once, RFC 7661 section 4.4.3 waits for five minutes; here as in RFC 2861 section 3.1 and
 * on Linux. */
static void restart_after(struct cwnd *c, usec_t idle, uint32_t rto_us)
{
    uint32_t restart = min_u32(c->wnd, c->initial); /* RW */
    c->ssthresh = max_u32(c->ssthresh, c->wnd / 4 * 3);
    for (; idle > rto_us && c->wnd > restart; idle -= rto_us)
        c->wnd /= 2;
    c->wnd = max_u32(c->wnd, restart);
    if (!is_first_slow_start(c))
        cubic_on_restart(&c->cubic);
}

void cwnd_on_send(struct cwnd *c, uint32_t flight, uint32_t rto_us, usec_t now)
{
    if (flight == 0 && now - c->last_sent > rto_us)
        restart_after(c, now - c->last_sent, rto_us);
    c->last_sent = now;
}

void cwnd_set_smss(struct cwnd *c, uint32_t smss)
{
    if (smss < c->smss) { /* RFC 5681 section 3.1: as many segments as before, but smaller */
        c->wnd = (uint32_t)((uint64_t)c->wnd * smss / c->smss);
        c->initial = (uint32_t)((uint64_t)c->initial * smss / c->smss);
    }
    c->smss = smss;
    c->wnd = max_u32(c->wnd, smss);
}

uint32_t cwnd_allowance(const struct cwnd *c, uint32_t pipe)
{
    return c->wnd > pipe ? c->wnd - pipe : 0;
}
