/* The socket options of a TCP connection, as a program sets them: before there is one, while it
 * lives, and at a listener for those that will come. */
#ifndef STACK_CONN_OPTIONS_H
#define STACK_CONN_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/usec.h"
#include "tcp/tcb.h"

/* The least that buffers can be set to; as Linux' SOCK_MIN_SNDBUF and SOCK_MIN_RCVBUF, halved as
 * the API counts them. */
enum { CONN_SNDBUF_MIN = 2304, CONN_RCVBUF_MIN = 1152 };

struct conn_options {
    bool nodelay, cork, quickack, keepalive, oob_inline;
    bool report_soft;   /* IP_RECVERR */
    uint8_t tos, ttl;   /* of its datagrams (IP_TOS, IP_TTL) */
    uint8_t congestion; /* enum cwnd_algorithm */
    uint16_t maxseg;    /* 0: none */
    uint32_t sndbuf, rcvbuf;
    uint32_t window_clamp; /* 0: none */
    uint32_t keepidle_s, keepintvl_s;
    uint8_t keepcnt, syncnt;
    usec_t user_timeout; /* 0: as the host does */
};

void conn_options_init(struct conn_options *options, const struct tcp_config *config);

/* Makes the connection behave so, from `now` on. What only its beginning can settle (MAXSEG) is
 * left alone later. */
void conn_options_apply(const struct conn_options *options, struct tcb *tcb, usec_t now);

#endif
