/* The congestion window (RFC 5681; initial window RFC 6928), behind hooks named for what happened:
 * no caller notices whether Reno or CUBIC (RFC 9438, with HyStart++) is at work.
 *
 * The window is never inflated by duplicate ACKs here: recovery.h takes what they tell off the pipe
 * instead, which leaves the same room. All sizes are octets. Pure. */
#ifndef TCP_CWND_H
#define TCP_CWND_H

#include <stdbool.h>
#include <stdint.h>

#include "base/usec.h"
#include "tcp/cubic.h"
#include "tcp/hystart.h"
#include "tcp/prr.h"

/* Who decides how the window grows in congestion avoidance and how far a loss lowers it. */
enum cwnd_algorithm { CWND_RENO, CWND_CUBIC };

struct cwnd {
    usec_t last_sent; /* for the restart after idle */
    uint32_t wnd;
    uint32_t ssthresh;
    uint32_t smss;
    uint32_t credit;    /* acknowledged in congestion avoidance, not yet turned into growth */
    uint32_t initial;   /* IW; an idle connection falls back to it (RW) */
    uint32_t peak;      /* the most that was outstanding of late ... */
    uint32_t peak_left; /* ... until so much more is acknowledged */
    uint8_t ack_limit;  /* segments that one ACK is worth in slow start, at most: L of RFC 3465 */
    uint8_t algorithm;  /* enum cwnd_algorithm */
    bool gradual;       /* a loss lowers the window ACK by ACK (prr.h); the caller's to set */
    bool halves_window; /* and by half of the window, in segments, not of the flight; likewise */
    struct prr prr;
    union {                     /* of CUBIC: */
        struct hystart hystart; /* in the first slow start */
        struct cubic cubic;     /* since it ended */
    };
};

/* What an ACK outside loss recovery tells. */
struct cwnd_ack {
    uint32_t acked;  /* newly acknowledged, cumulatively or by SACK */
    uint32_t flight; /* outstanding before this ACK */
    uint32_t rtt_us; /* sampled by it, or HYSTART_NO_RTT */
    uint32_t srtt_us;
    usec_t now;
};

/* The handshake is complete and SMSS known. `syn_lost`: more than once, which means a window of one
 * segment (RFC 6928 section 2; a single time-out may have been too early).
 * `ack_limit` is the caller's to change. */
void cwnd_init(struct cwnd *c, uint32_t smss, uint32_t initial_segments, bool syn_lost);

/* From here on this algorithm; the window stays as it is. Reno until told otherwise. */
void cwnd_choose(struct cwnd *c, enum cwnd_algorithm algorithm);

/* New data was acknowledged: slow start or congestion avoidance. Not called in fast recovery. */
void cwnd_on_ack(struct cwnd *c, const struct cwnd_ack *ack);

/* Fast retransmit begins with `flight` octets outstanding (RFC 5681 section 3.2). */
void cwnd_on_loss(struct cwnd *c, uint32_t flight);

/* Congestion was told without a loss (RFC 3168 section 6.1.2): as above, but nothing has to be sent
 * again, so a window below two segments stays as it is. */
void cwnd_on_mark(struct cwnd *c, uint32_t flight);

/* Behind cwnd_on_loss, where the window is lowered gradually: of what is outstanding, `recover_fs`
 * octets may still arrive (RFC 9937 section 6.1). */
void cwnd_on_recovery(struct cwnd *c, uint32_t recover_fs);

/* The ACK that began fast recovery, and each that does not end it. ssthresh and SMSS are filled in
 * here. Section 6.2. */
void cwnd_on_recovery_ack(struct cwnd *c, struct prr_ack ack);

/* So many octets were sent, again or for the first time. Section 6.3. */
void cwnd_on_sent(struct cwnd *c, uint32_t len);

/* The retransmission timer expired; `again` when ssthresh has been lowered for this before. */
void cwnd_on_timeout(struct cwnd *c, uint32_t flight, bool again);

/* Fast recovery is over with `flight` still outstanding (RFC 6582 section 3.2 step 3, RFC 9937
 * section 6.4). */
void cwnd_on_recovered(struct cwnd *c, uint32_t flight);

/* Data is about to be sent with `flight` outstanding before it: an idle time above `rto_us` lowers
 * the window, the longer the more, and slow start begins anew (RFC 5681 section 4.1, RFC 2861). */
void cwnd_on_send(struct cwnd *c, uint32_t flight, uint32_t rto_us, usec_t now);

/* SMSS changed (path MTU discovery). */
void cwnd_set_smss(struct cwnd *c, uint32_t smss);

/* Octets that may enter the network when `pipe` are in it. */
uint32_t cwnd_allowance(const struct cwnd *c, uint32_t pipe);

bool cwnd_in_slow_start(const struct cwnd *c);

#endif
