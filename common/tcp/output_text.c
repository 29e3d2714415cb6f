/* The problem: how much to send now is decided by four parties: the user's writes, the peer's
 *   window, the network, and good sense about small segments.
 * The rule: what was lost goes first, as recovery picks it; new text goes as far as the peer's
 *   window, Nagle, silly window avoidance and the congestion window all allow.
 * RFC 9293 sections 3.7.4, 3.8.6 and 3.9.1.2; RFC 5681; RFC 6675.
 * Seen in: tests/story/test_output_text.c, tests/story/test_recovery.c. */
#include "tcp/connection.h"
#include "tcp/output.h"
#include "tcp/params.h"
#include "tcp/scoreboard.h"

static uint32_t unsent_text(const struct tcb *t)
{
    seq_t end = sndbuf_end(&t->sndbuf);
    return seq_gt(end, t->sent.nxt) ? seq_distance(t->sent.nxt, end) : 0;
}

static bool fin_is_unsent(const struct tcb *t)
{
    return t->sndbuf.closed && seq_lt(t->sent.nxt, sndbuf_limit(&t->sndbuf));
}

bool output_is_waiting(const struct tcb *t)
{
    return unsent_text(t) > 0 || fin_is_unsent(t);
}

/* What the peer's window takes of what waits, unless good sense says to wait for more. `mss` is
 * what one segment holds. A FIN counts as an octet. */
static uint32_t worth_sending(struct tcb *t, uint32_t mss, usec_t now)
{
    uint32_t text = unsent_text(t);
    uint32_t usable = sndwnd_usable(&t->sndwnd, t->sent.una, t->sent.nxt);
    uint32_t len = min_u32(text, usable);
    bool last = fin_is_unsent(t) && len == text; /* nothing can join these octets any more */
    enum nagle_next next = last ? NAGLE_FIN : len < text ? NAGLE_CUT : NAGLE_OPEN;
    uint32_t tail = len % mss;
    bool outstanding = nagle_unacked(&t->nagle, t->sent.una, t->sent.nxt, len - tail);
    if (tail > 0 && nagle_holds(&t->nagle, tail, mss, outstanding, next)) {
        nagle_on_hold(&t->nagle, now);
        len -= tail;
    }
    /* Asked even when nothing can go: then nothing waits for the override time either. */
    struct sndwnd_waiting waiting = {.data = text, .usable = len > 0 ? usable : 0, .mss = mss};
    bool worth = sndwnd_worth_sending(&t->sndwnd, &waiting, now);
    if (text == 0)
        return last && usable > 0;
    return worth ? len + (last && usable > len) : 0;
}

/* Cuts `len` to what the congestion window has room for, in whole segments: a small one now would
 * only keep a full one from leaving after the next ACK. A FIN rides on a full segment too. */
static uint32_t fit(const struct tcb *t, uint32_t len, uint32_t room, uint32_t mss)
{
    uint32_t most = t->config->gso_bytes > mss ? t->config->gso_bytes / mss * mss : mss;
    uint32_t text = min_u32(len, unsent_text(t));
    if (len <= room && text <= most)
        return len;
    uint32_t cut = min_u32(min_u32(room, most), text);
    return cut - cut % mss;
}

/* Fills `out`, whose header is made, with the sequence space of `piece`: text, and FIN behind it.
 */
static void fill(const struct tcb *t, struct sent_piece piece, uint32_t mss, struct segment *out)
{
    uint32_t text = sndbuf_spans(&t->sndbuf, piece.seq, piece.len, out->text);
    seq_t end = seq_add(piece.seq, text);
    if (text > mss)
        out->gso_size = (uint16_t)mss;
    if (text < piece.len)
        out->flags |= TCP_FIN;
    bool last = seq_eq(end, sndbuf_end(&t->sndbuf)); /* MUST-61: no more queued text */
    if (text > 0 && (last || sent_is_pushed(&t->sent, end)))
        out->flags |= TCP_PSH;
}

/* What one segment holds beside the options that `header` carries. */
static uint32_t room_for_text(const struct tcb *t, const struct segment *header)
{
    if (header->options.sack_count == 0)
        return t->snd.mss;
    return connection_mss(t, (uint8_t)tcp_options_len(&header->options));
}

/* New text up to `end`, `len` octets, is pushed though more waits: half of the peer's window went
 * without PSH, or this is all that its window takes. */
static bool is_pushed_by_window(const struct tcb *t, uint32_t len, uint32_t mss, seq_t end)
{
    bool far = seq_distance(t->sent.pushed_to, end) > t->sndwnd.max / 2;
    return t->config->as_linux.push_by_window && len > 0 && (far || len < mss);
}

static bool send_new(struct tcb *t, uint32_t len, uint32_t mss, usec_t now, struct segment *out)
{
    struct sent_piece piece = {t->sent.nxt, len};
    if (len == 0 || !sent_new(&t->sent, len, now))
        return false;
    nagle_on_send(&t->nagle, t->sent.nxt, len, mss);
    cwnd_on_sent(&t->cwnd, len);
    fill(t, piece, mss, out);
    if (segment_text_len(out) > 0)
        ecn_on_new_text(&t->ecn, out);
    if (is_pushed_by_window(t, segment_text_len(out), mss, t->sent.nxt))
        out->flags |= TCP_PSH;
    if (out->flags & TCP_PSH)
        sent_push(&t->sent);
    return true;
}

static void send_again(struct tcb *t, struct sent_piece piece, uint32_t mss, struct segment *out)
{
    out->seq = piece.seq;
    fill(t, piece, mss, out);
    cwnd_on_sent(&t->cwnd, piece.len);
    t->retransmits++;
}

/* Of the last octets what left as one segment: behind full ones, if they left together. */
static struct sent_piece last_segment(const struct sent *s, struct sent_piece last, uint32_t mss)
{
    uint32_t rest = sent_at(s, sent_position(s, last.seq))->len % mss;
    uint32_t len = rest > 0 ? rest : last.len;
    return (struct sent_piece){seq_add(last.seq, last.len - len), len};
}

/* RFC 8985 section 7.3: one segment of the `len` new octets even when the congestion window is
 * full, else the end of what was sent before. */
static bool send_probe(struct tcb *t, uint32_t len, uint32_t mss, usec_t now, struct segment *out)
{
    struct sent_piece last;
    bool fresh = send_new(t, fit(t, len, mss, mss), mss, now, out);
    if (!fresh) {
        if (!scoreboard_last_unsacked(&t->sent, mss, &last)) {
            tlp_stop(&t->tlp);
            return false;
        }
        last = last_segment(&t->sent, last, mss);
        sent_again(&t->sent, last, now);
        send_again(t, last, mss, out);
    }
    tlp_on_probe(&t->tlp, !fresh, t->sent.nxt, now);
    return true;
}

void output_schedule_probe(struct tcb *t, usec_t now)
{
    uint32_t flight = sent_flight(&t->sent);
    if (t->recovery.phase != RECOVERY_NONE || t->sent.sacked > 0)
        return;
    struct tlp_path path = {.srtt_us = t->rto.srtt_us,
                            .delack_us = flight <= t->snd.mss ? TLP_ACK_DELAY : 0,
                            .rto_deadline = t->rto.deadline};
    tlp_schedule(&t->tlp, &path, now);
}

/* What recovery picks. */
static bool send_next(struct tcb *t, uint32_t len, uint32_t mss, usec_t now, struct segment *out)
{
    struct recovery_room room = {.cwnd = t->cwnd.wnd, .smss = mss, .has_new = len > 0};
    struct sent_piece piece;
    switch (recovery_next(&t->recovery, &t->sent, &room, now, &piece)) {
    case RECOVERY_AGAIN:
        send_again(t, piece, mss, out);
        rto_on_send(&t->rto, now);
        if (t->recovery.phase == RECOVERY_FAST && seq_eq(piece.seq, t->sent.una))
            rto_postpone(&t->rto, now);
        return true;
    case RECOVERY_NEW:
        if (!send_new(t, fit(t, len, piece.len, mss), mss, now, out))
            return false;
        rto_on_send(&t->rto, now);
        output_schedule_probe(t, now);
        return true;
    case RECOVERY_WAIT:
        break;
    }
    return false;
}

bool output_text(struct tcb *t, usec_t now, struct segment *out)
{
    if (!state_is_synchronized(t->state) || (!output_is_waiting(t) && sent_flight(&t->sent) == 0))
        return false;
    output_header(t, t->sent.nxt, now, out);
    uint32_t mss = room_for_text(t, out);
    uint32_t len = worth_sending(t, mss, now);
    if (len > 0)
        cwnd_on_send(&t->cwnd, sent_flight(&t->sent), t->rto.rto_us, now);

    bool sent =
        t->tlp.wanted ? send_probe(t, len, mss, now, out) : send_next(t, len, mss, now, out);
    if (sent)
        output_commit(t, now, out);
    return sent;
}
