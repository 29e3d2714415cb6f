/* The problem: the peer must not overrun our buffer, nor be invited to fill it crumb by crumb.
 * The rule: keep the right edge still until it can advance by a segment or half the buffer, and
 *   never move it left.
 * RFC 9293 section 3.8.6.2.2 (MUST-39), SHLD-14; RFC 7323 sections 2.2 to 2.4.
 * Seen in: tests/unit/tcp/test_rcvwnd.c; experiments exp-flow-control, exp-window-scale. */
#include "tcp/rcvwnd.h"

#include "base/bytes.h"
#include "tcp/params.h"

uint8_t rcvwnd_shift_for(uint32_t size)
{
    uint8_t shift = 0;
    while (shift < WSCALE_MAX && size >> shift > WND_FIELD_MAX)
        shift++;
    return shift;
}

void rcvwnd_init(struct rcvwnd *w, uint32_t size, seq_t nxt)
{
    *w = (struct rcvwnd){.right = nxt};
    rcvwnd_set_size(w, size);
}

void rcvwnd_set_size(struct rcvwnd *w, uint32_t size)
{
    w->size = size;
    w->slack = size / 8;
}

void rcvwnd_set_shift(struct rcvwnd *w, uint8_t shift)
{
    w->shift = shift;
}

static uint32_t round_down(const struct rcvwnd *w, uint32_t wnd)
{
    return wnd >> w->shift << w->shift;
}

/* The largest window that buffer and field allow. */
static uint32_t largest(const struct rcvwnd *w, uint32_t used)
{
    uint32_t room = w->size > used ? w->size - used : 0;
    return round_down(w, min_u32(room, (uint32_t)WND_FIELD_MAX << w->shift));
}

/* RCV.BUFF - RCV.USER - RCV.WND >= min(Fr * RCV.BUFF, Eff.snd.MSS) */
static bool is_worth_a_step(const struct rcvwnd *w, uint32_t from, uint32_t to, uint32_t mss)
{
    return to > from && to - from >= min_u32(w->size / SWS_FRACTION, mss);
}

/* The present window in units of the field: up while there is memory for it, else down. */
static uint32_t keep(const struct rcvwnd *w, uint32_t now, uint32_t used)
{
    uint32_t unit = 1U << w->shift;
    uint32_t up = round_down(w, now + unit - 1);
    return used + up <= w->size + w->slack ? up : round_down(w, now);
}

uint32_t rcvwnd_offer(struct rcvwnd *w, seq_t nxt, uint32_t used, uint32_t mss)
{
    uint32_t now = rcvwnd_size(w, nxt);
    uint32_t wnd = largest(w, used);
    if (!is_worth_a_step(w, now, wnd, mss))
        wnd = keep(w, now, used);
    w->right = seq_max(w->right, seq_add(nxt, wnd));
    return wnd;
}

uint16_t rcvwnd_offer_syn(struct rcvwnd *w, seq_t nxt)
{
    uint32_t wnd = min_u32(w->size, WND_FIELD_MAX);
    w->right = seq_max(w->right, seq_add(nxt, wnd));
    return (uint16_t)wnd;
}

bool rcvwnd_update_due(const struct rcvwnd *w, seq_t nxt, uint32_t used, uint32_t mss)
{
    uint32_t now = rcvwnd_size(w, nxt);
    uint32_t wnd = largest(w, used);
    return wnd / 2 >= now && is_worth_a_step(w, now, wnd, mss);
}
