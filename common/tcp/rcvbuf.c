/* The problem: octets arrive in any order and the user reads them late; both need a place to wait.
 * The rule: an octet goes to its final place at once, and becomes readable when all before it are.
 * RFC 9293 section 3.10.7.4 seventh step (segment text), 3.10.3 (RECEIVE).
 * Seen in: tests/unit/tcp/test_rcvbuf.c; experiments exp-byte-stream, exp-flow-control. */
#include "tcp/rcvbuf.h"

#include <assert.h>
#include <string.h>

void rcvbuf_init(struct rcvbuf *b, uint8_t *mem, uint32_t cap)
{
    *b = (struct rcvbuf){.mem = mem, .cap = cap};
}

/* Where in the ring the octet lies that is `offset` after the first readable one. */
static uint32_t place(const struct rcvbuf *b, uint32_t offset)
{
    uint32_t until_wrap = b->cap - b->head;
    return offset < until_wrap ? b->head + offset : offset - until_wrap;
}

static void copy_out(const struct rcvbuf *b, uint8_t *out, uint32_t len)
{
    uint32_t first = min_u32(len, b->cap - b->head);
    memcpy(out, b->mem + b->head, first);
    memcpy(out + first, b->mem, len - first);
}

void rcvbuf_grow(struct rcvbuf *b, uint8_t *mem, uint32_t cap)
{
    assert(cap >= b->cap);
    if (b->cap > 0)
        copy_out(b, mem, b->cap); /* readable, waiting and unused places alike */
    b->mem = mem;
    b->cap = cap;
    b->head = 0;
}

uint32_t rcvbuf_place(struct rcvbuf *b, uint32_t offset, struct span data)
{
    uint32_t space = rcvbuf_space(b);
    if (offset >= space || data.len == 0)
        return 0;

    uint32_t taken = (uint32_t)min_size(data.len, space - offset);
    uint32_t at = place(b, b->ready + offset);
    uint32_t first = min_u32(taken, b->cap - at);
    memcpy(b->mem + at, data.data, first);
    memcpy(b->mem, data.data + first, taken - first);
    return taken;
}

void rcvbuf_commit(struct rcvbuf *b, uint32_t len)
{
    assert(len <= rcvbuf_space(b));
    b->ready += len;
}

uint32_t rcvbuf_peek(const struct rcvbuf *b, void *out, size_t len)
{
    uint32_t taken = (uint32_t)min_size(len, b->ready);
    if (taken > 0)
        copy_out(b, out, taken);
    return taken;
}

uint32_t rcvbuf_read(struct rcvbuf *b, void *out, size_t len)
{
    uint32_t taken = rcvbuf_peek(b, out, len);
    if (taken > 0)
        b->head = place(b, taken);
    b->ready -= taken;
    return taken;
}
