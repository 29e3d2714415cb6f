/* The problem: what was sent may be needed again, until the peer has acknowledged it.
 * The rule: an octet enters at the end, keeps its sequence number, and leaves only by an ACK.
 * RFC 9293 sections 3.4 and 3.10.2 (SEND), 3.8.1 (retransmission).
 * Seen in: tests/unit/tcp/test_sndbuf.c; experiment exp-byte-stream. */
#include "tcp/sndbuf.h"

#include <assert.h>
#include <string.h>

void sndbuf_init(struct sndbuf *b, uint8_t *mem, uint32_t cap, seq_t start)
{
    *b = (struct sndbuf){.mem = mem, .cap = cap, .start = start};
}

/* Where in the ring the octet lies that is `offset` after the first. */
static uint32_t place(const struct sndbuf *b, uint32_t offset)
{
    uint32_t until_wrap = b->cap - b->head;
    return offset < until_wrap ? b->head + offset : offset - until_wrap;
}

/* Up to two spans for `len` octets from `offset` on; all of them are held. */
static void spans_at(const struct sndbuf *b, uint32_t offset, uint32_t len, struct span out[2])
{
    uint32_t at = place(b, offset);
    uint32_t first = min_u32(len, b->cap - at);
    out[0] = (struct span){.data = b->mem + at, .len = first};
    out[1] = (struct span){.data = b->mem, .len = len - first};
}

void sndbuf_grow(struct sndbuf *b, uint8_t *mem, uint32_t cap)
{
    assert(cap >= b->len);
    if (b->len > 0) {
        struct span old[2];
        spans_at(b, 0, b->len, old);
        memcpy(mem, old[0].data, old[0].len);
        memcpy(mem + old[0].len, old[1].data, old[1].len);
    }
    b->mem = mem;
    b->cap = cap;
    b->head = 0;
}

uint32_t sndbuf_append(struct sndbuf *b, const void *data, size_t len)
{
    assert(!b->closed);
    uint32_t taken = (uint32_t)min_size(len, sndbuf_space(b));
    if (taken == 0)
        return 0;

    uint32_t at = place(b, b->len);
    uint32_t first = min_u32(taken, b->cap - at);
    memcpy(b->mem + at, data, first);
    memcpy(b->mem, (const uint8_t *)data + first, taken - first);
    b->len += taken;
    return taken;
}

void sndbuf_close(struct sndbuf *b)
{
    b->closed = true;
}

void sndbuf_ack(struct sndbuf *b, seq_t una)
{
    if (seq_le(una, b->start)) /* it acknowledges no more than the SYN */
        return;
    uint32_t gone = min_u32(seq_distance(b->start, una), b->len); /* the FIN is no octet */
    if (gone == 0)
        return;
    b->head = place(b, gone);
    b->len -= gone;
    b->start = seq_add(b->start, gone);
}

uint32_t sndbuf_spans(const struct sndbuf *b, seq_t seq, uint32_t len, struct span out[2])
{
    out[0] = out[1] = (struct span){.data = NULL, .len = 0};
    seq_t from = seq_max(seq, b->start);
    seq_t to = seq_min(seq_add(seq, len), sndbuf_end(b));
    if (seq_ge(from, to))
        return 0;
    spans_at(b, seq_distance(b->start, from), seq_distance(from, to), out);
    return seq_distance(from, to);
}
