/* The retransmission timer (RFC 6298) and when to give up (RFC 9293 section 3.8.3).
 *
 * Contract: samples come only from ranges sent once or from timestamps (Karn, RFC 6298 section 3).
 * One sample is taken in each round trip, unless the configuration says otherwise: more would
 * shorten the memory of the two averages.
 * The deadline belongs to this struct; the caller sleeps until it and then calls rto_on_timeout.
 * All durations are microseconds. Pure. */
#ifndef TCP_RTO_H
#define TCP_RTO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/usec.h"

/* What a connection may choose; shared by all that chose alike, and outliving them. */
struct rto_config {
    uint32_t initial_us;     /* RTO before the first sample */
    uint32_t min_us, max_us; /* floor and ceiling of RTO */
    uint32_t granularity_us; /* G; at 200 ms it makes the estimator behave like Linux' */
    bool each_ack;           /* a sample at each ACK, not one in each round trip; as Linux */
};

/* R2: give up when the retransmissions have reached `retries` and the silence `time_us`. */
struct rto_patience {
    uint8_t r1_retries, r2_retries;
    uint32_t r2_time_us;
};

struct rto {
    const struct rto_config *config;
    usec_t deadline;     /* NEVER while nothing is outstanding */
    usec_t silent_since; /* when the timer was last started by a transmission or an ACK */
    usec_t sampled_at;   /* when the last sample was taken */
    uint32_t srtt_us, rttvar_us;
    uint32_t rto_us;  /* current, back-off included */
    uint8_t timeouts; /* in a row, since the last ACK of new data */
    bool sampled;     /* srtt and rttvar hold a measurement */
};

enum rto_verdict {
    RTO_RETRANSMIT, /* send the earliest segment again */
    RTO_ADVISE,     /* the same, and R1 was just reached: ask IP for another route */
    RTO_GIVE_UP,    /* R2: abort the connection; the timer is off */
};

/* `config` must outlive the timer. */
void rto_init(struct rto *r, const struct rto_config *config);

/* What was sent at `sent_us` has just been acknowledged. Sections 2.2 to 2.5; ends the back-off.
 * Where one sample in each round trip is taken, does nothing when it was sent before the last one
 * was: that was the same round trip. */
void rto_on_sample(struct rto *r, usec_t sent_us, usec_t now);

/* A segment that occupies sequence space was sent. Section 5.1. */
void rto_on_send(struct rto *r, usec_t now);

/* New data was acknowledged; `outstanding` tells whether some is left. Sections 5.2, 5.3. */
void rto_on_ack(struct rto *r, bool outstanding, usec_t now);

/* The handshake is complete: a SYN that timed out makes RTO at least 3 s. Section 5.7. */
void rto_on_established(struct rto *r, bool syn_timed_out);

/* A probe goes out first, or a fast retransmission: the time counts anew (RFC 6675 section 6).
 * Nothing when the timer is off. */
void rto_postpone(struct rto *r, usec_t now);

bool rto_due(const struct rto *r, usec_t now);

/* The deadline has passed. Sections 5.4 to 5.6: doubles RTO and restarts the timer, or gives up. */
enum rto_verdict rto_on_timeout(struct rto *r, const struct rto_patience *patience, usec_t now);

/* Turns the timer off (the peer's window closed and probing begins, or the connection ends). */
void rto_stop(struct rto *r);

#endif
