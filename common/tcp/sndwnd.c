/* The problem: the peer says how much it can take, in segments that overtake each other, and
 *   sometimes so little that sending it wastes more than it moves.
 * The rule: believe the segment that is newest by its SEQ and ACK, and send only what is worth a
 *   segment.
 * RFC 9293 sections 3.10.7.4 (WL1, WL2), 3.8.6.2.1 (MUST-38), 3.8.6 (MUST-34); RFC 7323 section
 *   2.3.
 * Seen in: tests/unit/tcp/test_sndwnd.c; experiments exp-flow-control, exp-sliding-window. */
#include "tcp/sndwnd.h"

#include "base/bytes.h"
#include "tcp/params.h"

static void take(struct sndwnd *w, const struct sndwnd_update *u)
{
    w->wnd = (uint32_t)u->field << (u->syn ? 0 : w->shift);
    w->max = max_u32(w->max, w->wnd);
    w->wl1 = u->seq;
    w->wl2 = u->ack;
}

void sndwnd_init(struct sndwnd *w, const struct sndwnd_update *first, uint8_t shift)
{
    *w = (struct sndwnd){.shift = shift < WSCALE_MAX ? shift : WSCALE_MAX, .override = NEVER};
    take(w, first);
}

bool sndwnd_on_ack(struct sndwnd *w, const struct sndwnd_update *update)
{
    bool newer =
        seq_lt(w->wl1, update->seq) || (seq_eq(w->wl1, update->seq) && seq_le(w->wl2, update->ack));
    if (!newer)
        return false;
    uint32_t before = w->wnd;
    take(w, update);
    return w->wnd != before;
}

uint32_t sndwnd_usable(const struct sndwnd *w, seq_t una, seq_t nxt)
{
    uint32_t in_use = seq_distance(una, nxt);
    return w->wnd > in_use ? w->wnd - in_use : 0;
}

/* RFC 9293 section 3.8.6.2.1, rules 1 to 4. All data counts as pushed, as no call of ours holds any
 * back; the bracketed conditions are Nagle's (nagle.h). */
static bool is_worth_it(const struct sndwnd *w, const struct sndwnd_waiting *waiting, usec_t now)
{
    uint32_t fits = min_u32(waiting->data, waiting->usable);
    return fits >= waiting->mss || waiting->data <= waiting->usable ||
           fits >= w->max / SWS_FRACTION || sndwnd_override_due(w, now);
}

bool sndwnd_worth_sending(struct sndwnd *w, const struct sndwnd_waiting *waiting, usec_t now)
{
    if (waiting->data == 0 || waiting->usable == 0) { /* nothing to do, or persist.h's business */
        w->override = NEVER;
        return false;
    }
    bool worth = is_worth_it(w, waiting, now);
    if (worth)
        w->override = NEVER;
    else if (w->override == NEVER)
        w->override = usec_after(now, SWS_OVERRIDE);
    return worth;
}

bool sndwnd_override_due(const struct sndwnd *w, usec_t now)
{
    return now >= w->override;
}
