/* The problem: old duplicates, strangers and broken peers send segments too.
 * The rule: only what lies in the receive window goes further; a RST must hit RCV.NXT exactly and a
 *   SYN is never believed; in doubt an ACK asks the true peer.
 * RFC 9293 section 3.10.7.4 first to fourth; RFC 5961 sections 3 and 4; RFC 7323 section 5.3;
 *   RFC 2883 section 4.
 * Seen in: tests/story/test_input_check.c, tests/story/test_grid.c,
 *   tests/story/test_timestamps.c. */
#include <errno.h>

#include "tcp/connection.h"
#include "tcp/input.h"

/* --- first: the sequence number --- */

static uint32_t window(const struct tcb *t)
{
    return rcvwnd_size(&t->rcvwnd, t->rcv.nxt);
}

/* RFC 9293 table 6. */
static bool is_in_window(const struct tcb *t, seq_t seq, uint32_t len)
{
    uint32_t wnd = window(t);
    if (len == 0)
        return wnd == 0 ? seq_eq(seq, t->rcv.nxt) : seq_in_window(seq, t->rcv.nxt, wnd);
    if (wnd == 0)
        return false;
    return seq_in_window(seq, t->rcv.nxt, wnd) ||
           seq_in_window(seq_add(seq, len - 1), t->rcv.nxt, wnd);
}

/* The special allowance below table 6: what would be acceptable were there no text on it, so that
 * its ACK, URG or RST is heard although the window is closed. Differs: also an ACK at the right
 * edge, where a peer that has filled our window must put all of its ACKs. */
static bool is_allowed_without_text(const struct tcb *t, const struct segment *seg)
{
    uint32_t wnd = window(t);
    if (wnd == 0)
        return seq_eq(seg->seq, t->rcv.nxt);
    return segment_len(seg) == 0 && !(seg->flags & TCP_RST) &&
           seq_eq(seg->seq, seq_add(t->rcv.nxt, wnd));
}

/* RFC 7323 section 5.3 R1: older than what we have seen, though its number may fit. */
static bool is_from_the_past(const struct tcb *t, const struct arrival *a)
{
    const struct segment *seg = a->seg;
    return t->tstamp.on && seg->options.has_tstamp && !(seg->flags & TCP_RST) &&
           !tstamp_is_fresh(&t->tstamp, seg->options.ts_val, a->now);
}

/* RFC 7323 section 3.2: once agreed on, every segment but a RST carries timestamps. Nor need a SYN:
 * it may come from a peer that has rebooted, and should be challenged. */
static bool lacks_timestamps(const struct tcb *t, const struct segment *seg)
{
    bool needed = t->tstamp.on && !t->config->as_linux.tstamps_may_lack;
    return needed && !seg->options.has_tstamp && !(seg->flags & (TCP_RST | TCP_SYN));
}

/* The peer never saw our SYN-ACK, or it crossed: its SYN arrives once more. */
static bool repeats_syn(const struct tcb *t, const struct segment *seg)
{
    return t->state == STATE_SYN_RECEIVED && (seg->flags & TCP_SYN) && seq_eq(seg->seq, t->rcv.irs);
}

/* The peer's FIN once more, because our ACK of it was lost. */
static bool repeats_fin(const struct tcb *t, const struct segment *seg)
{
    return t->state == STATE_TIME_WAIT && (seg->flags & TCP_FIN) &&
           seq_eq(seq_add(seg->seq, segment_len(seg)), t->rcv.nxt);
}

/* An ACK in reply, unless to a RST. Those to segments without text are limited like challenges:
 * two confused peers could else acknowledge each other's ACKs for ever. */
static enum step refuse(struct tcb *t, const struct arrival *a)
{
    if (a->seg->flags & TCP_RST)
        return STEP_STOP;
    if (repeats_fin(t, a->seg))
        /* section 3.10.7.4, fifth, TIME-WAIT */
        timewait_start(&t->timewait, t->config->time_wait_us, a->now);
    if (arrival_text_len(a) > 0 || a->fin)
        delack_hurry(&t->delack);
    else
        connection_challenge(t, a->now);
    return STEP_STOP;
}

/* Differs: section 3.10.7.4 would answer with a bare ACK. The SYN-ACK says the same, and heals at
 * once when the first one was lost; the timer gives it as much time as that one had. */
static enum step answer_repeated_syn(struct tcb *t, const struct arrival *a)
{
    ecn_on_syn_again(&t->ecn, a->seg->flags);
    if (challenge_allows(&t->challenge, a->now))
        sent_mark_all_lost(&t->sent);
    rto_postpone(&t->rto, a->now);
    return STEP_STOP;
}

static void drop_front(struct arrival *a, uint32_t len)
{
    for (int i = 0; i < 2 && len > 0; i++) {
        size_t cut = min_size(len, a->text[i].len);
        if (cut == 0)
            continue;
        a->text[i].data += cut;
        a->text[i].len -= cut;
        len -= (uint32_t)cut;
    }
}

static void keep_front(struct arrival *a, uint32_t len)
{
    a->text[0].len = min_size(a->text[0].len, len);
    a->text[1].len = min_size(a->text[1].len, len - a->text[0].len);
}

/* What lies outside the window is cut off, SYN and FIN included. */
static void trim(const struct tcb *t, struct arrival *a)
{
    if (seq_lt(a->seq, t->rcv.nxt)) {
        drop_front(a, seq_distance(a->seq, t->rcv.nxt));
        a->seq = t->rcv.nxt;
    }
    uint32_t room = seq_gt(t->rcvwnd.right, a->seq) ? seq_distance(a->seq, t->rcvwnd.right) : 0;
    if (arrival_text_len(a) + a->fin <= room)
        return;
    a->fin = false;
    keep_front(a, room);
}

/* RFC 2883 section 4: what has arrived before is reported at once, whatever else becomes of the
 * segment. The block that holds it is then the one that changed last. */
static void note_duplicate(struct tcb *t, const struct arrival *a)
{
    uint32_t len = arrival_text_len(a) + a->fin;
    if (a->seg->flags & (TCP_SYN | TCP_RST))
        return;
    struct sack_block arrived = {a->seq, seq_add(a->seq, len)};
    if (!dsack_on_segment(&t->dsack, &t->reasm, t->rcv.nxt, arrived))
        return;
    sack_report_on_arrival(&t->sack, &t->reasm, t->dsack.block.start);
    delack_hurry(&t->delack);
}

enum step check_sequence(struct tcb *t, struct arrival *a)
{
    const struct segment *seg = a->seg;
    if (lacks_timestamps(t, seg))
        return STEP_STOP;
    note_duplicate(t, a);
    if (is_from_the_past(t, a))
        return refuse(t, a);
    if (repeats_syn(t, seg)) {
        if (!(seg->flags & TCP_ACK))
            return answer_repeated_syn(t, a);
        a->syn = false; /* Figure 7 line 7: opens have crossed, and this acknowledges ours */
    } else if (!is_in_window(t, seg->seq, segment_len(seg))) {
        if (!is_allowed_without_text(t, seg))
            return refuse(t, a);
        if (segment_len(seg) > 0 && !(seg->flags & TCP_RST))
            delack_hurry(&t->delack); /* tell the peer that the window is still closed */
    }
    trim(t, a);
    if (t->tstamp.on && seg->options.has_tstamp)
        tstamp_on_segment(&t->tstamp, seg->seq, seg->options.ts_val, a->now);
    return STEP_CONTINUE;
}

/* --- second: RST --- */

static void reset_connection(struct tcb *t)
{
    switch (t->state) {
    case STATE_SYN_RECEIVED:
        if (t->passive)
            connection_listen_again(t);
        else
            connection_end(t, -ECONNREFUSED);
        return;
    case STATE_ESTABLISHED:
    case STATE_FIN_WAIT_1:
    case STATE_FIN_WAIT_2:
        connection_end(t, -ECONNRESET);
        return;
    case STATE_CLOSE_WAIT:
        connection_end(t, -EPIPE); /* as Linux: the peer had said it would send no more */
        return;
    case STATE_TIME_WAIT:
        if (!t->config->time_wait_firm)
            connection_end(t, 0);
        return;
    default: /* CLOSING, LAST-ACK: the user was told all there is to tell */
        connection_end(t, 0);
        return;
    }
}

/* RFC 5961 section 3.2: a number that merely lies in the window can be guessed. */
enum step check_reset(struct tcb *t, struct arrival *a)
{
    const struct segment *seg = a->seg;
    if (!(seg->flags & TCP_RST))
        return STEP_CONTINUE;
    if (seq_eq(seg->seq, t->rcv.nxt))
        reset_connection(t);
    else if (seq_in_window(seg->seq, t->rcv.nxt, window(t)))
        connection_challenge(t, a->now);
    return STEP_STOP;
}

/* --- third: security --- */

/* The compartments of RFC 9293 appendix A.1 do not exist here: every segment has the connection's.
 * The step stands here so that the list is whole. */
enum step check_security(struct tcb *t, struct arrival *a)
{
    (void)t;
    (void)a;
    return STEP_CONTINUE;
}

/* --- fourth: SYN --- */

/* RFC 5961 section 4.2: whatever its number, only the true peer can say what it means by it. */
enum step check_syn(struct tcb *t, struct arrival *a)
{
    if (!a->syn)
        return STEP_CONTINUE;
    if (t->state == STATE_SYN_RECEIVED && t->passive)
        connection_listen_again(t);
    else
        connection_challenge(t, a->now);
    return STEP_STOP;
}
