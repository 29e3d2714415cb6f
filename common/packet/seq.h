/* Sequence numbers (RFC 9293 section 3.4): positions on a circle of 2^32 octets.
 *
 * They live in a struct of one field, so that `<` between two of them does not compile: the only
 * comparisons are the ones below, which are right across the wrap as long as the two lie less
 * than half the circle apart. Pure. */
#ifndef PACKET_SEQ_H
#define PACKET_SEQ_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
    uint32_t value;
} seq_t;

static inline seq_t seq_make(uint32_t value)
{
    return (seq_t){value};
}

static inline seq_t seq_add(seq_t a, uint32_t n)
{
    return (seq_t){a.value + n};
}

static inline seq_t seq_sub(seq_t a, uint32_t n)
{
    return (seq_t){a.value - n};
}

/* How far `to` lies after `from`; negative when before. */
static inline int32_t seq_diff(seq_t to, seq_t from)
{
    return (int32_t)(to.value - from.value);
}

/* Octets from `from` up to `to`; the caller knows that `to` is not before `from`. */
static inline uint32_t seq_distance(seq_t from, seq_t to)
{
    return to.value - from.value;
}

static inline bool seq_eq(seq_t a, seq_t b)
{
    return a.value == b.value;
}

static inline bool seq_lt(seq_t a, seq_t b)
{
    return seq_diff(a, b) < 0;
}

static inline bool seq_le(seq_t a, seq_t b)
{
    return seq_diff(a, b) <= 0;
}

static inline bool seq_gt(seq_t a, seq_t b)
{
    return seq_diff(a, b) > 0;
}

static inline bool seq_ge(seq_t a, seq_t b)
{
    return seq_diff(a, b) >= 0;
}

static inline seq_t seq_max(seq_t a, seq_t b)
{
    return seq_gt(a, b) ? a : b;
}

static inline seq_t seq_min(seq_t a, seq_t b)
{
    return seq_lt(a, b) ? a : b;
}

/* True when start <= s < start + len. */
static inline bool seq_in_window(seq_t s, seq_t start, uint32_t len)
{
    return s.value - start.value < len;
}

#endif
