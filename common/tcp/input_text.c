/* The problem: text comes in pieces, late, twice and out of order, and the end of the stream may
 *   come before the middle.
 * The rule: text goes to its place in the receive ring at once; RCV.NXT moves over whatever is
 *   complete, and the FIN counts only when RCV.NXT stands at it.
 * RFC 9293 section 3.10.7.4 sixth to eighth, sections 3.8.5 and 3.8.6.3; RFC 5681 section 4.2.
 * Seen in: tests/story/test_input_text.c, tests/story/test_urgent.c. */
#include <errno.h>

#include "tcp/connection.h"
#include "tcp/input.h"

/* --- sixth: URG --- */

enum step check_urgent(struct tcb *t, struct arrival *a)
{
    const struct segment *seg = a->seg;
    if (!(seg->flags & TCP_URG) || !state_may_receive(t->state))
        return STEP_CONTINUE;
    if (urgent_on_segment(&t->rcv_urgent, seg->seq, seg->urg_ptr, t->rcv.nxt))
        t->oob_held = false; /* a new mark: the octet before the old one is not special any more */
    return STEP_CONTINUE;
}

/* --- seventh: text --- */

static uint8_t octet_at(const struct arrival *a, uint32_t offset)
{
    const struct span *first = &a->text[0];
    return offset < first->len ? first->data[offset] : a->text[1].data[offset - first->len];
}

/* The BSD interface hands out the one octet before the mark by itself. */
static void keep_urgent_octet(struct tcb *t, const struct arrival *a)
{
    seq_t at = seq_sub(t->rcv_urgent.up, 1);
    if (!t->rcv_urgent.pending || !seq_in_window(at, a->seq, arrival_text_len(a)))
        return;
    t->oob = octet_at(a, seq_distance(a->seq, at));
    t->oob_held = true;
}

/* Puts the text into the ring; returns how many octets found memory. */
static uint32_t place(struct tcb *t, const struct arrival *a)
{
    uint32_t offset = seq_distance(t->rcv.nxt, a->seq);
    uint32_t taken = rcvbuf_place(&t->rcvbuf, offset, a->text[0]);
    if (taken == a->text[0].len)
        taken += rcvbuf_place(&t->rcvbuf, offset + taken, a->text[1]);
    return taken;
}

static void advance(struct tcb *t, const struct arrival *a, uint32_t len)
{
    bool had_holes = !reasm_empty(&t->reasm);
    seq_t nxt = reasm_advance(&t->reasm, seq_add(t->rcv.nxt, len));
    rcvbuf_commit(&t->rcvbuf, seq_distance(t->rcv.nxt, nxt));
    t->rcv.nxt = nxt;
    delack_on_text(&t->delack, len, t->rcv.mss, had_holes, a->now);
}

static void put_aside(struct tcb *t, const struct arrival *a, uint32_t len)
{
    if (len > 0 && reasm_add(&t->reasm, a->seq, seq_add(a->seq, len)))
        sack_report_on_arrival(&t->sack, &t->reasm, a->seq);
    delack_hurry(&t->delack); /* RFC 5681 section 4.2: a duplicate ACK tells of the hole */
}

/* What the peer fills a segment with, as far as it has shown. */
static void learn_peer_segment(struct tcb *t, const struct arrival *a)
{
    uint32_t len = a->seg->gso_size ? a->seg->gso_size : arrival_text_len(a);
    if (len > t->rcv.mss)
        t->rcv.mss = (uint16_t)min_u32(len, t->config->mtu);
}

/* RFC 9293 section 3.6.1: a user who has ended both directions is as good as gone. */
static bool is_lost(const struct tcb *t)
{
    bool ended = t->state == STATE_FIN_WAIT_1 || t->state == STATE_FIN_WAIT_2;
    return t->orphan || (t->deaf && ended);
}

enum step take_text(struct tcb *t, struct arrival *a)
{
    uint32_t len = arrival_text_len(a);
    if (len == 0 || !state_may_receive(t->state))
        return STEP_CONTINUE;
    if (is_lost(t)) { /* SHLD-3: nobody will ever read it, and the peer should know */
        connection_answer_reset(t, a->seg);
        connection_end(t, t->orphan ? 0 : -ECONNRESET);
        return STEP_STOP;
    }
    learn_peer_segment(t, a);
    if (ecn_on_text(&t->ecn, a->seg))
        delack_hurry(&t->delack);
    keep_urgent_octet(t, a);
    uint32_t taken = place(t, a);
    if (taken < len) /* no memory: an ACK at once tells how far it was enough */
        delack_hurry(&t->delack);
    if (seq_eq(a->seq, t->rcv.nxt) && taken > 0)
        advance(t, a, taken);
    else
        put_aside(t, a, taken);
    return STEP_CONTINUE;
}

/* --- eighth: FIN --- */

static void acknowledge_fin(struct tcb *t, usec_t now)
{
    if (t->state == STATE_ESTABLISHED && t->config->as_linux.fin_ack_waits)
        delack_on_fin(&t->delack, now);
    else
        delack_hurry(&t->delack);
}

static void consume_fin(struct tcb *t, usec_t now)
{
    t->rcv.nxt = seq_add(t->rcv.nxt, 1);
    acknowledge_fin(t, now);
    switch (t->state) {
    case STATE_ESTABLISHED:
        state_enter(t, STATE_CLOSE_WAIT);
        return;
    case STATE_FIN_WAIT_1: /* had our FIN been acknowledged, the fifth step would have left here */
        state_enter(t, STATE_CLOSING);
        return;
    case STATE_FIN_WAIT_2:
        connection_enter_time_wait(t, now);
        return;
    default: /* the FIN was consumed before: it lies left of the window */
        return;
    }
}

/* The peer has ended before: its FIN is acknowledged all the same, and nothing else changes. */
static void acknowledge_again(struct tcb *t, usec_t now)
{
    delack_hurry(&t->delack);
    if (t->state == STATE_TIME_WAIT)
        timewait_start(&t->timewait, t->config->time_wait_us, now);
}

/* It takes a number, so beyond a hole it is a block like any other (RFC 2018 section 3): a sender
 * whose last segment is lost hears by that what arrived behind it. */
static void put_fin_aside(struct tcb *t)
{
    seq_t fin = t->reasm.fin;
    delack_hurry(&t->delack);
    if (t->reasm.has_fin && reasm_add(&t->reasm, fin, seq_add(fin, 1)))
        sack_report_on_arrival(&t->sack, &t->reasm, fin);
}

enum step check_fin(struct tcb *t, struct arrival *a)
{
    if (!state_may_receive(t->state)) {
        if (a->fin)
            acknowledge_again(t, a->now);
        return STEP_STOP;
    }
    seq_t fin = seq_add(a->seq, arrival_text_len(a));
    if (a->fin && seq_ge(fin, t->rcv.nxt)) /* else it lies within text that was taken: a liar's */
        reasm_on_fin(&t->reasm, fin);
    if (reasm_fin_reached(&t->reasm, t->rcv.nxt))
        consume_fin(t, a->now);
    else if (a->fin)
        put_fin_aside(t);
    return STEP_CONTINUE;
}
