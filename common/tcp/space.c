/* The problem: thousands of connections are idle, and a few move megabytes; the core may not
 *   allocate.
 * The rule: an idle connection lives in its TCB alone; memory doubles as it is used, up to a limit.
 * RFC 9293 section 3.10.2 ("insufficient resources").
 * Seen in: tests/unit/tcp/test_space.c. */
#include "tcp/space.h"

/* The next size from `have` on, doubling, that holds `need`; never above `limit`. */
static size_t next_size(size_t have, size_t need, size_t limit)
{
    size_t size = have > BUFFER_START ? have : BUFFER_START;
    while (size < need)
        size *= 2;
    return min_size(size, limit);
}

static size_t wanted(size_t have, size_t need, size_t limit)
{
    return need <= have || have >= limit ? 0 : next_size(have, need, limit);
}

size_t space_wanted_to_send(const struct tcb *t, size_t len)
{
    size_t limit = t->send_limit;
    return wanted(t->sndbuf.cap, min_size(t->sndbuf.len + len, limit), limit);
}

void *space_attach_to_send(struct tcb *t, void *memory, size_t size)
{
    void *old = t->sndbuf.mem;
    sndbuf_grow(&t->sndbuf, memory, (uint32_t)size);
    return old;
}

size_t space_wanted_to_receive(const struct tcb *t, const struct segment *seg)
{
    if (segment_text_len(seg) == 0 || t->orphan)
        return 0;
    seq_t start = seq_add(seg->seq, (seg->flags & TCP_SYN) != 0);
    bool connecting = t->state == STATE_SYN_SENT;
    if (!connecting && t->state != STATE_SYN_RECEIVED && !state_may_receive(t->state))
        return 0;
    seq_t nxt = connecting ? start : t->rcv.nxt;
    seq_t end = seq_add(start, segment_text_len(seg));
    seq_t right = connecting ? seq_add(nxt, t->rcvwnd.size) : t->rcvwnd.right;
    if (seq_le(end, nxt) || seq_ge(start, right)) /* old, or beyond the window: not kept */
        return 0;
    uint32_t need = rcvbuf_wants(&t->rcvbuf, seq_distance(nxt, seq_min(end, right)));
    /* What was promised is kept, also when the user has made the buffer smaller since. */
    uint32_t promised = rcvbuf_wants(&t->rcvbuf, seq_distance(nxt, right));
    uint32_t limit = max_u32(t->rcvwnd.size + t->rcvwnd.slack, promised);
    return wanted(t->rcvbuf.cap, need, limit);
}

void *space_attach_to_receive(struct tcb *t, void *memory, size_t size)
{
    void *old = t->rcvbuf.mem;
    rcvbuf_grow(&t->rcvbuf, memory, (uint32_t)size);
    return old;
}

size_t space_wanted_for_sent(const struct tcb *t)
{
    if (!sent_is_tight(&t->sent) || t->sent.cap >= t->config->range_limit)
        return 0;
    return min_size((size_t)t->sent.cap * 4, t->config->range_limit) * sizeof(struct sent_range);
}

static void *unless_inside(void *memory, void *inside)
{
    return memory == inside ? NULL : memory;
}

void *space_attach_for_sent(struct tcb *t, void *memory, size_t size)
{
    void *old = unless_inside(t->sent.ranges, t->first_ranges);
    sent_grow(&t->sent, memory, (uint32_t)(size / sizeof(struct sent_range)));
    return old;
}

size_t space_wanted_for_holes(const struct tcb *t)
{
    if (!reasm_full(&t->reasm) || t->reasm.cap >= t->config->hole_limit)
        return 0;
    return min_size((size_t)t->reasm.cap * 4, t->config->hole_limit) * sizeof(struct reasm_range);
}

void *space_attach_for_holes(struct tcb *t, void *memory, size_t size)
{
    void *old = unless_inside(t->reasm.ranges, t->first_holes);
    reasm_grow(&t->reasm, memory, (uint16_t)(size / sizeof(struct reasm_range)));
    return old;
}

void space_detach_all(struct tcb *t, void *memory[SPACE_KINDS])
{
    memory[0] = t->sndbuf.mem;
    memory[1] = t->rcvbuf.mem;
    memory[2] = unless_inside(t->sent.ranges, t->first_ranges);
    memory[3] = unless_inside(t->reasm.ranges, t->first_holes);
    sndbuf_init(&t->sndbuf, NULL, 0, t->sent.nxt);
    rcvbuf_init(&t->rcvbuf, NULL, 0);
    sent_init(&t->sent, t->first_ranges, SENT_RANGES_START, t->sent.nxt);
    reasm_init(&t->reasm, t->first_holes, REASM_RANGES_START);
}
