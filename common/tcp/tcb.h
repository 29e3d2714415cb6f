/* The transmission control block (RFC 9293 section 3.3.1): the mechanisms' parts, which only input,
 * output, calls and time see together. Memory inside it serves an idle connection; more is handed
 * in as it is needed (space.h). Guarded by its owner's lock. Pure. */
#ifndef TCP_TCB_H
#define TCP_TCB_H

#include "tcp/challenge.h"
#include "tcp/config.h"
#include "tcp/delack.h"
#include "tcp/dsack.h"
#include "tcp/isn.h"
#include "tcp/journal.h"
#include "tcp/keepalive.h"
#include "tcp/nagle.h"
#include "tcp/persist.h"
#include "tcp/pmtu.h"
#include "tcp/rack.h"
#include "tcp/rcvbuf.h"
#include "tcp/rcvwnd.h"
#include "tcp/recovery.h"
#include "tcp/reset.h"
#include "tcp/sndbuf.h"
#include "tcp/sndwnd.h"
#include "tcp/state.h"
#include "tcp/timewait.h"
#include "tcp/tlp.h"
#include "tcp/tstamp.h"
#include "tcp/urgent.h"

struct tcb {
    enum tcp_state state;  /* assigned by state_enter alone */
    int error, soft_error; /* to be told; last complained of, and why a time-out happened */
    uint32_t retransmits;  /* segments sent again, in all */
    const struct tcp_config *config;
    struct isn_tuple tuple; /* whose connection this is, host byte order */

    bool opened;          /* some OPEN succeeded: tells "never connected" from "over" */
    bool passive;         /* SYN-RECEIVED was reached from LISTEN (MUST-11) */
    uint8_t iss_choice;   /* enum isn_choice */
    bool orphan, deaf;    /* the user is gone, or reads no more (SHUT_RD): for text, SHLD-3 */
    bool scaled;          /* both SYNs carried the window scale option */
    bool probe_wanted;    /* a window or keepalive probe is to be sent */
    bool report_soft;     /* IP_RECVERR: complaints become `error` at once */
    bool sample_changed;  /* a window or a time-out moved since the last SAMPLE event */
    bool oob_inline;      /* SO_OOBINLINE: the urgent octet stays in the stream */
    bool oob_held;        /* the urgent octet is here, unread: ... */
    uint8_t oob;          /* ... this one */
    uint8_t syn_timeouts; /* of our SYN (RFC 6298 section 5.7, RFC 6928 section 2) */

    struct reset reset;

    struct {
        seq_t iss;              /* before it is chosen what iss_choice needs */
        uint16_t mss, peer_mss; /* Eff.snd.MSS without SACK blocks; SendMSS, its option */
        uint16_t user_mss;      /* TCP_MAXSEG, 0 when not set */
    } snd; /* SND.UNA and SND.NXT are sent.una and sent.nxt, SND.WND is sndwnd.wnd */

    struct {
        seq_t irs, nxt;
        uint16_t mss; /* largest text of a segment seen from the peer */
    } rcv;            /* RCV.WND is rcvwnd_size */

    /* sending */
    uint32_t send_limit; /* octets that sndbuf may grow to (SO_SNDBUF) */
    struct pmtu pmtu;
    struct sndbuf sndbuf;
    struct sent sent;
    struct sndwnd sndwnd;
    struct cwnd cwnd;
    struct recovery recovery;
    struct rack rack;
    struct tlp tlp;
    struct rto rto;
    struct rto_patience patience_syn, patience_data; /* R1, R2: the user's to change (MUST-21) */
    struct persist persist;
    struct nagle nagle;
    struct urgent snd_urgent;

    /* receiving */
    struct rcvbuf rcvbuf;
    struct rcvwnd rcvwnd;
    struct reasm reasm;
    struct sack_report sack;
    struct dsack dsack;
    struct delack delack;
    struct urgent rcv_urgent;

    struct ecn ecn;
    struct tstamp tstamp;
    struct challenge challenge;
    struct keepalive keepalive;
    struct timewait timewait;
    usec_t orphan_deadline; /* FIN-WAIT-2 without a user ends here */
    struct journal journal;
    struct sent_range first_ranges[SENT_RANGES_START];
    struct reasm_range first_holes[REASM_RANGES_START];
};
_Static_assert(sizeof(struct tcb) < 1024, "an idle connection fits into 1 KiB");

#endif
