/* What a host decides for all its connections; a connection may change the part it copies. Pure. */
#ifndef TCP_CONFIG_H
#define TCP_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/siphash.h"
#include "tcp/cwnd.h"
#include "tcp/ecn.h"
#include "tcp/rto.h"

/* Where Linux does otherwise than the RFCs say or advise. Ours does so only where somebody expects
 * Linux: behind the packetdrill door (packetdrill/flags.c). */
struct tcp_as_linux {
    bool nagle_small_only;  /* only small segments wait for ACKs of small ones: nagle.h */
    bool fin_ack_waits;     /* for our own FIN to ride on, while that may come: delack.h */
    bool needs_ack;         /* without ACK, RST or SYN a segment is not looked at */
    bool push_by_window;    /* PSH also where the peer's window or half of it ends */
    bool halves_window;     /* a loss halves the window, however little was outstanding */
    bool arrivals_grow;     /* the window: what a SACK told counts once; also as recovery ends */
    bool soft_ends_opening; /* by a soft ICMP error (RFC 5461) */
    bool tstamps_may_lack;  /* once agreed on */
};

/* Shared by many connections and outliving them all. */
struct tcp_config {
    struct siphash_key key; /* secret and random: initial sequence numbers (RFC 6528) */
    struct rto_config rto;
    struct rto_patience patience_syn, patience_data; /* R1 and R2; copied into each connection */

    uint16_t mtu;        /* of the link: largest IP packet */
    uint16_t pmtu_floor; /* no path is believed to take less */
    bool pmtu_discovery; /* routers' reports are heard (RFC 1191) */
    uint32_t gso_bytes;  /* most text the link takes in a super-segment; 0: one MSS per segment */

    uint8_t window_shift; /* the least scale offered, even where the buffer needs none */
    bool timestamps, window_scale, sack; /* offered, and accepted when offered */
    bool dsack;                          /* duplicates reported, where both ends permit SACK */
    bool gradual_reduction;              /* RFC 9937: a loss lowers the window ACK by ACK */
    bool rack, tail_probe; /* RFC 8985, where both ends permit SACK; the probe only with RACK */

    uint32_t send_limit, receive_limit; /* octets a buffer may grow to (SO_SNDBUF, SO_RCVBUF) */
    uint32_t range_limit;               /* entries the record of sent ranges may grow to */
    uint16_t hole_limit;                /* out-of-order ranges the receiver remembers at most */

    uint8_t ecn;              /* enum ecn_policy */
    uint8_t congestion;       /* enum cwnd_algorithm; copied into each connection */
    uint8_t initial_segments; /* initial congestion window */
    uint8_t ack_limit;        /* segments an ACK is worth in slow start, at most (RFC 3465) */
    uint8_t challenge_limit;  /* challenge ACKs per period */
    uint8_t delack_quick;     /* segments acknowledged at once at the start */
    uint32_t delack_us;
    uint32_t persist_max_us;
    uint32_t time_wait_us;  /* 2 MSL */
    bool time_wait_reuse;   /* our own OPEN may take over a four-tuple in TIME-WAIT: timewait.h */
    bool time_wait_firm;    /* a RST does not end TIME-WAIT (RFC 1337 section 3, F1) */
    uint32_t fin_wait_2_us; /* how long FIN-WAIT-2 lasts once the user is gone */

    struct tcp_as_linux as_linux;
};

/* The defaults of params.h, for a link of MTU 1500, with a key that is not secret. */
extern const struct tcp_config tcp_config_default;

#endif
