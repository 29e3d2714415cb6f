/* The window we offer (RFC 9293 section 3.8.6, RFC 7323 section 2).
 *
 * `right` is the farthest edge ever promised. It never moves left, and what arrives before it is
 * honoured. It advances only by a step worth a segment (receiver's silly window avoidance). With
 * window scaling the field counts in units, so the edge is rounded up, into `slack` octets of
 * memory beyond the buffer's size, rather than down; only when these are used up it must be rounded
 * down, by less than a unit. Pure. */
#ifndef TCP_RCVWND_H
#define TCP_RCVWND_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/seq.h"

struct rcvwnd {
    seq_t right;    /* the farthest edge promised */
    uint32_t size;  /* the buffer's size (SO_RCVBUF): the largest window */
    uint32_t slack; /* memory the buffer may have beyond that */
    uint8_t shift;  /* Rcv.Wind.Shift: 0 unless both SYNs carried the option */
};

/* The scale for a buffer of `size` octets: the smallest that lets the field express it. */
uint8_t rcvwnd_shift_for(uint32_t size);

/* `nxt` is RCV.NXT once the peer's SYN is known. */
void rcvwnd_init(struct rcvwnd *w, uint32_t size, seq_t nxt);

/* The buffer's size changed; a smaller one takes effect as the window is used up. */
void rcvwnd_set_size(struct rcvwnd *w, uint32_t size);

/* The scale option was agreed on in the handshake. */
void rcvwnd_set_shift(struct rcvwnd *w, uint8_t shift);

/* The window to announce in octets, with `used` octets waiting for the user; advances `right`.
 * The field carries the result >> shift, exactly. In a SYN use rcvwnd_offer_syn. */
uint32_t rcvwnd_offer(struct rcvwnd *w, seq_t nxt, uint32_t used, uint32_t mss);

/* The window for a SYN, whose field is never scaled (RFC 7323 section 2.2). */
uint16_t rcvwnd_offer_syn(struct rcvwnd *w, seq_t nxt);

/* The user has read: true when the edge would advance by a step, so that an ACK must tell the peer.
 */
bool rcvwnd_update_due(const struct rcvwnd *w, seq_t nxt, uint32_t used, uint32_t mss);

/* RCV.WND: what segment acceptability is judged by. */
static inline uint32_t rcvwnd_size(const struct rcvwnd *w, seq_t nxt)
{
    return seq_gt(w->right, nxt) ? seq_distance(nxt, w->right) : 0;
}

#endif
