/* The problem: the network delivers segments in any order, and some twice.
 * The rule: remember the ranges that arrived early, joined where they touch, and swallow them when
 *   the hole before them is filled.
 * RFC 9293 section 3.10.7.4 (SHLD-31: hold segments beyond RCV.NXT for later), RFC 2018 section 8.
 * Seen in: tests/unit/tcp/test_reasm.c; experiments exp-sequence-ack, exp-fast-retransmit. */
#include "tcp/reasm.h"

#include <assert.h>
#include <string.h>

void reasm_init(struct reasm *r, struct reasm_range *ranges, uint16_t cap)
{
    *r = (struct reasm){.ranges = ranges, .cap = cap};
}

void reasm_grow(struct reasm *r, struct reasm_range *ranges, uint16_t cap)
{
    assert(cap >= r->count);
    if (r->count > 0)
        memcpy(ranges, r->ranges, r->count * sizeof(*ranges));
    r->ranges = ranges;
    r->cap = cap;
}

/* The first range that does not end before `seq`: it holds, touches or follows it. */
static uint16_t first_reaching(const struct reasm *r, seq_t seq)
{
    uint16_t low = 0, high = r->count;
    while (low < high) {
        uint16_t middle = (uint16_t)((low + high) / 2);
        if (seq_lt(r->ranges[middle].end, seq))
            low = (uint16_t)(middle + 1);
        else
            high = middle;
    }
    return low;
}

static void remove_ranges(struct reasm *r, uint16_t at, uint16_t n)
{
    uint16_t behind = (uint16_t)(r->count - at - n);
    memmove(&r->ranges[at], &r->ranges[at + n], behind * sizeof(*r->ranges));
    r->count = (uint16_t)(r->count - n);
}

static bool insert(struct reasm *r, uint16_t at, struct reasm_range range)
{
    if (r->count == r->cap) {
        if (at == r->count)
            return false;
        r->count--; /* the farthest */
    }
    memmove(&r->ranges[at + 1], &r->ranges[at], (size_t)(r->count - at) * sizeof(*r->ranges));
    r->ranges[at] = range;
    r->count++;
    return true;
}

bool reasm_add(struct reasm *r, seq_t start, seq_t end)
{
    assert(seq_lt(start, end));
    uint16_t at = first_reaching(r, start);
    uint16_t joined = 0;
    while (at + joined < r->count && seq_le(r->ranges[at + joined].start, end))
        joined++;
    if (joined == 0)
        return insert(r, at, (struct reasm_range){start, end});

    struct reasm_range *range = &r->ranges[at];
    range->start = seq_min(range->start, start);
    range->end = seq_max(r->ranges[at + joined - 1].end, end);
    remove_ranges(r, (uint16_t)(at + 1), (uint16_t)(joined - 1));
    return true;
}

void reasm_on_fin(struct reasm *r, seq_t seq)
{
    if (r->has_fin)
        return;
    r->has_fin = true;
    r->fin = seq;
}

seq_t reasm_advance(struct reasm *r, seq_t nxt)
{
    uint16_t reached = 0;
    while (reached < r->count && seq_le(r->ranges[reached].start, nxt)) {
        nxt = seq_max(nxt, r->ranges[reached].end);
        reached++;
    }
    if (reached > 0)
        remove_ranges(r, 0, reached);
    return r->has_fin ? seq_min(nxt, r->fin) : nxt;
}

bool reasm_fin_reached(const struct reasm *r, seq_t nxt)
{
    return r->has_fin && seq_eq(r->fin, nxt);
}

const struct reasm_range *reasm_find(const struct reasm *r, seq_t seq)
{
    uint16_t at = first_reaching(r, seq_add(seq, 1));
    if (at == r->count || seq_gt(r->ranges[at].start, seq))
        return NULL;
    return &r->ranges[at];
}

const struct reasm_range *reasm_overlapping(const struct reasm *r, seq_t start, seq_t end)
{
    uint16_t at = first_reaching(r, seq_add(start, 1));
    return at < r->count && seq_lt(r->ranges[at].start, end) ? &r->ranges[at] : NULL;
}
