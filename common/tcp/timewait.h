/* TIME-WAIT (RFC 9293 sections 3.4.2 and 3.6.1): the closer's end remembers the connection for 2
 * MSL, to answer a repeated FIN and to let old segments die. A new incarnation of the same ports
 * may begin sooner where no old segment can pass for one of its own (RFC 6191). Pure. */
#ifndef TCP_TIMEWAIT_H
#define TCP_TIMEWAIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/usec.h"
#include "tcp/tstamp.h"

struct timewait {
    usec_t deadline; /* NEVER outside TIME-WAIT */
};

void timewait_init(struct timewait *t);

/* TIME-WAIT begins, or begins anew with a retransmitted FIN, and lasts `length_us`: 2 MSL. */
void timewait_start(struct timewait *t, uint32_t length_us, usec_t now);

bool timewait_over(const struct timewait *t, usec_t now);

/* A SYN for the four-tuple that waits. */
struct timewait_syn {
    bool stamped; /* both ends will use timestamps */
    uint32_t ts_val;
    seq_t seq;
};

/* Whether a SYN from the peer begins a new incarnation, and cannot be one of the old: its timestamp
 * or its number is beyond all that the peer has used (RFC 6191 section 2). `old` are the timestamps
 * of the connection that waits, `rcv_nxt` the number after the peer's FIN. */
bool timewait_yields(const struct tstamp *old, seq_t rcv_nxt, const struct timewait_syn *syn);

/* Whether this end may itself open the four-tuple again: only where timestamps will tell old
 * segments from new ones, and once both clocks have ticked since the last one (tcp_tw_reuse). */
bool timewait_reusable(const struct tstamp *old, usec_t now);

#endif
