/* The problem: one ACK field moves the send window, frees memory, times the path, drives congestion
 *   control and may complete a handshake or a close.
 * The rule: check that the peer can mean it, enter it into the record of what was sent, tell each
 *   mechanism what is new, and only then look at the state.
 * RFC 9293 section 3.10.7.4 fifth; RFC 5961 section 5; RFC 5681 section 2; RFC 7323 section 4;
 *   RFC 2883 section 5; RFC 3168 section 6.1.2; RFC 8985; RFC 9937 section 6.
 * Seen in: tests/story/test_input_ack.c, tests/story/test_recovery.c. */
#include "base/bytes.h"
#include "tcp/connection.h"
#include "tcp/input.h"
#include "tcp/output.h"
#include "tcp/params.h"
#include "tcp/scoreboard.h"

/* RFC 5961 section 5.2; what acknowledges something never sent is refused with it. */
static bool is_plausible(const struct tcb *t, seq_t ack)
{
    return seq_ge(ack, seq_sub(t->sent.una, t->sndwnd.max)) && seq_le(ack, t->sent.nxt);
}

/* The most exact moment known at which something now acknowledged was sent: from the record, or
 * when part of it was sent twice (Karn) from the echoed timestamp. */
static bool find_sample(const struct tcb *t, const struct arrival *a, const struct sent_news *news,
                        usec_t *sent_us)
{
    if (news->has_sample) {
        *sent_us = news->sample_sent_us;
        return true;
    }
    return t->tstamp.on && a->seg->options.has_tstamp &&
           tstamp_sent_at(&t->tstamp, a->seg->options.ts_ecr, a->now, sent_us);
}

/* SND.UNA moves: what lies before it is done with. */
static void advance(struct tcb *t, const struct arrival *a, struct sent_news *news)
{
    sent_ack(&t->sent, a->seg->ack, news);
    sndbuf_ack(&t->sndbuf, a->seg->ack);
    urgent_on_ack(&t->snd_urgent, a->seg->ack);
    nagle_on_ack(&t->nagle, a->seg->ack);
    uint32_t headers = IP_HEADER_LEN + TCP_HEADER_MIN + (t->tstamp.on ? TSTAMP_OPTION_LEN : 0);
    pmtu_on_ack(&t->pmtu, headers + news->acked, a->seg->ack);

    usec_t sent_us;
    if (find_sample(t, a, news, &sent_us))
        rto_on_sample(&t->rto, sent_us, a->now);
    rto_on_ack(&t->rto, sent_flight(&t->sent) > 0, a->now);
    t->soft_error = 0;
    t->sample_changed = true;
}

void acknowledge_syn(struct tcb *t, const struct arrival *a)
{
    struct sent_news news = {0};
    advance(t, a, &news);
    /* its round trip is the first that RFC 8985 section 6.2 step 1 has */
    rack_on_ack(&t->rack, &t->sent, &news, a->now);
}

/* True when the peer's window changed. */
static bool update_window(struct tcb *t, const struct arrival *a)
{
    struct sndwnd_update update = {.seq = a->seg->seq,
                                   .ack = a->seg->ack,
                                   .field = a->seg->wnd,
                                   .syn = (a->seg->flags & TCP_SYN) != 0};
    bool changed = sndwnd_on_ack(&t->sndwnd, &update);
    if (t->sndwnd.wnd > 0)
        persist_stop(&t->persist);
    return changed;
}

static bool carries_nothing(const struct arrival *a)
{
    return arrival_text_len(a) == 0 && !a->fin;
}

/* What is outstanding may yet arrive, or has just done so (RFC 9937 section 6.1). */
static void answer_loss(struct tcb *t, const struct sent_news *news)
{
    if (!ecn_is_answering(&t->ecn, t->sent.una) ||
        t->recovery.twice) /* else a mark has lowered it already */
        cwnd_on_loss(&t->cwnd, t->recovery.flight);
    ecn_on_reduction(&t->ecn, t->sent.nxt);
    cwnd_on_recovery(&t->cwnd, sent_flight(&t->sent) - t->sent.sacked + news->delivered);
    t->sample_changed = true;
}

/* RFC 3168 section 6.1.2: a mark that the peer tells of counts like a loss. The window falls as
 * slowly (RFC 9937 section 4). True when it must not grow. */
static bool heed_mark(struct tcb *t, uint8_t flags, uint32_t flight)
{
    bool lower;
    bool told = ecn_on_ack(&t->ecn, flags, t->sent.una, &lower);
    if (ecn_has_eased(&t->ecn))
        cwnd_on_recovered(&t->cwnd, flight);
    if (!lower || t->recovery.phase != RECOVERY_NONE)
        return told || t->ecn.easing;
    cwnd_on_mark(&t->cwnd, min_u32(flight, t->cwnd.wnd));
    ecn_on_reduction(&t->ecn, t->sent.nxt);
    if (t->config->gradual_reduction) {
        cwnd_on_recovery(&t->cwnd, flight);
        ecn_on_easing(&t->ecn);
    }
    t->sample_changed = true;
    return true;
}

static void grow_window(struct tcb *t, const struct arrival *a, const struct sent_news *news,
                        uint32_t acked, uint32_t flight)
{
    usec_t sent_us;
    struct cwnd_ack growth = {.acked = acked,
                              .flight = flight,
                              .rtt_us = HYSTART_NO_RTT,
                              .srtt_us = t->rto.srtt_us,
                              .now = a->now};
    if (find_sample(t, a, news, &sent_us))
        growth.rtt_us = (uint32_t)(a->now - sent_us);
    cwnd_on_ack(&t->cwnd, &growth);
}

static void respond_to_congestion(struct tcb *t, const struct arrival *a,
                                  const struct recovery_ack *ack, uint32_t flight)
{
    bool marked = heed_mark(t, a->seg->flags, flight);
    bool was_fast = t->recovery.phase == RECOVERY_FAST;
    bool by_arrivals = t->config->as_linux.arrivals_grow;
    uint32_t arrived = recovery_delivered(&t->recovery, ack);
    switch (recovery_on_ack(&t->recovery, &t->sent, ack)) {
    case RECOVERY_ENTERED:
        answer_loss(t, ack->news);
        break;
    case RECOVERY_LEFT:
        cwnd_on_recovered(&t->cwnd, sent_flight(&t->sent));
        if (by_arrivals)
            grow_window(t, a, ack->news, recovery_delivered(&t->recovery, ack), flight);
        break;
    case RECOVERY_STEADY:
        if (was_fast || marked || ack->news->acked == 0)
            return;
        grow_window(t, a, ack->news, by_arrivals ? arrived : ack->news->acked, flight);
        break;
    }
    t->sample_changed = true;
}

/* Lets RACK look for losses, and recovery answer. */
static void search(struct tcb *t, const struct sent_news *news, usec_t now)
{
    bool certain = t->recovery.phase != RECOVERY_NONE ||
                   t->sent.sacked >= (uint32_t)DUP_ACK_THRESHOLD * t->snd.mss;
    struct rack_losses found = rack_search(&t->rack, &t->sent, certain, now);
    enum recovery_event event = recovery_on_search(&t->recovery, &t->sent, found.again, t->snd.mss);
    if (t->recovery.phase != RECOVERY_NONE)
        tlp_stop(&t->tlp);
    if (event == RECOVERY_ENTERED)
        answer_loss(t, news);
}

/* RFC 9937 section 6.2, once all is known that the ACK tells of losses. */
static void reduce_window(struct tcb *t, struct prr_ack step)
{
    bool easing = t->recovery.phase == RECOVERY_NONE && t->ecn.easing;
    if (t->recovery.phase != RECOVERY_FAST && !easing)
        return;
    step.inflight = recovery_pipe(&t->recovery, &t->sent);
    step.estimated = !t->recovery.sack;
    cwnd_on_recovery_ack(&t->cwnd, step);
    t->sample_changed = true;
}

void search_losses(struct tcb *t, usec_t now)
{
    search(t, &(struct sent_news){0}, now);
    reduce_window(t, (struct prr_ack){.delivered = 0});
}

/* The peer tells that a probe arrived beside its original: RFC 8985 section 7.4, cases 1 and 2. */
static bool has_probe_twice(const struct tcb *t, const struct segment *seg, bool duplicate)
{
    struct sack_block twice;
    if (dsack_read(&seg->options, seg->ack, &twice))
        return seq_eq(twice.end, t->tlp.end);
    return duplicate && seg->options.sack_count == 0;
}

/* `flight` was outstanding before the ACK. */
static void follow_probe(struct tcb *t, const struct arrival *a, bool duplicate, uint32_t flight)
{
    if (!tlp_on_ack(&t->tlp, t->sent.una, has_probe_twice(t, a->seg, duplicate)))
        return;
    cwnd_on_loss(&t->cwnd, min_u32(flight, t->cwnd.wnd));
    ecn_on_reduction(&t->ecn, t->sent.nxt);
    t->sample_changed = true;
}

/* `repairing`: some recovery went on before the ACK. */
static void find_losses(struct tcb *t, const struct arrival *a, const struct sent_news *news,
                        bool repairing)
{
    struct sack_block twice;
    struct rack_signs signs = {.duplicate = dsack_read(&a->seg->options, a->seg->ack, &twice),
                               .recovered = repairing && t->recovery.phase == RECOVERY_NONE,
                               .srtt_us = t->rto.srtt_us};
    rack_adapt(&t->rack, &t->sent, &signs);
    search(t, news, a->now);
}

/* Octets known to be lost and not sent again since. */
static int64_t missing(const struct tcb *t)
{
    return (int64_t)t->sent.lost - t->sent.resent;
}

/* What the ACK tells of losses; `flight` was outstanding before it. */
static void follow_losses(struct tcb *t, const struct arrival *a, const struct recovery_ack *ack,
                          uint32_t flight)
{
    bool repairing = t->recovery.phase != RECOVERY_NONE;
    int64_t missed = missing(t);
    struct prr_ack step = {.delivered = recovery_delivered(&t->recovery, ack)};

    follow_probe(t, a, ack->duplicate, flight);
    if (flight > 0)
        respond_to_congestion(t, a, ack, flight);
    if (t->rack.on)
        find_losses(t, a, ack->news, repairing);
    step.safe = ack->news->acked > 0 && missing(t) <= missed;
    reduce_window(t, step);
}

static void take_ack(struct tcb *t, const struct arrival *a)
{
    struct sent_news news = {0};
    uint32_t flight = sent_flight(&t->sent);
    bool repeated = seq_eq(a->seg->ack, t->sent.una);

    keepalive_on_heard(&t->keepalive, a->now);
    persist_on_answer(&t->persist);
    if (seq_gt(a->seg->ack, t->sent.una))
        advance(t, a, &news);
    if (t->recovery.sack)
        scoreboard_update(&t->sent, &a->seg->options, &news);
    rack_on_ack(&t->rack, &t->sent, &news, a->now);
    bool same_window = !update_window(t, a);
    struct recovery_ack ack = {.news = &news,
                               .duplicate = repeated && same_window && carries_nothing(a),
                               .reordered = t->rack.on && t->rack.reordered,
                               .smss = t->snd.mss};
    follow_losses(t, a, &ack, flight);
    if (news.acked > 0)
        output_schedule_probe(t, a->now);
}

/* What an acknowledged FIN of ours means. */
static enum step follow_close(struct tcb *t, const struct arrival *a)
{
    bool done = connection_fin_acknowledged(t);
    switch (t->state) {
    case STATE_FIN_WAIT_1:
        if (done)
            connection_enter_fin_wait_2(t, a->now);
        return STEP_CONTINUE;
    case STATE_CLOSING:
        if (done)
            connection_enter_time_wait(t, a->now);
        return done ? STEP_CONTINUE : STEP_STOP;
    case STATE_LAST_ACK:
        if (done)
            connection_end(t, 0);
        return done ? STEP_STOP : STEP_CONTINUE;
    default: /* ESTABLISHED, FIN-WAIT-2, CLOSE-WAIT, TIME-WAIT: nothing of ours is closing */
        return STEP_CONTINUE;
    }
}

/* The handshake's last segment. False when it acknowledges something else than our SYN. */
static bool complete_handshake(struct tcb *t, const struct arrival *a)
{
    if (!seq_gt(a->seg->ack, t->sent.una) || !seq_le(a->seg->ack, t->sent.nxt))
        return false;
    acknowledge_syn(t, a);
    connection_establish(t);
    return true;
}

enum step check_ack(struct tcb *t, struct arrival *a)
{
    if (!(a->seg->flags & TCP_ACK))
        return STEP_STOP;
    if (t->state == STATE_SYN_RECEIVED) {
        if (!complete_handshake(t, a)) {
            connection_answer_reset(t, a->seg);
            return STEP_STOP;
        }
    } else if (!is_plausible(t, a->seg->ack)) {
        connection_challenge(t, a->now);
        return STEP_STOP;
    }
    take_ack(t, a);
    return follow_close(t, a);
}
