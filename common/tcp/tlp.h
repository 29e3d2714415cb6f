/* The tail loss probe (RFC 8985 section 7): when the end of a flight, or the ACK for all of it, is
 * lost, nothing that follows can tell. One more segment, long before the retransmission timer would
 * expire, draws an ACK that does. Needs SACK and RACK. Pure. */
#ifndef TCP_TLP_H
#define TCP_TLP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/usec.h"
#include "packet/seq.h"

struct tlp {
    usec_t deadline; /* PTO; NEVER while none is to come */
    seq_t end;       /* TLP.end_seq: SND.NXT when the probe went out */
    bool on;         /* as RACK */
    bool wanted;     /* a probe is to be sent now */
    bool sent;       /* and one was, not acknowledged yet */
    bool again;      /* it was a retransmission */
    usec_t sent_us;  /* when the last one went out */
};

/* What the time to wait depends on. */
struct tlp_path {
    uint32_t srtt_us;    /* 0 before the first sample */
    uint32_t delack_us;  /* how long the peer may sit on an ACK for a lone segment, else 0 */
    usec_t rto_deadline; /* NEVER while nothing is outstanding */
};

void tlp_init(struct tlp *p, bool on);

/* New data was sent, or an ACK of new data left some outstanding, and neither recovery goes on nor
 * is anything SACKed: the probe comes after two round trips. Section 7.2. */
void tlp_schedule(struct tlp *p, const struct tlp_path *path, usec_t now);

bool tlp_due(const struct tlp *p, usec_t now);

/* The deadline has passed. True when a probe is to be sent: none is on its way, and the round trip
 * was measured since the last. The retransmission timer then starts anew. Section 7.3. */
bool tlp_on_timeout(struct tlp *p, usec_t sampled_at);

/* The probe was sent: new text, or `again` the end of the old; `nxt` is SND.NXT after it. */
void tlp_on_probe(struct tlp *p, bool again, seq_t nxt, usec_t now);

/* An ACK; `duplicate` when it reports that something arrived twice. True when the probe seems to
 * have repaired a loss by itself, which asks for the response to a fast retransmit. Section 7.4. */
bool tlp_on_ack(struct tlp *p, seq_t una, bool duplicate);

/* Nothing is to be probed: recovery or a timeout begins, or the connection ends. */
void tlp_stop(struct tlp *p);

#endif
