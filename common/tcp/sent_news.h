/* What an ACK tells of what was sent: written by the record (sent.h), read by the mechanisms that
 * learn from it. Pure. */
#ifndef TCP_SENT_NEWS_H
#define TCP_SENT_NEWS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/usec.h"
#include "packet/seq.h"

/* Of some ranges the one sent last; of equals the highest. */
struct sent_latest {
    bool any;
    usec_t sent_us;
    seq_t end;
};

/* What one ACK told, added up over its ACK field and its SACK blocks. Start from zeros. */
struct sent_news {
    uint32_t acked;                 /* octets newly acknowledged, those SACKed before included */
    uint32_t sacked;                /* octets newly SACKed */
    uint32_t delivered;             /* octets that were neither before: what left the network */
    bool resent;                    /* some of the acknowledged was sent more than once */
    bool has_sample;                /* an RTT sample is possible: ... */
    usec_t sample_sent_us;          /* ... it was sent at this time, and only once */
    struct sent_latest once, again; /* of the delivered, by whether it was sent more than once */
    seq_t lowest_end;               /* where the lowest piece of those sent once ends */
};

#endif
