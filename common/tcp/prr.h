/* Proportional rate reduction (RFC 9937): after a loss the window goes down to ssthresh ACK by ACK,
 * instead of at once. With it at once, half a round trip passes in silence before the pipe has
 * drained, and after a burst of losses a burst of retransmissions follows.
 *
 * It turns what arrives into what may be sent; cwnd.h, which owns the window, asks it. Pure. */
#ifndef TCP_PRR_H
#define TCP_PRR_H

#include <stdbool.h>
#include <stdint.h>

struct prr {
    uint32_t recover_fs; /* RecoverFS: what may still be delivered of all that was outstanding */
    uint32_t delivered;  /* prr_delivered */
    uint32_t out;        /* prr_out */
};

/* What an ACK that starts or does not end recovery tells. */
struct prr_ack {
    uint32_t delivered; /* DeliveredData: what has arrived since the ACK before */
    uint32_t inflight;
    uint32_t ssthresh, smss;
    bool safe;      /* SafeACK: SND.UNA has moved, and no further loss shows */
    bool estimated; /* without SACK `delivered` is a guess that a peer can drive up */
};

/* A loss is answered: an episode begins. Section 6.1. */
void prr_begin(struct prr *p, uint32_t recover_fs);

/* True when the window changes, to `cwnd`. The first call may come without an ACK, when a timer has
 * found the loss: nothing is delivered then. Section 6.2. */
bool prr_on_ack(struct prr *p, const struct prr_ack *ack, uint32_t *cwnd);

/* So many octets were sent, again or for the first time. Section 6.3. */
void prr_on_sent(struct prr *p, uint32_t len);

#endif
