/* One direction of one TCP connection as the wire sees it: enough memory of what was sent to tell
 * new data from retransmissions and acknowledgments from window updates and probes. Sequence
 * numbers may wrap. Pure. */
#ifndef WIRE_FLOW_H
#define WIRE_FLOW_H

#include "packet/segment.h"
#include "wire/sighting.h"

/* A data segment that was sent once at least. */
struct flow_segment {
    seq_t start; /* of what was new in it */
    uint32_t transmissions;
};

/* A SYN, SYN-ACK or FIN, which come again with the sequence number they had. */
struct flow_mark {
    seq_t seq;
    uint32_t transmissions; /* 0: not seen */
};

struct flow {
    uint32_t numbers[SIGHT_COUNT]; /* of each kind, how many so far */
    struct flow_mark syn, synack, fin;
    bool sent_any, told_window;
    seq_t end;       /* behind everything sent so far, SYN and FIN counted; with `sent_any` */
    seq_t last_ack;  /* and */
    uint16_t window; /* what its last segment said; with `told_window` */
    struct flow_segment segments[TRACKER_SEGMENTS]; /* a ring, by data number */
};

/* Whether `seg`, a SYN or SYN-ACK, starts a connection anew on the ports of an old one. */
bool flow_is_reused_by(const struct flow *flow, const struct segment *seg);

/* Sees the next segment of this flow; `reverse` is the other direction of the connection. Fills
 * the TCP kinds of `out`. */
void flow_see(struct flow *flow, const struct flow *reverse, const struct segment *seg,
              struct sighting *out);

#endif
