/* CUBIC (RFC 9438): congestion avoidance that grows with the time since the last loss, not with the
 * number of round trips, so that a long path is not a slow one.
 *
 * It decides how the window grows in congestion avoidance and how far a loss lowers it; cwnd.h,
 * which owns the window, asks it. Windows are octets, times microseconds unless they say otherwise.
 * Pure. */
#ifndef TCP_CUBIC_H
#define TCP_CUBIC_H

#include <stdint.h>

#include "base/usec.h"

struct cubic {
    usec_t epoch;    /* t_epoch: when this stage of congestion avoidance began; NEVER: it has not */
    usec_t heard;    /* the last ACK of this stage */
    uint32_t w_max;  /* W_max: where the last loss came; 0: the curve begins where the stage does */
    uint32_t prior;  /* cwnd_prior: the window at the last loss */
    uint32_t origin; /* W_max of this stage: the height at which the curve is flat */
    uint32_t w_est;  /* W_est: what Reno would have by now */
    uint32_t k_ms;   /* K: how long the curve takes to reach its origin, milliseconds */
    uint64_t credit, est_credit; /* what ACKs earned towards the next octet of each window */
};

/* What an ACK in congestion avoidance tells. */
struct cubic_ack {
    uint32_t cwnd, smss, acked; /* the window before it */
    uint32_t srtt_us;
    usec_t now;
};

/* No loss yet. */
void cubic_init(struct cubic *c);

/* The window after the ACK, never below ack->cwnd. Sections 4.2 to 4.5. */
uint32_t cubic_on_ack(struct cubic *c, const struct cubic_ack *ack);

/* An ACK found the window not used: its time does not count. Section 4.2. */
void cubic_on_pause(struct cubic *c, usec_t now);

/* A loss found by ACKs with `flight` octets outstanding: ssthresh. Sections 4.6 and 4.7. */
uint32_t cubic_on_loss(struct cubic *c, uint32_t cwnd, uint32_t flight);

/* The same for the retransmission timer. Section 4.8. */
uint32_t cubic_on_timeout(struct cubic *c, uint32_t cwnd, uint32_t flight);

/* Slow start begins anew without a loss, after idleness. */
void cubic_on_restart(struct cubic *c);

#endif
