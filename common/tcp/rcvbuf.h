/* The receive buffer: a ring in memory handed in. In front the octets the user may read, behind
 * them, at their final place, octets that arrived out of order.
 *
 * It may be smaller than what the window offers, and grows only when used: rcvbuf_wants tells how
 * much memory a segment needs. Octets that find no memory are not taken, and the peer sends them
 * again. Pure. */
#ifndef TCP_RCVBUF_H
#define TCP_RCVBUF_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

struct rcvbuf {
    uint8_t *mem;
    uint32_t cap;
    uint32_t head;  /* where the first readable octet lies */
    uint32_t ready; /* readable octets */
};

/* `mem` may be NULL with `cap` 0. */
void rcvbuf_init(struct rcvbuf *b, uint8_t *mem, uint32_t cap);

/* Moves all octets, the waiting ones too, to `mem` of at least the old size; the old memory is the
 * caller's again. */
void rcvbuf_grow(struct rcvbuf *b, uint8_t *mem, uint32_t cap);

/* Stores `data` at `offset` octets behind the readable ones (behind RCV.NXT). Returns how many
 * octets fit; none are readable before rcvbuf_commit. */
uint32_t rcvbuf_place(struct rcvbuf *b, uint32_t offset, struct span data);

/* The next `len` octets behind the readable ones have all arrived: they become readable. */
void rcvbuf_commit(struct rcvbuf *b, uint32_t len);

/* Takes up to `len` readable octets; returns how many. */
uint32_t rcvbuf_read(struct rcvbuf *b, void *out, size_t len);

/* The same without taking them: MSG_PEEK. */
uint32_t rcvbuf_peek(const struct rcvbuf *b, void *out, size_t len);

/* The memory needed to place `end` octets behind the readable ones: rcvbuf_grow when above cap. */
static inline uint32_t rcvbuf_wants(const struct rcvbuf *b, uint32_t end)
{
    return b->ready + end;
}

static inline uint32_t rcvbuf_space(const struct rcvbuf *b)
{
    return b->cap - b->ready;
}

#endif
