/* STATUS (RFC 9293 section 3.10.6): a connection's inside at a glance, in octets and microseconds.
 * Pure. */
#ifndef TCP_STATUS_H
#define TCP_STATUS_H

#include "tcp/tcb.h"

struct tcp_status {
    enum tcp_state state;
    uint32_t snd_mss, rcv_mss, adv_mss, path_mtu;
    uint32_t cwnd, ssthresh; /* ssthresh UINT32_MAX: none yet */
    uint32_t snd_wnd, rcv_wnd;
    uint32_t unacked; /* octets sent, not yet acknowledged, SYN and FIN included */
    uint32_t unsent;  /* octets written, not yet sent */
    uint32_t unread;  /* octets received, not yet read */
    uint32_t sacked, lost;
    struct {
        uint32_t unacked, sacked, lost, resent;
    } segments; /* the same as they were cut, and what was sent again of the lost */
    enum recovery_phase phase;
    uint32_t dup_acks;                   /* in a row, or SACKs of something new */
    uint32_t srtt_us, rttvar_us, rto_us; /* srtt 0: not measured yet */
    usec_t sent_at, heard_at, text_at;   /* last: text sent, anything heard, text received; or 0 */
    uint32_t min_rtt_us;                 /* UINT32_MAX: not measured yet */
    uint32_t ack_delay_us;               /* how long an ACK may wait; 0 before any text came */
    uint32_t acked, received;            /* octets in all, FIN included, modulo 2^32 */
    bool passive;                        /* it was the peer that opened */
    uint64_t retransmits;                /* segments sent again, in all */
    uint32_t backoff;                    /* time-outs in a row */
    uint8_t snd_wscale, rcv_wscale;
    uint8_t congestion; /* enum cwnd_algorithm */
    bool timestamps, sack, window_scale, ecn;
    bool easing; /* the window falls after a mark, ACK by ACK */
    bool urgent; /* octets before an urgent mark are unread (MUST-33) */
};

void tcp_status(const struct tcb *t, struct tcp_status *out);

#endif
