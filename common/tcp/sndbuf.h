/* The send buffer: a ring of octets from SND.UNA on, in memory handed in.
 *
 * It maps sequence numbers to octets of text. SYN and FIN occupy sequence numbers but are not
 * octets: the SYN lies before `start`, the FIN after `end`, and asking for their span gives
 * nothing. Spans point into the ring and hold only until the next ack or grow: copy or send them
 * before the connection's lock is released. Pure. */
#ifndef TCP_SNDBUF_H
#define TCP_SNDBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "packet/seq.h"

struct sndbuf {
    uint8_t *mem;
    uint32_t cap;  /* octets at mem */
    uint32_t head; /* where the octet `start` lies */
    uint32_t len;  /* octets held */
    seq_t start;   /* sequence number of the first octet held */
    bool closed;   /* the user will append no more: a FIN follows the last octet */
};

/* An empty buffer whose first octet will be `start` (ISS + 1). `mem` may be NULL with `cap` 0. */
void sndbuf_init(struct sndbuf *b, uint8_t *mem, uint32_t cap, seq_t start);

/* Moves the octets to `mem`, of at least sndbuf_len octets; the old memory is the caller's again.
 */
void sndbuf_grow(struct sndbuf *b, uint8_t *mem, uint32_t cap);

/* Takes as much of the data as fits; returns how much. Not after sndbuf_close. */
uint32_t sndbuf_append(struct sndbuf *b, const void *data, size_t len);

/* No more will be appended: the FIN takes the sequence number after the last octet. */
void sndbuf_close(struct sndbuf *b);

/* Everything before `una` was acknowledged; `una` may lie past the FIN. */
void sndbuf_ack(struct sndbuf *b, seq_t una);

/* The text in [seq, seq + len), cut to what is held, as at most two spans; returns its octets. */
uint32_t sndbuf_spans(const struct sndbuf *b, seq_t seq, uint32_t len, struct span out[2]);

/* The sequence number after the last octet of text; with a FIN queued, the FIN's own. */
static inline seq_t sndbuf_end(const struct sndbuf *b)
{
    return seq_add(b->start, b->len);
}

/* The sequence number after everything there is to send, the FIN included. */
static inline seq_t sndbuf_limit(const struct sndbuf *b)
{
    return seq_add(b->start, b->len + b->closed);
}

static inline uint32_t sndbuf_space(const struct sndbuf *b)
{
    return b->cap - b->len;
}

#endif
