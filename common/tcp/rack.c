/* The problem: counting duplicate ACKs finds no loss near the end of a flight, and never that of a
 *   retransmission: its sequence number was passed long ago.
 * The rule: the time of sending orders everything; what was sent before something that has arrived,
 *   by more than reordering explains, is lost.
 * RFC 8985 sections 3, 5 and 6.
 * Seen in: tests/unit/tcp/test_rack.c, tests/story/test_rack.c. */
#include "tcp/rack.h"

#include "base/bytes.h"
#include "tcp/params.h"

void rack_init(struct rack *r, bool on, seq_t iss)
{
    *r = (struct rack){
        .deadline = NEVER, .end = iss, .fack = iss, .min_rtt_us = UINT32_MAX, .on = on, .steps = 1};
}

static uint32_t rtt_of(const struct sent_latest *latest, usec_t now)
{
    return (uint32_t)usec_min(usec_max(now - latest->sent_us, 0), INT32_MAX);
}

static void take(struct rack *r, const struct sent_latest *latest, bool again, usec_t now)
{
    if (!latest->any)
        return;
    r->rtt_us = rtt_of(latest, now);
    if (latest->sent_us > r->sent_us ||
        (latest->sent_us == r->sent_us && seq_gt(latest->end, r->end))) {
        r->sent_us = latest->sent_us;
        r->end = latest->end;
        r->again = again;
    }
}

void rack_on_ack(struct rack *r, const struct sent *s, const struct sent_news *news, usec_t now)
{
    if (news->once.any)
        r->min_rtt_us = min_u32(r->min_rtt_us, rtt_of(&news->once, now)); /* step 1 */
    take(r, &news->once, false, now);                                     /* step 2 */
    if (rtt_of(&news->again, now) >= r->min_rtt_us) /* else the original has arrived */
        take(r, &news->again, true, now);

    if (news->once.any && seq_lt(news->lowest_end, r->fack)) /* step 3 */
        r->reordered = true;
    r->fack = seq_max(r->fack, s->sacked_to);
}

static void count_duplicates(struct rack *r, const struct sent *s, const struct rack_signs *signs)
{
    if (seq_ge(s->una, r->round))
        r->told = false;
    if (signs->duplicate && !r->told) {
        r->told = true;
        r->round = s->nxt;
        if (r->steps < UINT8_MAX)
            r->steps++;
        r->patience = RACK_WINDOW_PERSIST;
    } else if (signs->recovered && r->patience > 0 && --r->patience == 0) {
        r->steps = 1;
    }
}

void rack_adapt(struct rack *r, const struct sent *s, const struct rack_signs *signs)
{
    count_duplicates(r, s, signs);
    uint32_t step = min_u32(r->min_rtt_us, r->rtt_us) / RACK_WINDOW_FRACTION;
    r->window_us = max_u32(step, (uint32_t)usec_min((usec_t)step * r->steps, signs->srtt_us));
}

static uint32_t reordering_window(const struct rack *r, bool certain)
{
    return certain && !r->reordered ? 0 : r->window_us;
}

/* RACK_sent_after() of section 6.2, of what has arrived last. Differs: originals of one instant
 * left in the order of their numbers, and so did retransmissions, but which of the two kinds went
 * first nobody knows. */
static bool was_sent_before(const struct rack *r, const struct sent_range *range)
{
    if (range->sent_us != r->sent_us)
        return range->sent_us < r->sent_us;
    return range->resent == r->again && seq_le(seq_add(range->seq, range->len), r->end);
}

/* When the range counts as lost: NEVER unless something sent later has arrived. */
static usec_t lost_at(const struct rack *r, const struct sent_range *range, uint32_t window)
{
    return was_sent_before(r, range) ? range->sent_us + r->rtt_us + window : NEVER;
}

/* Originals left in the order of their numbers, so those lost lie below one frontier, as do all
 * retransmissions sent before something that was sent after them. */
static bool mark_originals(struct rack *r, struct sent *s, uint32_t window, usec_t now)
{
    seq_t end = s->lost_to;
    for (uint32_t i = sent_position(s, s->lost_to); i < s->count; i++) {
        const struct sent_range *range = sent_at(s, i);
        usec_t at = range->sacked ? now : lost_at(r, range, window);
        if (at > now && !range->resent) {
            r->deadline = usec_min(r->deadline, at);
            break;
        }
        if (at <= now && !range->sacked)
            end = seq_add(range->seq, range->len);
    }
    uint32_t lost = s->lost;
    sent_mark_lost(s, end);
    return s->lost > lost;
}

static bool mark_retransmissions(struct rack *r, struct sent *s, uint32_t window, usec_t now)
{
    bool found = false;
    for (uint32_t i = 0; s->resent > 0 && i < s->count; i++) {
        const struct sent_range *range = sent_at(s, i);
        if (seq_ge(range->seq, s->lost_to))
            break;
        if (!range->lost || !range->resent)
            continue;
        usec_t at = lost_at(r, range, window);
        if (at > now) {
            r->deadline = usec_min(r->deadline, at);
            continue;
        }
        sent_mark_lost_again(s, i);
        found = true;
    }
    return found;
}

struct rack_losses rack_search(struct rack *r, struct sent *s, bool certain, usec_t now)
{
    uint32_t window = reordering_window(r, certain);
    r->deadline = NEVER;
    bool first = mark_originals(r, s, window, now);
    bool again = mark_retransmissions(r, s, window, now);
    return (struct rack_losses){.any = first || again, .again = again};
}

usec_t rack_on_timeout(const struct rack *r, usec_t now)
{
    return r->on ? now - r->rtt_us - reordering_window(r, true) : NEVER;
}

bool rack_due(const struct rack *r, usec_t now)
{
    return now >= r->deadline;
}

void rack_stop(struct rack *r)
{
    r->deadline = NEVER;
}
