/* The problem: users write and read in pieces that have nothing to do with segments.
 * The rule: SEND appends to one ring and RECEIVE takes from another; segments are somebody else's
 *   business, except that reading may open the window.
 * RFC 9293 sections 3.10.2 and 3.10.3, 3.8.5 and 3.8.6.2.2.
 * Seen in: tests/story/test_calls_transfer.c, tests/story/test_urgent.c. */
#include <errno.h>

#include "tcp/connection.h"
#include "tcp/tcp.h"

/* --- SEND: section 3.10.2 --- */

static int why_not_send(struct tcb *t)
{
    if (t->error)
        return tcp_take_error(t);
    return t->opened ? -EPIPE : -ENOTCONN;
}

int64_t tcp_send(struct tcb *t, struct span data, unsigned flags, usec_t now)
{
    if (t->state == STATE_LISTEN)
        tcp_open_active(t, now);
    if (t->error || !state_may_send(t->state) || t->sndbuf.closed)
        return why_not_send(t);
    if (data.len == 0)
        return 0;
    uint32_t taken = sndbuf_append(&t->sndbuf, data.data, data.len);
    if (taken == 0)
        return -EAGAIN;
    nagle_on_write(&t->nagle);
    if (flags & TCP_CALL_URGENT)
        urgent_mark(&t->snd_urgent, sndbuf_end(&t->sndbuf));
    return taken;
}

/* --- RECEIVE: section 3.10.3 --- */

/* The sequence number of the next octet the user will read. */
static seq_t next_read(const struct tcb *t)
{
    seq_t end = t->rcv.nxt;
    if (t->reasm.has_fin && seq_gt(end, t->reasm.fin)) /* the FIN is no octet */
        end = t->reasm.fin;
    return seq_sub(end, t->rcvbuf.ready);
}

/* Steps over the urgent octet, which the user gets by tcp_receive_urgent. */
static void skip_urgent_octet(struct tcb *t)
{
    uint8_t octet;
    if (!t->oob_inline && t->rcvbuf.ready > 0 && tcp_at_mark(t))
        rcvbuf_read(&t->rcvbuf, &octet, 1);
}

bool tcp_at_mark(const struct tcb *t)
{
    return urgent_distance(&t->rcv_urgent, next_read(t)) == 1;
}

/* How far a single call may read: up to the urgent octet. If that is in line, the next call begins
 * with it. */
static size_t readable(const struct tcb *t, size_t cap)
{
    uint32_t distance = urgent_distance(&t->rcv_urgent, next_read(t));
    size_t most = min_size(cap, t->rcvbuf.ready);
    return distance > 1 ? min_size(most, distance - 1) : most;
}

static int64_t nothing_to_read(struct tcb *t)
{
    if (t->reasm.has_fin && seq_gt(t->rcv.nxt, t->reasm.fin))
        return 0; /* a reset behind the end concerns only who writes */
    if (t->error)
        return tcp_take_error(t);
    switch (t->state) {
    case STATE_CLOSED:
        return t->opened ? 0 : -ENOTCONN;
    case STATE_LISTEN:
        return -ENOTCONN;
    case STATE_SYN_SENT:
    case STATE_SYN_RECEIVED:
    case STATE_ESTABLISHED:
    case STATE_FIN_WAIT_1:
    case STATE_FIN_WAIT_2:
        return -EAGAIN;
    default: /* the peer's FIN has come: CLOSE-WAIT, CLOSING, LAST-ACK, TIME-WAIT */
        return 0;
    }
}

/* Section 3.8.6.2.2: the room won is worth telling when it is worth a segment. */
static void offer_room(struct tcb *t)
{
    if (state_may_receive(t->state) &&
        rcvwnd_update_due(&t->rcvwnd, t->rcv.nxt, t->rcvbuf.ready, t->snd.mss))
        delack_hurry(&t->delack);
}

int64_t tcp_receive(struct tcb *t, struct buffer out, unsigned flags)
{
    skip_urgent_octet(t);
    size_t len = readable(t, out.cap);
    if (len == 0)
        return out.cap > 0 ? nothing_to_read(t) : 0;
    if (flags & TCP_CALL_PEEK)
        return rcvbuf_peek(&t->rcvbuf, out.data, len);
    uint32_t taken = rcvbuf_read(&t->rcvbuf, out.data, len);
    urgent_on_read(&t->rcv_urgent, next_read(t));
    t->oob_held &= t->rcv_urgent.pending; /* who passes it by has lost it, as on Linux */
    offer_room(t);
    return taken;
}

/* MUST-32: the peer has set a mark, and its octet is still to come. */
static bool mark_lies_ahead(const struct tcb *t)
{
    return t->rcv_urgent.pending && !t->oob_held && seq_gt(t->rcv_urgent.up, t->rcv.nxt);
}

int tcp_receive_urgent(struct tcb *t, uint8_t *octet, unsigned flags)
{
    if (!t->oob_inline && mark_lies_ahead(t))
        return -EAGAIN;
    if (!t->oob_held || t->oob_inline)
        return -EINVAL;
    *octet = t->oob;
    if (!(flags & TCP_CALL_PEEK))
        t->oob_held = false;
    return 1;
}

/* --- readiness --- */

static bool has_ended(const struct tcb *t)
{
    return t->opened && t->state != STATE_LISTEN && t->state != STATE_SYN_SENT &&
           t->state != STATE_SYN_RECEIVED && !state_may_receive(t->state);
}

unsigned tcp_readiness(const struct tcb *t)
{
    bool over = t->opened && t->state == STATE_CLOSED;
    bool connected = state_is_synchronized(t->state);
    unsigned ready = 0;
    if (t->rcvbuf.ready > 0 || has_ended(t))
        ready |= TCP_READABLE;
    if (over || (connected && (t->sndbuf.closed || t->sndbuf.len < t->send_limit)))
        ready |= TCP_WRITABLE;
    if (t->error)
        ready |= TCP_ERROR;
    if (over || (has_ended(t) && t->sndbuf.closed))
        ready |= TCP_HUNG_UP;
    if (t->oob_held || mark_lies_ahead(t))
        ready |= TCP_OOB;
    return ready;
}
