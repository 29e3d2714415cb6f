/* The problem: after several losses in one window an ACK number reveals only the first.
 * The rule: what the peer does not report, while enough that was sent later is reported, is lost.
 * RFC 6675 sections 3 and 4, RFC 2018 section 5.
 * Seen in: tests/unit/tcp/test_scoreboard.c; experiment exp-fast-retransmit. */
#include "tcp/scoreboard.h"

#include "base/bytes.h"
#include "tcp/params.h"

/* A block must be a run of what we have sent. One that begins before SND.UNA reports a duplicate
 * (RFC 2883), one that ends beyond SND.NXT is a lie. */
static bool is_credible(const struct sent *s, const struct sack_block *block)
{
    return seq_lt(block->start, block->end) && seq_ge(block->start, s->una) &&
           seq_le(block->end, s->nxt);
}

void scoreboard_update(struct sent *s, const struct tcp_options *options, struct sent_news *news)
{
    for (uint8_t i = 0; i < options->sack_count; i++)
        if (is_credible(s, &options->sack[i]))
            sent_mark_sacked(s, options->sack[i].start, options->sack[i].end, news);
}

seq_t scoreboard_frontier(const struct sent *s, uint32_t smss)
{
    if (s->sacked == 0)
        return s->una;

    uint32_t runs = 0, octets = 0;
    for (uint32_t i = sent_position(s, seq_sub(s->sacked_to, 1)) + 1; i > 0; i--) {
        const struct sent_range *r = sent_at(s, i - 1);
        if (!r->sacked)
            continue;
        runs++; /* SACKed neighbours are always joined */
        octets += r->len;
        if (runs >= DUP_ACK_THRESHOLD || octets > (DUP_ACK_THRESHOLD - 1) * smss)
            return r->seq;
    }
    return s->una;
}

/* The octets from `from` on, in the range at `position` and those after it as long as these are
 * equally lost and equally resent, and fit whole; at most `smss`. */
static void gather(const struct sent *s, uint32_t position, seq_t from, uint32_t smss,
                   struct sent_piece *out)
{
    const struct sent_range *first = sent_at(s, position);
    seq_t end = seq_add(first->seq, first->len);
    for (position++; position < s->count && seq_distance(from, end) < smss; position++) {
        const struct sent_range *r = sent_at(s, position);
        seq_t reached = seq_add(r->seq, r->len);
        if (r->sacked || r->lost != first->lost || r->resent != first->resent ||
            seq_distance(from, reached) > smss)
            break;
        end = reached;
    }
    *out = (struct sent_piece){.seq = from, .len = min_u32(seq_distance(from, end), smss)};
}

bool scoreboard_next_lost(const struct sent *s, seq_t high_rxt, uint32_t smss,
                          struct sent_piece *out)
{
    if (s->lost == 0)
        return false;
    seq_t from = seq_max(high_rxt, s->una);
    for (uint32_t i = sent_position(s, from); i < s->count; i++) {
        const struct sent_range *r = sent_at(s, i);
        if (seq_ge(r->seq, s->lost_to))
            return false;
        if (r->lost && !r->resent) {
            gather(s, i, seq_max(from, r->seq), smss, out);
            return true;
        }
    }
    return false;
}

bool scoreboard_next_unsacked(const struct sent *s, seq_t high_rxt, uint32_t smss,
                              struct sent_piece *out)
{
    seq_t from = seq_max(high_rxt, s->una);
    for (uint32_t i = sent_position(s, from); i < s->count; i++) {
        const struct sent_range *r = sent_at(s, i);
        if (seq_ge(r->seq, s->sacked_to))
            return false;
        if (!r->sacked && !r->resent) {
            gather(s, i, seq_max(from, r->seq), smss, out);
            return true;
        }
    }
    return false;
}

bool scoreboard_last_unsacked(const struct sent *s, uint32_t smss, struct sent_piece *out)
{
    for (uint32_t i = s->count; i > 0; i--) {
        const struct sent_range *r = sent_at(s, i - 1);
        if (r->sacked)
            continue;
        uint32_t len = min_u32(r->len, smss);
        *out = (struct sent_piece){.seq = seq_add(r->seq, r->len - len), .len = len};
        return true;
    }
    return false;
}

bool scoreboard_first(const struct sent *s, uint32_t smss, struct sent_piece *out)
{
    if (s->count == 0 || sent_at(s, 0)->sacked)
        return false;
    gather(s, 0, s->una, smss, out);
    return true;
}
