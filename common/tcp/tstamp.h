/* The timestamps option (RFC 7323 sections 3 to 5): round-trip times from segments sent more than
 * once, and protection against wrapped sequence numbers (PAWS). Pure. */
#ifndef TCP_TSTAMP_H
#define TCP_TSTAMP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/usec.h"
#include "packet/seq.h"

struct tstamp {
    uint32_t offset;     /* added to our clock, so that it does not tell our uptime */
    uint32_t recent;     /* TS.Recent */
    usec_t recent_at;    /* when it was taken */
    seq_t last_ack_sent; /* Last.ACK.sent */
    bool on;             /* both SYNs carried the option; the caller's to set */
};

/* `offset` should differ from connection to connection (isn_hash). The option is off at first. */
void tstamp_init(struct tstamp *t, uint32_t offset);

/* TSval for a segment sent now. */
uint32_t tstamp_clock(const struct tstamp *t, usec_t now);

/* The peer's SYN carried `ts_val`: the first TS.Recent. */
void tstamp_on_syn(struct tstamp *t, uint32_t ts_val, usec_t now);

/* A segment with ACK field `ack` left. */
void tstamp_on_ack_sent(struct tstamp *t, seq_t ack);

/* PAWS (section 5.3 R1): false for a segment older than TS.Recent. The caller exempts RST
 * (section 5.2). */
bool tstamp_is_fresh(const struct tstamp *t, uint32_t ts_val, usec_t now);

/* An acceptable segment at `seq`: takes its TSval if it is the one to echo (section 4.3). */
void tstamp_on_segment(struct tstamp *t, seq_t seq, uint32_t ts_val, usec_t now);

/* When the segment left whose TSval is echoed as `ts_ecr`: to the tick, and never too late. False
 * when the echo cannot be ours: it is 0 or lies in the future. Use it only from an ACK of new
 * data (section 4.1). */
bool tstamp_sent_at(const struct tstamp *t, uint32_t ts_ecr, usec_t now, usec_t *sent_us);

#endif
