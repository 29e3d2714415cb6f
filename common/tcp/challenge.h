/* Challenge ACKs (RFC 5961): a RST or SYN that a stranger may have forged is answered by an ACK,
 * which only the true peer can act on. Their number is limited (section 7), so that forgeries
 * cannot make us flood the peer. Pure. */
#ifndef TCP_CHALLENGE_H
#define TCP_CHALLENGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/usec.h"

struct challenge {
    usec_t period_end;
    uint8_t left;  /* to be sent before that */
    uint8_t limit; /* in each period */
};

void challenge_init(struct challenge *c, uint8_t limit);

/* True when a challenge ACK may be sent now; it then counts as sent. */
bool challenge_allows(struct challenge *c, usec_t now);

#endif
