/* What the API's `info` tells of a connection, the same from both back-ends. */
#ifndef NET_INFO_H
#define NET_INFO_H

#include <stdbool.h>
#include <stdint.h>

#include "base/tcp_state.h"
#include "net/addr.h"

/* What the whole host has counted so far; the reasons of drops are in its DROP events. */
struct net_host_info {
    uint64_t frames_in, frames_out;
    uint64_t dropped;     /* received and thrown away, or refused by the link */
    uint64_t resets_sent; /* for segments that belonged to no connection */
};

/* A connection's inside, in bytes and microseconds whichever back-end tells; zero where the
 * back-end does not know. */
struct net_info {
    enum tcp_state state;
    struct net_addr local, peer;
    uint32_t snd_mss, rcv_mss;
    uint32_t cwnd, ssthresh; /* ssthresh UINT32_MAX: none yet */
    uint32_t snd_wnd, rcv_wnd;
    uint32_t unacked; /* sent, not yet acknowledged */
    uint32_t unsent;  /* written, not yet sent */
    uint32_t unread;  /* received, not yet read */
    uint32_t srtt_us, rttvar_us, rto_us, min_rtt_us;
    uint32_t retransmits; /* segments resent in all */
    uint32_t backoff;     /* time-outs in a row */
    uint32_t accept_queue,
        accept_limit; /* LISTEN only: connections waiting, and the backlog asked for */
    uint8_t snd_wscale, rcv_wscale;
    bool timestamps, sack, wscale, ecn;
    char congestion[16];       /* "reno", "cubic", ... */
    struct net_host_info host; /* the own stack's; the kernel keeps its books elsewhere */
};

#endif
