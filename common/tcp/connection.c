/* The problem: a connection is born, established and ended in several of RFC 9293's procedures, and
 *   each must leave all mechanisms in step.
 * The rule: each of these moments is one function, called wherever it happens.
 * RFC 9293 sections 3.3.1, 3.5, 3.6 and 3.10; RFC 7323 sections 2 and 3.2; RFC 2018 section 2.
 * Seen in: tests/story/test_connection.c, tests/story/test_handshake.c, tests/story/test_close.c.
 */
#include "tcp/connection.h"

#include "tcp/mss.h"
#include "tcp/tcp.h"

void connection_choose_iss(struct tcb *t, usec_t now)
{
    seq_t iss = t->snd.iss;
    if (t->iss_choice != ISN_GIVEN) {
        seq_t made = isn_make(&t->config->key, &t->tuple, now);
        iss = t->iss_choice == ISN_BEYOND ? isn_beyond(made, iss) : made;
    }
    t->snd.iss = iss;
    t->syn_timeouts = 0;
    sent_init(&t->sent, t->sent.ranges, t->sent.cap, iss);
    sndbuf_init(&t->sndbuf, t->sndbuf.mem, t->sndbuf.cap, seq_add(iss, 1));
    rto_init(&t->rto, &t->config->rto);
    recovery_init(&t->recovery, iss, false);
    tstamp_init(&t->tstamp, isn_hash(&t->config->key, &t->tuple));
    urgent_init(&t->snd_urgent);
    ecn_init(&t->ecn, t->config->ecn);
    nagle_init(&t->nagle, t->config->as_linux.nagle_small_only, iss);
}

uint16_t connection_mss(const struct tcb *t, uint8_t options_len)
{
    struct mss_limits limits = {.peer = t->snd.peer_mss,
                                .path_mtu = t->pmtu.mtu,
                                .user = t->snd.user_mss,
                                .options_len = options_len};
    return mss_effective(&limits);
}

/* Rcv.Wind.Shift, which holds for the connection's life. */
static uint8_t window_shift(const struct tcb *t)
{
    uint8_t needed = rcvwnd_shift_for(t->rcvwnd.size);
    return needed > t->config->window_shift ? needed : t->config->window_shift;
}

/* An option holds only when both SYNs carry it (RFC 7323 sections 2.2 and 3.2, RFC 2018 section 2).
 */
static void settle_options(struct tcb *t, const struct tcp_options *theirs, usec_t now)
{
    const struct tcp_config *config = t->config;
    t->snd.peer_mss = theirs->has_mss ? theirs->mss : MSS_DEFAULT;
    t->recovery.sack = config->sack && theirs->sack_permitted;
    dsack_init(&t->dsack, config->dsack && t->recovery.sack);
    rack_init(&t->rack, config->rack && t->recovery.sack, t->snd.iss);
    tlp_init(&t->tlp, config->tail_probe && t->rack.on);
    t->scaled = config->window_scale && theirs->has_wscale;
    t->tstamp.on = config->timestamps && theirs->has_tstamp;
    if (t->tstamp.on)
        tstamp_on_syn(&t->tstamp, theirs->ts_val, now);
    if (t->scaled)
        rcvwnd_set_shift(&t->rcvwnd, window_shift(t));
    t->snd.mss = connection_mss(t, t->tstamp.on ? TSTAMP_OPTION_LEN : 0);
}

static void begin_cwnd(struct tcb *t)
{
    enum cwnd_algorithm chosen = t->cwnd.algorithm;
    cwnd_init(&t->cwnd, t->snd.mss, t->config->initial_segments, t->syn_timeouts > 1);
    cwnd_choose(&t->cwnd, chosen);
    t->cwnd.ack_limit = t->config->ack_limit;
    t->cwnd.gradual = t->config->gradual_reduction;
    t->cwnd.halves_window = t->config->as_linux.halves_window;
}

void connection_take_syn(struct tcb *t, const struct segment *seg, usec_t now)
{
    bool acks = (seg->flags & TCP_ACK) != 0;
    t->rcv.irs = seg->seq;
    t->rcv.nxt = seq_add(seg->seq, 1);
    t->rcv.mss = MSS_DEFAULT;
    rcvwnd_init(&t->rcvwnd, t->rcvwnd.size, t->rcv.nxt);
    settle_options(t, &seg->options, now);
    ecn_on_syn(&t->ecn, seg->flags);

    struct sndwnd_update first = {
        .seq = seg->seq, .ack = acks ? seg->ack : t->snd.iss, .field = seg->wnd, .syn = true};
    sndwnd_init(&t->sndwnd, &first, t->scaled ? seg->options.wscale : 0);
    begin_cwnd(t);
}

void connection_establish(struct tcb *t)
{
    state_enter(t, STATE_ESTABLISHED);
    rto_on_established(&t->rto, t->syn_timeouts > 0);
    begin_cwnd(t);
    t->sample_changed = true;
    if (t->sndbuf.closed) /* CLOSE was called during the handshake, behind queued data */
        state_enter(t, STATE_FIN_WAIT_1);
}

static void stop_timers(struct tcb *t)
{
    rto_stop(&t->rto);
    rack_stop(&t->rack);
    tlp_stop(&t->tlp);
    persist_stop(&t->persist);
    delack_on_ack_sent(&t->delack, false, 0);
    keepalive_set(&t->keepalive, false, 0);
    nagle_stop(&t->nagle);
    t->sndwnd.override = NEVER;
    t->timewait.deadline = NEVER;
    t->orphan_deadline = NEVER;
    t->probe_wanted = false;
}

void connection_complain(struct tcb *t, int error)
{
    if (t->report_soft)
        t->error = error;
    else
        t->soft_error = error;
}

void connection_listen_again(struct tcb *t)
{
    stop_timers(t);
    state_enter(t, STATE_LISTEN);
}

void connection_enter_fin_wait_2(struct tcb *t, usec_t now)
{
    state_enter(t, STATE_FIN_WAIT_2);
    if (t->orphan)
        t->orphan_deadline = usec_after(now, t->config->fin_wait_2_us);
}

void connection_enter_time_wait(struct tcb *t, usec_t now)
{
    bool ack_owed = delack_now(&t->delack);
    stop_timers(t);
    timewait_start(&t->timewait, t->config->time_wait_us, now);
    if (ack_owed)
        delack_hurry(&t->delack);
    state_enter(t, STATE_TIME_WAIT);
}

void connection_end(struct tcb *t, int error)
{
    stop_timers(t);
    sent_init(&t->sent, t->sent.ranges, t->sent.cap, t->sent.nxt);
    sndbuf_init(&t->sndbuf, t->sndbuf.mem, t->sndbuf.cap, t->sent.nxt);
    t->error = error;
    state_enter(t, STATE_CLOSED);
}

/* In SYN-SENT what we would like, in SYN-RECEIVED what the peer's SYN has agreed to. */
void connection_offer(const struct tcb *t, struct tcp_options *out)
{
    const struct tcp_config *config = t->config;
    bool first = t->state == STATE_SYN_SENT;
    uint16_t mss = mss_announce(config->mtu);
    *out = (struct tcp_options){
        .has_mss = true,
        .mss = t->snd.user_mss ? (uint16_t)min_u32(mss, t->snd.user_mss) : mss,
        .sack_permitted = first ? config->sack : t->recovery.sack,
        .has_tstamp = first ? config->timestamps : t->tstamp.on,
        .has_wscale = first ? config->window_scale : t->scaled,
    };
    if (out->has_wscale)
        out->wscale = window_shift(t);
}

void connection_fit_path(struct tcb *t)
{
    t->snd.mss = connection_mss(t, t->tstamp.on ? TSTAMP_OPTION_LEN : 0);
    cwnd_set_smss(&t->cwnd, t->snd.mss);
    t->sample_changed = true;
}

bool connection_fin_acknowledged(const struct tcb *t)
{
    return t->sndbuf.closed && seq_eq(t->sent.una, sndbuf_limit(&t->sndbuf));
}

void connection_answer_reset(struct tcb *t, const struct segment *seg)
{
    struct segment reset;
    if (!tcp_reset_for(seg, &reset))
        return;
    t->reset.pending = true;
    t->reset.flags = reset.flags;
    t->reset.seq = reset.seq;
    t->reset.ack = reset.ack;
}

/* Differs: section 3.10.5 has no ACK in this reset. With it a peer that is still in SYN-SENT (two
 * opens have crossed) believes the reset too: section 3.10.7.3 takes only one that acknowledges
 * its SYN. */
void connection_send_reset(struct tcb *t)
{
    t->reset.pending = true;
    t->reset.flags = TCP_RST | TCP_ACK;
    t->reset.seq = t->sent.nxt;
    t->reset.ack = t->rcv.nxt;
}

void connection_challenge(struct tcb *t, usec_t now)
{
    if (challenge_allows(&t->challenge, now))
        delack_hurry(&t->delack);
}
