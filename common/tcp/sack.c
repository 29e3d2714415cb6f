/* The problem: an ACK number tells only how far all is well, nothing about what lies beyond a
 *   hole.
 * The rule: report the blocks held beyond it, the one that changed last in front.
 * RFC 2018 section 4.
 * Seen in: tests/unit/tcp/test_sack.c; experiment exp-fast-retransmit. */
#include "tcp/sack.h"

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"

void sack_report_init(struct sack_report *r)
{
    r->count = 0;
}

void sack_report_on_arrival(struct sack_report *r, const struct reasm *reasm, seq_t seq)
{
    struct sack_report old = *r;
    const struct reasm_range *changed = reasm_find(reasm, seq);
    if (!changed) /* it found no room */
        return;

    r->recent[0] = seq;
    r->count = 1;
    for (uint8_t i = 0; i < old.count && r->count < SACK_RECENT; i++) {
        const struct reasm_range *range = reasm_find(reasm, old.recent[i]);
        if (range && range != changed)
            r->recent[r->count++] = old.recent[i];
    }
}

/* Appends the range unless it is there already. */
static uint8_t append(struct sack_block *out, uint8_t count, const struct reasm_range *range)
{
    for (uint8_t i = 0; i < count; i++)
        if (seq_eq(out[i].start, range->start))
            return count;
    out[count] = (struct sack_block){.start = range->start, .end = range->end};
    return (uint8_t)(count + 1);
}

uint8_t sack_report_blocks(const struct sack_report *r, const struct reasm *reasm, uint8_t max,
                           struct sack_block *out)
{
    uint8_t count = 0;
    for (uint8_t i = 0; i < r->count && count < max; i++) {
        const struct reasm_range *range = reasm_find(reasm, r->recent[i]);
        if (range)
            count = append(out, count, range);
    }
    for (uint16_t i = 0; i < reasm->count && count < max; i++) /* as many as possible */
        count = append(out, count, &reasm->ranges[i]);
    return count;
}
