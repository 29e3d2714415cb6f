/* ICMP (RFC 792, RFC 1122 section 3.2.2): answers echo requests, reports to strangers what they
 * cannot reach here, and takes their reports about what we sent to whom it concerns. */
#ifndef STACK_ICMP_H
#define STACK_ICMP_H

#include <stdint.h>

#include "base/usec.h"
#include "stack/ip.h"

/* A bucket of errors that may still be sent (RFC 1812 section 4.3.2.8): refilled at a steady rate,
 * up to a burst; both as Linux. */
enum {
    ICMP_ERROR_BURST = 50,
    ICMP_ERRORS_PER_SECOND = 1000,
};

struct icmp_limit {
    uint32_t left;
    usec_t refilled_at;
};

/* Full, at the beginning of time. */
void icmp_limit_init(struct icmp_limit *limit);

void icmp_on_packet_locked(struct stack *stack, usec_t now, const struct ip_packet *packet);

/* Tells the sender of `packet` that there is no such protocol (ICMP_CODE_PROTOCOL) or nobody at
 * that port (ICMP_CODE_PORT). Silent where RFC 1122 section 3.2.2 wants silence. */
void icmp_send_unreachable_locked(struct stack *stack, usec_t now, const struct ip_packet *packet,
                                  uint8_t code);

#endif
