/* The problem: a segment can mean something different in each of eleven states.
 * The rule: four procedures, for CLOSED, LISTEN, SYN-SENT and all others, each in the order in
 *   which the RFC tells it; the last is a list of eight steps.
 * RFC 9293 section 3.10.7.
 * Seen in: tests/story/test_input.c, tests/story/test_handshake.c, tests/story/test_grid.c;
 *   experiment exp-handshake. */
#include "tcp/input.h"

#include <errno.h>

#include "tcp/connection.h"
#include "tcp/tcp.h"

struct arrival arrival_of(const struct segment *seg, usec_t now)
{
    return (struct arrival){
        .seg = seg,
        .now = now,
        .seq = seq_add(seg->seq, (seg->flags & TCP_SYN) != 0),
        .text = {seg->text[0], seg->text[1]},
        .syn = (seg->flags & TCP_SYN) != 0,
        .fin = (seg->flags & TCP_FIN) != 0,
    };
}

uint32_t arrival_text_len(const struct arrival *a)
{
    return (uint32_t)(a->text[0].len + a->text[1].len);
}

/* --- section 3.10.7.1 --- */

static void arrives_in_closed(struct tcb *t, const struct segment *seg)
{
    connection_answer_reset(t, seg);
}

/* --- section 3.10.7.2 --- */

/* Differs: text and FIN on a SYN are not kept for later. The peer sends them again after the
 * handshake, and strangers cannot make us store anything (the choice of section 3.5). */
static void arrives_in_listen(struct tcb *t, const struct segment *seg, usec_t now)
{
    if (seg->flags & TCP_RST) /* first */
        return;
    if (seg->flags & TCP_ACK) { /* second */
        connection_answer_reset(t, seg);
        return;
    }
    if (!(seg->flags & TCP_SYN)) /* third, and fourth */
        return;
    t->passive = true;
    connection_choose_iss(t, now);
    connection_take_syn(t, seg, now);
    state_enter(t, STATE_SYN_RECEIVED);
}

/* --- section 3.10.7.4 --- */

static enum step (*const steps[])(struct tcb *, struct arrival *) = {
    check_sequence, /* first */
    check_reset,    /* second */
    check_security, /* third */
    check_syn,      /* fourth */
    check_ack,      /* fifth */
    check_urgent,   /* sixth */
    take_text,      /* seventh */
    check_fin,      /* eighth */
};

enum { FROM_THE_FIRST = 0, FROM_THE_SIXTH = 5 };

static void walk(struct tcb *t, struct arrival *a, size_t from)
{
    for (size_t i = from; i < ARRAY_LEN(steps); i++)
        if (steps[i](t, a) == STEP_STOP)
            return;
}

/* --- section 3.10.7.3 --- */

static bool acknowledges_syn(const struct tcb *t, const struct segment *seg)
{
    return seq_gt(seg->ack, t->snd.iss) && seq_le(seg->ack, t->sent.nxt);
}

static void finish_handshake(struct tcb *t, struct arrival *a)
{
    acknowledge_syn(t, a);
    connection_establish(t);
    delack_hurry(&t->delack);
    walk(t, a, FROM_THE_SIXTH);
}

/* Both sides have opened at once: the SYN goes out again, now with an ACK. */
static void cross_opens(struct tcb *t)
{
    state_enter(t, STATE_SYN_RECEIVED);
    sent_mark_all_lost(&t->sent);
}

static void arrives_in_syn_sent(struct tcb *t, struct arrival *a)
{
    const struct segment *seg = a->seg;
    bool has_ack = (seg->flags & TCP_ACK) != 0;

    if (has_ack && !acknowledges_syn(t, seg)) { /* first */
        connection_answer_reset(t, seg);
        return;
    }
    if (seg->flags & TCP_RST) { /* second */
        if (has_ack)
            connection_end(t, -ECONNREFUSED);
        return;
    }
    /* third: security, see check_security */
    if (!(seg->flags & TCP_SYN)) /* fifth */
        return;

    connection_take_syn(t, seg, a->now); /* fourth */
    if (has_ack)
        finish_handshake(t, a);
    else
        cross_opens(t);
}

/* Differs, where asked for: the first step would answer such a segment outside the window. */
static bool is_overlooked(const struct tcb *t, const struct segment *seg)
{
    return t->config->as_linux.needs_ack && !(seg->flags & (TCP_ACK | TCP_RST | TCP_SYN)) &&
           t->state != STATE_SYN_RECEIVED && t->state != STATE_TIME_WAIT;
}

void tcp_on_segment(struct tcb *t, const struct segment *seg, usec_t now)
{
    struct arrival a = arrival_of(seg, now);
    switch (t->state) {
    case STATE_CLOSED:
        arrives_in_closed(t, seg);
        return;
    case STATE_LISTEN:
        arrives_in_listen(t, seg, now);
        return;
    case STATE_SYN_SENT:
        arrives_in_syn_sent(t, &a);
        return;
    default: /* the other eight differ only within the steps */
        if (!is_overlooked(t, seg))
            walk(t, &a, FROM_THE_FIRST);
        return;
    }
}
