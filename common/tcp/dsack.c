/* The problem: an ACK number cannot tell a sender that it has sent something for nothing, so it
 *   takes reordering and lost ACKs for loss again and again.
 * The rule: octets that have arrived before are reported in front of all other blocks, once; below
 *   the ACK field, or inside the block that follows, no ordinary block can lie.
 * RFC 2883 sections 4 and 5.
 * Seen in: tests/unit/tcp/test_dsack.c, tests/story/test_dsack.c; experiment exp-fast-retransmit.
 */
#include "tcp/dsack.h"

void dsack_init(struct dsack *d, bool on)
{
    *d = (struct dsack){.on = on};
}

/* The first run of `arrived` that was here before; empty when there is none. */
static struct sack_block repeated(const struct reasm *held, seq_t nxt, struct sack_block arrived)
{
    if (seq_lt(arrived.start, nxt))
        return (struct sack_block){arrived.start, seq_min(arrived.end, nxt)};
    const struct reasm_range *range = reasm_overlapping(held, arrived.start, arrived.end);
    if (!range)
        return (struct sack_block){arrived.start, arrived.start};
    return (struct sack_block){seq_max(arrived.start, range->start),
                               seq_min(arrived.end, range->end)};
}

bool dsack_on_segment(struct dsack *d, const struct reasm *held, seq_t nxt,
                      struct sack_block arrived)
{
    if (!d->on || seq_eq(arrived.start, arrived.end))
        return false;
    struct sack_block block = repeated(held, nxt, arrived);
    if (seq_eq(block.start, block.end))
        return false;
    d->block = block;
    d->owed = true;
    return true;
}

uint8_t dsack_blocks(const struct dsack *d, struct sack_block *out)
{
    if (d->owed)
        *out = d->block;
    return d->owed;
}

void dsack_on_ack_sent(struct dsack *d)
{
    d->owed = false;
}

bool dsack_read(const struct tcp_options *options, seq_t ack, struct sack_block *out)
{
    const struct sack_block *first = &options->sack[0], *second = &options->sack[1];
    if (options->sack_count == 0 || !seq_lt(first->start, first->end))
        return false;
    *out = *first;
    if (seq_lt(first->start, ack))
        return true;
    return options->sack_count > 1 && seq_le(second->start, first->start) &&
           seq_le(first->end, second->end);
}
