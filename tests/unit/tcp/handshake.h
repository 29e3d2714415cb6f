/* A connection in ESTABLISHED for tests that need one, reached by shaking hands: ISS whatever it
 * is, the peer's first octet 1001, its MSS 1000. */
#ifndef TESTS_UNIT_TCP_HANDSHAKE_H
#define TESTS_UNIT_TCP_HANDSHAKE_H

#include "tcp/tcp.h"

static inline void handshake_drain(struct tcb *t, usec_t now)
{
    struct segment out;
    struct event event;
    while (tcp_next_segment(t, now, &out))
        ;
    while (tcp_next_event(t, &event))
        ;
}

static inline void handshake(struct tcb *t, const struct tcp_config *config, usec_t now)
{
    static const struct isn_tuple tuple = {1, 2, 3, 4};
    tcp_init(t, config, &tuple, now);
    tcp_open_active(t, now);
    handshake_drain(t, now);
    const struct segment syn_ack = {.seq = {1000},
                                    .ack = t->sent.nxt,
                                    .flags = TCP_SYN | TCP_ACK,
                                    .wnd = 60000,
                                    .options = {.has_mss = true, .mss = 1000}};
    tcp_on_segment(t, &syn_ack, now + MS(20));
    handshake_drain(t, now + MS(20));
}

#endif
