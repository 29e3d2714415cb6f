/* From octets to segments, from our states to Linux's. */
#include "packetdrill/tcp_info.h"

#include "base/bytes.h"
#include "tcp/params.h"

/* The kernel's numbers of the states, which its headers for programs do not name. TIME-WAIT has
 * one (6), but there its sockets are CLOSED: only the four-tuple waits. */
static const uint8_t states[STATE_COUNT] = {
    [STATE_ESTABLISHED] = 1, [STATE_SYN_SENT] = 2,   [STATE_SYN_RECEIVED] = 3,
    [STATE_FIN_WAIT_1] = 4,  [STATE_FIN_WAIT_2] = 5, [STATE_TIME_WAIT] = 7,
    [STATE_CLOSED] = 7,      [STATE_CLOSE_WAIT] = 8, [STATE_LAST_ACK] = 9,
    [STATE_LISTEN] = 10,     [STATE_CLOSING] = 11,
};

static uint32_t segments(uint32_t octets, uint32_t mss)
{
    return mss > 0 ? octets / mss + (octets % mss != 0) : 0;
}

/* The kernel's view of loss recovery (enum tcp_ca_state). */
static uint8_t congestion_state(const struct tcp_status *s)
{
    switch (s->phase) {
    case RECOVERY_FAST:
        return TCP_CA_Recovery;
    case RECOVERY_TIMEOUT:
        return TCP_CA_Loss;
    case RECOVERY_NONE:
    default:
        if (s->easing)
            return TCP_CA_CWR;
        return s->dup_acks > 0 || s->sacked > 0 ? TCP_CA_Disorder : TCP_CA_Open;
    }
}

static uint8_t options_of(const struct tcp_status *s)
{
    return (uint8_t)((s->timestamps ? TCPI_OPT_TIMESTAMPS : 0) | (s->sack ? TCPI_OPT_SACK : 0) |
                     (s->window_scale ? TCPI_OPT_WSCALE : 0) | (s->ecn ? TCPI_OPT_ECN : 0));
}

/* Milliseconds since something that has happened. */
static uint32_t since(usec_t then, usec_t now)
{
    return then > 0 ? (uint32_t)((now - then) / USEC_MS) : 0;
}

/* Linux takes its SYN for an octet that was acknowledged, and does not count its SYN-ACK at all:
 * the connection begins behind it. */
static uint32_t our_syn(const struct tcp_status *s)
{
    return !s->passive && state_is_synchronized(s->state);
}

static uint32_t segments_out(const struct socket_info *info)
{
    uint32_t all = info->traffic.segments_out;
    return info->tcp.passive && all > 0 ? all - 1 : all;
}

/* All that was sent, without what is still under way. */
static uint32_t delivered(const struct socket_info *info)
{
    return info->traffic.new_out + info->tcp.segments.sacked - info->tcp.segments.unacked;
}

/* Linux begins with a guess: all of the first time-out is variance. */
static uint32_t variance(const struct tcp_status *s)
{
    return s->state == STATE_SYN_SENT ? (s->rto_us >> s->backoff) / 4 : s->rttvar_us;
}

void tcp_info_fill(struct tcp_info *out, const struct socket_info *info, usec_t now)
{
    const struct tcp_status *s = &info->tcp;
    *out = (struct tcp_info){
        .tcpi_state = states[s->state],
        .tcpi_ca_state = congestion_state(s),
        .tcpi_retransmits = (uint8_t)s->backoff,
        .tcpi_backoff = (uint8_t)s->backoff,
        .tcpi_options = options_of(s),
        .tcpi_snd_wscale = (unsigned char)(s->snd_wscale & 0xf),
        .tcpi_rcv_wscale = (unsigned char)(s->rcv_wscale & 0xf),
        .tcpi_rto = s->rto_us,
        .tcpi_snd_mss = s->snd_mss,
        .tcpi_ato = s->ack_delay_us,
        .tcpi_rcv_mss = s->rcv_mss,
        .tcpi_unacked = s->segments.unacked,
        .tcpi_sacked = s->segments.sacked,
        .tcpi_lost = s->segments.lost,
        .tcpi_retrans = s->segments.resent,
        .tcpi_rtt = s->srtt_us,
        .tcpi_rttvar = variance(s),
        .tcpi_snd_ssthresh =
            s->ssthresh == UINT32_MAX ? INT32_MAX : segments(s->ssthresh, s->snd_mss),
        .tcpi_snd_cwnd = s->snd_mss ? s->cwnd / s->snd_mss : 0,
        .tcpi_rcv_space = s->rcv_wnd,
        .tcpi_last_data_sent = since(s->sent_at, now),
        .tcpi_last_data_recv = since(s->text_at, now),
        .tcpi_last_ack_recv = since(s->heard_at, now),
        .tcpi_pmtu = s->path_mtu,
        .tcpi_advmss = s->adv_mss,
        .tcpi_total_retrans = (uint32_t)s->retransmits,
        .tcpi_notsent_bytes = s->unsent,
        .tcpi_snd_wnd = s->snd_wnd,
        .tcpi_bytes_acked = s->acked + our_syn(s),
        .tcpi_bytes_received = s->received,
        .tcpi_segs_in = info->traffic.segments_in,
        .tcpi_segs_out = segments_out(info),
        .tcpi_data_segs_in = info->traffic.texts_in,
        .tcpi_data_segs_out = info->traffic.texts_out,
        .tcpi_bytes_sent = info->traffic.text_out,
        .tcpi_min_rtt = s->min_rtt_us,
        .tcpi_bytes_retrans = info->traffic.text_again,
        .tcpi_rcv_ooopack = info->traffic.early_in,
        .tcpi_delivered = delivered(info),
        .tcpi_max_pacing_rate = UINT64_MAX, /* nobody has set one */
        .tcpi_reordering = DUP_ACK_THRESHOLD,
    };
}
