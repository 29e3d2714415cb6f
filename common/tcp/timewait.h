/* TIME-WAIT (RFC 9293 sections 3.4.2 and 3.6.1): the closer's end remembers the connection for 2
 * MSL, to answer a repeated FIN and to let old segments die. Pure. */
#ifndef TCP_TIMEWAIT_H
#define TCP_TIMEWAIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/usec.h"

struct timewait {
    usec_t deadline;    /* NEVER outside TIME-WAIT */
    uint32_t length_us; /* 2 MSL */
};

void timewait_init(struct timewait *t, uint32_t length_us);

/* TIME-WAIT begins, or begins anew with a retransmitted FIN. */
void timewait_start(struct timewait *t, usec_t now);

bool timewait_over(const struct timewait *t, usec_t now);

#endif
