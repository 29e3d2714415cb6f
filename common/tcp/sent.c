/* The problem: an ACK is a bare number; to learn from it one must know what was sent, and when.
 * The rule: sequence space from SND.UNA to SND.NXT is cut into ranges, and within one every octet
 *   was sent at the same time, as often, and with the same fate.
 * RFC 9293 section 3.4.1, RFC 6298 section 3 (Karn), RFC 2018 section 5, RFC 6675 section 3.
 * Seen in: tests/unit/tcp/test_sent.c; experiments exp-sequence-ack, exp-rto-estimate. */
#include "tcp/sent.h"

#include <assert.h>
#include <stddef.h>

void sent_init(struct sent *s, struct sent_range *ranges, uint32_t cap, seq_t iss)
{
    assert(cap >= 4);
    *s = (struct sent){.una = iss,
                       .nxt = iss,
                       .ranges = ranges,
                       .cap = cap,
                       .sacked_to = iss,
                       .lost_to = iss,
                       .pushed_to = seq_add(iss, 1)};
}

static struct sent_range *range_at(const struct sent *s, uint32_t position)
{
    uint32_t until_wrap = s->cap - s->head;
    return &s->ranges[position < until_wrap ? s->head + position : position - until_wrap];
}

const struct sent_range *sent_at(const struct sent *s, uint32_t position)
{
    return range_at(s, position);
}

void sent_grow(struct sent *s, struct sent_range *ranges, uint32_t cap)
{
    assert(cap >= s->count);
    for (uint32_t i = 0; i < s->count; i++)
        ranges[i] = *range_at(s, i);
    s->ranges = ranges;
    s->cap = cap;
    s->head = 0;
}

static seq_t end_of(const struct sent_range *r)
{
    return seq_add(r->seq, r->len);
}

uint32_t sent_position(const struct sent *s, seq_t seq)
{
    if (seq_lt(seq, s->una) || seq_ge(seq, s->nxt))
        return s->count;
    uint32_t low = 0, high = s->count - 1;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (seq_le(end_of(range_at(s, middle)), seq))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The tallies follow every change: a range is taken out of them before, and put back after. */
static void uncount(struct sent *s, const struct sent_range *r)
{
    s->sacked -= r->sacked ? r->len : 0;
    s->lost -= r->lost ? r->len : 0;
    s->resent -= r->resent ? r->len : 0;
}

static void count(struct sent *s, const struct sent_range *r)
{
    s->sacked += r->sacked ? r->len : 0;
    s->lost += r->lost ? r->len : 0;
    s->resent += r->resent ? r->len : 0;
}

/* Makes room for one range at `position`, moving whichever side of it is shorter. */
static void open_gap(struct sent *s, uint32_t position)
{
    assert(s->count < s->cap);
    s->count++;
    if (position < s->count / 2) {
        s->head = s->head > 0 ? s->head - 1 : s->cap - 1;
        for (uint32_t i = 0; i < position; i++)
            *range_at(s, i) = *range_at(s, i + 1);
    } else {
        for (uint32_t i = s->count - 1; i > position; i--)
            *range_at(s, i) = *range_at(s, i - 1);
    }
}

/* Takes out `n` ranges from `position` on, moving the shorter side. */
static void close_gap(struct sent *s, uint32_t position, uint32_t n)
{
    if (n == 0)
        return;
    if (position < s->count - n - position) {
        for (uint32_t i = position; i > 0; i--)
            *range_at(s, i - 1 + n) = *range_at(s, i - 1);
        s->head = s->head + n < s->cap ? s->head + n : s->head + n - s->cap;
    } else {
        for (uint32_t i = position; i + n < s->count; i++)
            *range_at(s, i) = *range_at(s, i + n);
    }
    s->count -= n;
}

/* Lets a range begin at `seq` and returns its position. Where no room is left to cut, that of the
 * range around it, or with `skip` of the one after. */
static uint32_t cut(struct sent *s, seq_t seq, bool skip)
{
    uint32_t position = sent_position(s, seq);
    if (position == s->count || seq_eq(range_at(s, position)->seq, seq))
        return position;
    if (s->count == s->cap)
        return position + skip;

    open_gap(s, position + 1);
    struct sent_range *low = range_at(s, position);
    struct sent_range *high = range_at(s, position + 1);
    *high = *low;
    low->len = seq_distance(low->seq, seq);
    low->pushed = false;
    high->len -= low->len;
    high->seq = seq;
    return position + 1;
}

/* `b` could go on where `a` ends. */
static bool are_alike(const struct sent_range *a, const struct sent_range *b)
{
    return !a->pushed && a->sent_us == b->sent_us && a->times_sent == b->times_sent &&
           a->sacked == b->sacked && a->lost == b->lost && a->resent == b->resent;
}

/* Joins neighbours that do not differ any more, among those at [from, to) and beside them. */
static void join(struct sent *s, uint32_t from, uint32_t to)
{
    for (uint32_t i = to; i > 0 && i >= from; i--) {
        struct sent_range *before = range_at(s, i - 1);
        if (i >= s->count || !are_alike(before, range_at(s, i)))
            continue;
        before->len += range_at(s, i)->len;
        before->pushed = range_at(s, i)->pushed;
        close_gap(s, i, 1);
    }
}

bool sent_is_tight(const struct sent *s)
{
    return s->count >= s->cap - s->cap / 4;
}

bool sent_new(struct sent *s, uint32_t len, usec_t now)
{
    struct sent_range range = {.seq = s->nxt, .len = len, .sent_us = now, .times_sent = 1};
    struct sent_range *last = s->count > 0 ? range_at(s, s->count - 1) : NULL;
    if (last && are_alike(last, &range)) {
        last->len += len;
    } else {
        if (sent_is_tight(s))
            return false;
        s->count++;
        *range_at(s, s->count - 1) = range;
    }
    s->nxt = seq_add(s->nxt, len);
    return true;
}

void sent_push(struct sent *s)
{
    range_at(s, s->count - 1)->pushed = true;
    s->pushed_to = s->nxt;
}

bool sent_is_pushed(const struct sent *s, seq_t end)
{
    uint32_t position = sent_position(s, seq_sub(end, 1));
    if (position == s->count)
        return false;
    const struct sent_range *r = range_at(s, position);
    return r->pushed && seq_eq(end_of(r), end);
}

void sent_again(struct sent *s, struct sent_piece piece, usec_t now)
{
    uint32_t from = cut(s, piece.seq, false);
    uint32_t to = cut(s, seq_add(piece.seq, piece.len), true);
    for (uint32_t i = from; i < to; i++) {
        struct sent_range *r = range_at(s, i);
        if (r->sacked)
            continue;
        uncount(s, r);
        r->sent_us = now;
        r->times_sent = (uint8_t)(r->times_sent + (r->times_sent < UINT8_MAX));
        r->resent = true;
        count(s, r);
    }
    join(s, from, to);
}

/* The octets of `r` before `end` were delivered, and not known to be so before. */
static void learn_of_delivery(const struct sent_range *r, seq_t end, struct sent_news *news)
{
    struct sent_latest *latest = r->times_sent > 1 ? &news->again : &news->once;
    if (latest == &news->once && (!latest->any || seq_lt(end, news->lowest_end)))
        news->lowest_end = end;
    bool later =
        r->sent_us > latest->sent_us || (r->sent_us == latest->sent_us && seq_gt(end, latest->end));
    if (!latest->any || later)
        *latest = (struct sent_latest){.any = true, .sent_us = r->sent_us, .end = end};
    news->delivered += seq_distance(r->seq, end);
}

/* The first `n` octets of the range are acknowledged. */
static void learn_from_ack(const struct sent_range *r, uint32_t n, struct sent_news *news)
{
    news->acked += n;
    if (!r->sacked)
        learn_of_delivery(r, seq_add(r->seq, n), news);
    if (r->times_sent > 1) {
        news->resent = true;
    } else if (!r->sacked && !news->has_sample) { /* the oldest: it waited longest for its ACK */
        news->has_sample = true;
        news->sample_sent_us = r->sent_us;
    }
}

void sent_ack(struct sent *s, seq_t ack, struct sent_news *news)
{
    assert(seq_le(ack, s->nxt));
    while (s->count > 0 && seq_lt(range_at(s, 0)->seq, ack)) {
        struct sent_range *r = range_at(s, 0);
        seq_t reached = seq_min(end_of(r), ack);
        uint32_t n = seq_distance(r->seq, reached);
        learn_from_ack(r, n, news);
        uncount(s, r);
        r->seq = reached;
        r->len -= n;
        count(s, r);
        if (r->len == 0)
            close_gap(s, 0, 1);
    }
    news->has_sample = news->has_sample && !news->resent; /* Karn, RFC 6298 section 3 */
    s->una = seq_max(s->una, ack);
    s->sacked_to = seq_max(s->sacked_to, s->una);
    s->lost_to = seq_max(s->lost_to, s->una);
}

/* Joins the SACKed ranges at [from, to) with each other and with SACKed neighbours: when they were
 * sent does not matter any more. */
static void join_sacked(struct sent *s, uint32_t from, uint32_t to)
{
    if (from > 0 && range_at(s, from - 1)->sacked)
        from--;
    if (to < s->count && range_at(s, to)->sacked)
        to++;
    struct sent_range *first = range_at(s, from);
    for (uint32_t i = from + 1; i < to; i++) {
        const struct sent_range *r = range_at(s, i);
        first->len += r->len;
        first->pushed = r->pushed;
        first->times_sent = r->times_sent > first->times_sent ? r->times_sent : first->times_sent;
    }
    close_gap(s, from + 1, to - from - 1);
}

void sent_mark_sacked(struct sent *s, seq_t start, seq_t end, struct sent_news *news)
{
    start = seq_max(start, s->una);
    end = seq_min(end, s->nxt);
    uint32_t position = sent_position(s, start);
    if (position == s->count || seq_ge(start, end)) /* a lie may span half the circle */
        return;
    const struct sent_range *around = range_at(s, position);
    if (around->sacked && seq_le(end, end_of(around))) /* an old block told again */
        return;

    uint32_t from = cut(s, start, true);
    uint32_t to = cut(s, end, false);
    for (uint32_t i = from; i < to; i++) {
        struct sent_range *r = range_at(s, i);
        if (r->sacked)
            continue;
        uncount(s, r);
        r->sacked = true;
        r->lost = r->resent = false;
        count(s, r);
        news->sacked += r->len;
        learn_of_delivery(r, end_of(r), news);
    }
    if (from >= to)
        return;
    s->sacked_to = seq_max(s->sacked_to, end_of(range_at(s, to - 1)));
    join_sacked(s, from, to);
}

void sent_mark_lost(struct sent *s, seq_t end)
{
    end = seq_min(end, s->nxt);
    if (seq_le(end, s->lost_to))
        return;
    uint32_t to = cut(s, end, false);
    for (uint32_t i = sent_position(s, s->lost_to); i < to; i++) {
        struct sent_range *r = range_at(s, i);
        uncount(s, r);
        r->lost = !r->sacked;
        count(s, r);
    }
    s->lost_to = end;
    join(s, to, to); /* where the cut went through a SACKed range */
}

void sent_mark_lost_again(struct sent *s, uint32_t position)
{
    struct sent_range *r = range_at(s, position);
    assert(r->lost && r->resent);
    r->resent = false;
    s->resent -= r->len;
}

/* Originals leave in the order of their numbers: behind the first that is too young all are. */
void sent_mark_timed_out(struct sent *s, usec_t latest)
{
    uint32_t i = 0;
    for (; i < s->count; i++) {
        struct sent_range *r = range_at(s, i);
        bool old = i == 0 || r->sent_us <= latest;
        if (r->sacked)
            continue;
        if (!old && r->times_sent == 1)
            break;
        uncount(s, r);
        r->lost = true;
        r->resent = !old;
        count(s, r);
    }
    s->lost_to = seq_max(s->lost_to, i < s->count ? range_at(s, i)->seq : s->nxt);
}

void sent_mark_all_lost(struct sent *s)
{
    for (uint32_t i = 0; i < s->count; i++) {
        struct sent_range *r = range_at(s, i);
        r->sacked = r->resent = false;
        r->lost = true;
    }
    s->sacked = s->resent = 0;
    s->lost = sent_flight(s);
    s->sacked_to = s->una;
    s->lost_to = s->nxt;
}
