/* The problem: a student wants to see cwnd, RTO and windows of a living connection.
 * The rule: one function copies them out; nobody else looks into a TCB to show it.
 * RFC 9293 sections 3.9.1.5 and 3.10.6.
 * Seen in: tests/unit/tcp/test_status.c; the `info` call of net.h. */
#include "tcp/status.h"

#include "base/bytes.h"

#include "tcp/mss.h"
#include "tcp/tcp.h"

static uint32_t unsent(const struct tcb *t)
{
    seq_t end = sndbuf_end(&t->sndbuf);
    return seq_gt(end, t->sent.nxt) ? seq_distance(t->sent.nxt, end) : 0;
}

static uint32_t behind_syn(seq_t syn, seq_t next)
{
    return seq_eq(syn, next) ? 0 : seq_distance(syn, next) - 1;
}

static uint16_t announced_mss(const struct tcb *t)
{
    uint16_t mss = mss_announce(t->config->mtu);
    return t->snd.user_mss ? (uint16_t)min_u32(mss, t->snd.user_mss) : mss;
}

/* Joined ranges that left as small segments count for fewer than they were. */
static void count_segments(const struct tcb *t, struct tcp_status *out)
{
    uint32_t mss = max_u32(t->snd.mss, 1);
    for (uint32_t i = 0; i < t->sent.count; i++) {
        const struct sent_range *r = sent_at(&t->sent, i);
        uint32_t n = r->len / mss + (r->len % mss != 0);
        out->segments.unacked += n;
        out->segments.sacked += r->sacked ? n : 0;
        out->segments.lost += r->lost ? n : 0;
        out->segments.resent += r->lost && r->resent ? n : 0;
    }
}

/* What a connection would begin with, were there no more to learn from the peer's SYN. */
static void guess_beginning(const struct tcb *t, struct tcp_status *out)
{
    out->snd_mss = MSS_DEFAULT - (t->config->timestamps ? TSTAMP_OPTION_LEN : 0);
    out->cwnd = t->config->initial_segments * out->snd_mss;
    out->min_rtt_us = UINT32_MAX;
}

void tcp_status(const struct tcb *t, struct tcp_status *out)
{
    bool open = t->cwnd.ssthresh < CWND_SSTHRESH_INITIAL && t->cwnd.smss > 0;
    *out = (struct tcp_status){
        t->state,
        .congestion = t->cwnd.algorithm,
        .snd_mss = t->snd.mss,
        .rcv_mss = t->rcv.mss,
        .adv_mss = announced_mss(t),
        .path_mtu = t->pmtu.mtu,
        .cwnd = t->cwnd.wnd,
        .ssthresh = open ? t->cwnd.ssthresh : UINT32_MAX,
        .snd_wnd = t->sndwnd.wnd,
        .rcv_wnd = rcvwnd_size(&t->rcvwnd, t->rcv.nxt),
        .unacked = sent_flight(&t->sent),
        .unsent = unsent(t),
        .unread = t->rcvbuf.ready,
        .sacked = t->sent.sacked,
        .lost = t->sent.lost,
        .phase = t->recovery.phase,
        .easing = t->ecn.easing,
        .dup_acks = t->recovery.dup_acks,
        .srtt_us = t->rto.srtt_us,
        .rttvar_us = t->rto.rttvar_us,
        .rto_us = t->rto.rto_us,
        .sent_at = t->cwnd.last_sent,
        .heard_at = t->keepalive.heard,
        .text_at = t->delack.heard_at,
        .retransmits = t->retransmits,
        .min_rtt_us = t->rack.min_rtt_us,
        .ack_delay_us = t->delack.heard ? t->delack.delay_us : 0,
        .acked = behind_syn(t->snd.iss, t->sent.una),
        .received = behind_syn(t->rcv.irs, t->rcv.nxt),
        .passive = t->passive,
        .backoff = t->rto.timeouts,
        .snd_wscale = t->sndwnd.shift,
        .rcv_wscale = t->rcvwnd.shift,
        .timestamps = t->tstamp.on,
        .sack = t->recovery.sack,
        .window_scale = t->scaled,
        .ecn = t->ecn.on,
        .urgent = t->rcv_urgent.pending,
    };
    count_segments(t, out);
    if (t->state == STATE_SYN_SENT)
        guess_beginning(t, out);
}
