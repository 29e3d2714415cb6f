/* Path MTU discovery (RFC 1191): packets may not be cut up on their way, and a router whose next
 * link takes less says so. Anybody can forge that, so it is held against what has been sent, and
 * what has arrived (RFC 5927 section 7.2). The sequence number is the caller's to check. Pure. */
#ifndef TCP_PMTU_H
#define TCP_PMTU_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/seq.h"

struct pmtu {
    uint16_t mtu;         /* the largest IP packet the path is believed to take */
    uint16_t sent, acked; /* the largest sent since that changed; the largest that arrived */
    uint16_t claimed;     /* by a report that waits for a time-out to confirm it, or 0 */
    seq_t about;          /* the segment it was about */
};

/* The first link takes `mtu`. */
void pmtu_init(struct pmtu *p, uint16_t mtu);

/* An IP packet of `len` octets left. */
void pmtu_on_send(struct pmtu *p, uint32_t len);

/* SND.UNA moved to `una`, which acknowledges as much as a packet of `len` octets can hold. */
void pmtu_on_ack(struct pmtu *p, uint32_t len, seq_t una);

/* A report about the segment at `seq`: `claimed` is the MTU it names, 0 for none. The MTU never
 * falls below `floor`. True when it has fallen. */
bool pmtu_on_report(struct pmtu *p, uint16_t claimed, seq_t seq, uint16_t floor);

/* A segment timed out. True when that makes a report true, and the MTU has fallen. */
bool pmtu_on_timeout(struct pmtu *p);

#endif
