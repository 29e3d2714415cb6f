/* The peer's window: how much it lets us send (RFC 9293 sections 3.10.7.4 and 3.8.6), and the
 * sender's silly window avoidance. All sizes are octets, after scaling. Pure. */
#ifndef TCP_SNDWND_H
#define TCP_SNDWND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/usec.h"
#include "packet/seq.h"

struct sndwnd {
    uint32_t wnd;    /* SND.WND */
    uint32_t max;    /* Max(SND.WND): the largest ever offered */
    seq_t wl1, wl2;  /* the segment that last told it: its SEQ and its ACK */
    usec_t override; /* when a silly window is used after all; NEVER while nothing waits for that */
    uint8_t shift;   /* Snd.Wind.Shift */
};

/* Where a window update stands in the stream, and what it says. */
struct sndwnd_update {
    seq_t seq, ack;
    uint16_t field; /* SEG.WND as received */
    bool syn;       /* a SYN's field is never scaled (RFC 7323 section 2.2) */
};

/* The first window, out of the peer's SYN or SYN-ACK. `shift` is its scale, 0 without the option.
 */
void sndwnd_init(struct sndwnd *w, const struct sndwnd_update *first, uint8_t shift);

/* An acceptable ACK: takes its window if it is not older than the last one taken (WL1, WL2). True
 * when taken and different. */
bool sndwnd_on_ack(struct sndwnd *w, const struct sndwnd_update *update);

/* U: octets the peer still allows beyond `nxt`; 0 when it has shrunk the window below that. */
uint32_t sndwnd_usable(const struct sndwnd *w, seq_t una, seq_t nxt);

/* What waits to be sent, as section 3.8.6.2.1 names it. */
struct sndwnd_waiting {
    uint32_t data;   /* D: queued, not sent */
    uint32_t usable; /* U: sndwnd_usable */
    uint32_t mss;    /* Eff.snd.MSS */
};

/* True when min(D, U) is worth a segment: a full one, all there is, half of the largest window, or
 * the override time is over. A false arms the override timer, a true disarms it. */
bool sndwnd_worth_sending(struct sndwnd *w, const struct sndwnd_waiting *waiting, usec_t now);

bool sndwnd_override_due(const struct sndwnd *w, usec_t now);

#endif
