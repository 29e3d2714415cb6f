/* A sender in the middle of a transfer, for the tests of loss recovery: ten segments of SMSS octets
 * are outstanding, and text counts from `first`. */
#ifndef TESTS_UNIT_TCP_SENDER_H
#define TESTS_UNIT_TCP_SENDER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/recovery.h"
#include "twins.h"

enum { SMSS = 100, CAP = 64 };
static struct sent_range memory[CAP];

struct sender {
    struct recovery recovery;
    struct sent sent;
    seq_t first;
};

static inline struct sender sender_with(seq_t first, bool sack)
{
    struct sender x = {.first = first};
    recovery_init(&x.recovery, seq_sub(first, 1), sack);
    sent_init(&x.sent, memory, CAP, first);
    for (int i = 0; i < 10; i++)
        sent_new(&x.sent, SMSS, MS(i));
    return x;
}

/* An ACK of everything before `to`, reporting [from, end) if that is not empty. */
static inline enum recovery_event ack(struct sender *x, uint32_t to, uint32_t from, uint32_t end)
{
    struct sent_news news = {0};
    seq_t una = x->sent.una;
    sent_ack(&x->sent, seq_add(x->first, to), &news);
    if (end > from)
        sent_mark_sacked(&x->sent, seq_add(x->first, from), seq_add(x->first, end), &news);
    const struct recovery_ack a = {
        .news = &news, .duplicate = seq_eq(una, seq_add(x->first, to)), .smss = SMSS};
    return recovery_on_ack(&x->recovery, &x->sent, &a);
}

static inline enum recovery_event duplicate(struct sender *x)
{
    return ack(x, seq_distance(x->first, x->sent.una), 0, 0);
}

static inline enum recovery_pick next(struct sender *x, uint32_t cwnd, bool has_new, uint32_t *at)
{
    const struct recovery_room room = {.cwnd = cwnd, .smss = SMSS, .has_new = has_new};
    struct sent_piece piece = {.len = 0};
    enum recovery_pick pick = recovery_next(&x->recovery, &x->sent, &room, SECONDS(1), &piece);
    *at = pick == RECOVERY_AGAIN ? seq_distance(x->first, piece.seq) : piece.len;
    return pick;
}

static inline void assert_again(struct sender *x, uint32_t cwnd, bool has_new, uint32_t expected)
{
    uint32_t at;
    assert_int_equal(next(x, cwnd, has_new, &at), RECOVERY_AGAIN);
    assert_int_equal(at, expected);
}

static inline void assert_new(struct sender *x, uint32_t cwnd, uint32_t expected)
{
    uint32_t len;
    assert_int_equal(next(x, cwnd, true, &len), RECOVERY_NEW);
    assert_int_equal(len, expected);
}

static inline void assert_waits(struct sender *x, uint32_t cwnd, bool has_new)
{
    uint32_t at;
    assert_int_equal(next(x, cwnd, has_new, &at), RECOVERY_WAIT);
}

#endif
