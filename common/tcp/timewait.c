/* The problem: the last ACK may be lost, and old segments may still be on their way when the same
 *   ports are used again.
 * The rule: the end that closed first stays for 2 MSL, and begins anew when the FIN comes again.
 * RFC 9293 sections 3.4.2, 3.6.1 and 3.10.7.4 eighth step (TIME-WAIT STATE).
 * Seen in: tests/unit/tcp/test_timewait.c; experiment exp-time-wait. */
#include "tcp/timewait.h"

void timewait_init(struct timewait *t, uint32_t length_us)
{
    *t = (struct timewait){.deadline = NEVER, .length_us = length_us};
}

void timewait_start(struct timewait *t, usec_t now)
{
    t->deadline = usec_after(now, t->length_us);
}

bool timewait_over(const struct timewait *t, usec_t now)
{
    return now >= t->deadline;
}
