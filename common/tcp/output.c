/* The problem: a connection may have several reasons to send at once, and each segment can serve
 *   more than one.
 * The rule: whoever drives the core pulls; each pull gives the most urgent segment, and a bare ACK
 *   only when nothing else has carried it.
 * RFC 9293 sections 3.1, 3.8, 3.10 (every "send"); RFC 7323 sections 2, 3; RFC 2018 section 4.
 * Seen in: tests/story/test_handshake.c, tests/story/test_output.c. */
#include "tcp/output.h"

#include "tcp/connection.h"
#include "tcp/params.h"
#include "tcp/tcp.h"

static void put_ports(const struct tcb *t, struct segment *out)
{
    out->src_port = t->tuple.local_port;
    out->dst_port = t->tuple.remote_port;
}

static void put_timestamps(const struct tcb *t, usec_t now, struct tcp_options *options)
{
    options->has_tstamp = true;
    options->ts_val = tstamp_clock(&t->tstamp, now);
    options->ts_ecr = t->tstamp.recent;
}

/* A duplicate first (RFC 2883 section 4). */
static void put_sack(const struct tcb *t, struct tcp_options *options)
{
    uint8_t fit = t->tstamp.on ? TCP_SACK_BLOCKS_MAX - 1 : TCP_SACK_BLOCKS_MAX;
    uint8_t n = dsack_blocks(&t->dsack, options->sack);
    n += sack_report_blocks(&t->sack, &t->reasm, (uint8_t)(fit - n), &options->sack[n]);
    options->sack_count = n;
}

void output_header(const struct tcb *t, seq_t seq, usec_t now, struct segment *out)
{
    *out = (struct segment){.seq = seq, .ack = t->rcv.nxt, .flags = TCP_ACK};
    if (ecn_echoes(&t->ecn))
        out->flags |= TCP_ECE;
    put_ports(t, out);
    struct tcp_options *options = &out->options;
    if (t->tstamp.on)
        put_timestamps(t, now, options);
    if (t->recovery.sack)
        put_sack(t, options);
}

/* Of the segment, or of each that the device cuts from it. */
static uint32_t packet_len(const struct segment *seg)
{
    uint32_t text = seg->gso_size ? seg->gso_size : segment_text_len(seg);
    return IP_HEADER_LEN + (uint32_t)segment_header_len(seg) + text;
}

void output_commit(struct tcb *t, usec_t now, struct segment *out)
{
    uint32_t wnd = rcvwnd_offer(&t->rcvwnd, t->rcv.nxt, t->rcvbuf.ready, t->snd.mss);
    out->wnd = (uint16_t)(wnd >> t->rcvwnd.shift);
    if (urgent_pointer(&t->snd_urgent, out->seq, &out->urg_ptr))
        out->flags |= TCP_URG;
    pmtu_on_send(&t->pmtu, packet_len(out));
    tstamp_on_ack_sent(&t->tstamp, t->rcv.nxt);
    dsack_on_ack_sent(&t->dsack);
    delack_on_ack_sent(&t->delack, segment_text_len(out) > 0, now);
}

/* --- the five reasons to send, most urgent first --- */

/* Of those of our own accord, which bear an ACK, each tells the time (RFC 7323 section 3.2). */
static bool next_reset(struct tcb *t, usec_t now, struct segment *out)
{
    if (!t->reset.pending)
        return false;
    t->reset.pending = false;
    *out = (struct segment){.seq = t->reset.seq, .ack = t->reset.ack, .flags = t->reset.flags};
    put_ports(t, out);
    if (t->tstamp.on && out->flags & TCP_ACK)
        put_timestamps(t, now, &out->options);
    return true;
}

/* Our SYN is still to be sent, or to be sent again. */
static bool syn_is_due(const struct tcb *t)
{
    return seq_eq(t->sent.una, t->snd.iss) &&
           (seq_eq(t->sent.nxt, t->snd.iss) || t->sent.lost > t->sent.resent);
}

static bool next_syn(struct tcb *t, usec_t now, struct segment *out)
{
    if (t->state == STATE_CLOSED || t->state == STATE_LISTEN || !syn_is_due(t))
        return false;
    *out = (struct segment){.seq = t->snd.iss, .flags = TCP_SYN};
    put_ports(t, out);
    connection_offer(t, &out->options);
    if (t->state == STATE_SYN_SENT) {
        out->flags |= ecn_syn(&t->ecn, seq_gt(t->sent.nxt, t->snd.iss));
    } else {
        out->flags |= TCP_ACK | ecn_syn_ack(&t->ecn);
        out->ack = t->rcv.nxt;
        delack_on_ack_sent(&t->delack, false, now);
        tstamp_on_ack_sent(&t->tstamp, t->rcv.nxt);
    }
    out->wnd = rcvwnd_offer_syn(&t->rcvwnd, t->rcv.nxt);
    if (out->options.has_tstamp)
        put_timestamps(t, now, &out->options);

    if (seq_eq(t->sent.nxt, t->snd.iss)) {
        sent_new(&t->sent, 1, now);
    } else {
        sent_again(&t->sent, (struct sent_piece){t->snd.iss, 1}, now);
        t->retransmits++;
    }
    rto_on_send(&t->rto, now);
    return true;
}

/* Asks for an ACK without taking sequence space, for a closed window or an idle peer. Differs:
 * section 3.8.6.1 lets an octet of new text probe the window. This octet would have to be
 * remembered as sent though refused; an old sequence number draws the same answer. */
static bool next_probe(struct tcb *t, usec_t now, struct segment *out)
{
    if (!t->probe_wanted)
        return false;
    t->probe_wanted = false;
    output_header(t, seq_sub(t->sent.nxt, 1), now, out);
    output_commit(t, now, out);
    return true;
}

static bool next_ack(struct tcb *t, usec_t now, struct segment *out)
{
    if (!delack_now(&t->delack) && !delack_due(&t->delack, now))
        return false;
    output_header(t, t->sent.nxt, now, out);
    output_commit(t, now, out);
    return true;
}

/* Nothing more can be sent. If that is because the window is closed, ask again and again whether
 * it has opened (section 3.8.6.1). */
static void watch_window(struct tcb *t, usec_t now)
{
    bool stuck = state_is_synchronized(t->state) && output_is_waiting(t) &&
                 sent_flight(&t->sent) == 0 && t->sndwnd.wnd == 0;
    if (stuck)
        persist_start(&t->persist, t->rto.rto_us, now);
}

bool tcp_next_segment(struct tcb *t, usec_t now, struct segment *out)
{
    if (next_reset(t, now, out) || next_syn(t, now, out) || output_text(t, now, out) ||
        next_probe(t, now, out) || next_ack(t, now, out))
        return true;
    watch_window(t, now);
    return false;
}
