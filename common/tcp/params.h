/* Every constant of the TCP core, with the section it comes from and, where ours is not the RFC's,
 * the reason (`Differs:`). What a connection may change carries the word default. Pure. */
#ifndef TCP_PARAMS_H
#define TCP_PARAMS_H

#include "base/usec.h"

/* --- retransmission timer: RFC 6298 --- */
#define RTO_INITIAL_DEFAULT SECONDS(1) /* section 2.1: before the first sample */
#define RTO_MIN_DEFAULT                                                                            \
    SECONDS(1) /* section 2.4: the RFC's floor; Linux has 200 ms. We keep                          \
                  the RFC's, because it is the text being taught and is                            \
                  safe with any peer's delayed ACK; min_us changes it */
#define RTO_MAX_DEFAULT       SECONDS(120) /* section 2.5: at least 60 s; as Linux */
#define RTO_GRANULARITY       1            /* section 2.3, G: our clock ticks in microseconds */
#define RTO_AFTER_SYN_TIMEOUT SECONDS(3)   /* section 5.7 */

/* --- giving up: RFC 9293 section 3.8.3 --- */
#define R1_RETRIES_DEFAULT     3            /* MUST-20, SHLD-10: tell the IP layer */
#define R2_RETRIES_DEFAULT     15           /* as Linux' tcp_retries2 */
#define R2_TIME_DEFAULT        SECONDS(100) /* SHLD-11: never earlier than this */
#define R2_SYN_RETRIES_DEFAULT 6            /* as Linux' tcp_syn_retries */
#define R2_SYN_TIME_DEFAULT    SECONDS(180) /* MUST-23: at least 3 minutes for a SYN */

/* --- congestion control: RFC 5681, 6928, 3042, 6675 --- */
#define CWND_INITIAL_SEGMENTS_DEFAULT 10   /* RFC 6928 section 2 */
#define CWND_INITIAL_SEGMENT          1460 /* RFC 6928 section 2: larger segments do not enlarge IW */
#define CWND_ACK_LIMIT_DEFAULT        1 /* RFC 5681 section 3.1: an ACK is worth one segment at most */
#define CWND_SSTHRESH_INITIAL         INT32_MAX /* RFC 5681 section 3.1: arbitrarily high */
#define DUP_ACK_THRESHOLD             3         /* RFC 5681 section 3.2, RFC 6675 section 2 */

/* --- segments: RFC 9293 section 3.7.1 --- */
#define MSS_DEFAULT 536 /* MUST-15: IPv4, when the peer names none */
#define MSS_MIN                                                                                    \
    48                      /* smallest we honour: a peer may not make us send mostly headers; as  \
                               Linux' TCP_MIN_SND_MSS. Differs: the RFC sets no floor */
#define IP_HEADER_LEN 20    /* MUST-16: IPv4 without options, the only kind we send */
#define WSCALE_MAX    14    /* RFC 7323 section 2.3 */
#define WND_FIELD_MAX 65535 /* RFC 9293 section 3.1: sixteen bits */

/* --- silly windows and probes: RFC 9293 section 3.8.6 --- */
#define SWS_FRACTION 2       /* section 3.8.6.2: Fr = Fs = 1/2 */
#define SWS_OVERRIDE MS(200) /* section 3.8.6.2.1: 0.1 to 1.0 s */
#define PERSIST_MAX_DEFAULT                                                                        \
    SECONDS(60) /* section 3.8.6.1, SHLD-30: the interval grows up to this */

/* --- delayed ACK: RFC 9293 section 3.8.6.3, RFC 5681 section 4.2 --- */
#define DELACK_TIME_DEFAULT MS(40) /* MUST-40: below 500 ms; as Linux */
#define DELACK_SEGMENTS     2      /* SHLD-19: every second full-sized segment */
#define DELACK_QUICK_DEFAULT                                                                       \
    16 /* segments acknowledged at once while a connection is young, so                            \
          that the peer's slow start is not held back; as Linux */

/* --- keepalive: RFC 9293 section 3.8.4 --- */
#define KEEPALIVE_IDLE_DEFAULT     7200 /* seconds; MUST-28: no less than two hours */
#define KEEPALIVE_INTERVAL_DEFAULT 75   /* seconds between probes; the RFC is silent, as Linux */
#define KEEPALIVE_PROBES_DEFAULT   9    /* MUST-29: one lost probe proves nothing; as Linux */

/* --- TIME-WAIT: RFC 9293 section 3.4.2 --- */
#define TIME_WAIT_DEFAULT                                                                          \
    SECONDS(60) /* 2 MSL. Differs: the RFC's MSL is 2 minutes; paths that hold                     \
                   a packet for 30 s are not met, and all stacks use less */

/* --- initial sequence number: RFC 6528 section 3, RFC 9293 section 3.4.1 --- */
#define ISN_TICK 4 /* microseconds per step of the clock M */

/* --- timestamps: RFC 7323 --- */
#define TSTAMP_TICK       MS(1)                   /* section 5.4: 1 ms to 1 s per tick */
#define TSTAMP_STALE      SECONDS(24 * 24 * 3600) /* section 5.5: TS.Recent is void after 24 days */
#define TSTAMP_OPTION_LEN 12                      /* appendix A: NOP, NOP, 10 octets */

/* --- challenge ACKs: RFC 5961 section 7 --- */
#define CHALLENGE_LIMIT_DEFAULT 10 /* at most so many ... */
#define CHALLENGE_PERIOD                                                                           \
    SECONDS(5) /* ... in this time, per connection (a shared counter                               \
                  would let a stranger count: CVE-2016-5696) */

/* --- reassembly --- */
#define SACK_RECENT 4 /* RFC 2018 section 4: blocks reported, at most; 3 beside timestamps */

/* --- a host's choices: no RFC section, sizes a teaching host can afford --- */
#define MTU_DEFAULT          1500          /* Ethernet (RFC 894) */
#define BUFFER_LIMIT_DEFAULT (1024 * 1024) /* SO_SNDBUF and SO_RCVBUF; used only when filled */
#define BUFFER_START         4096          /* first memory asked for; doubles from there */
#define SENT_RANGES_MAX      16384         /* entries in the record of what was sent */
#define SENT_RANGES_START    4             /* those inside the TCB: enough for an idle one */
#define REASM_RANGES_MAX     512           /* holes remembered by the receiver */
#define REASM_RANGES_START   4             /* those inside the TCB */
#define FIN_WAIT_2_DEFAULT                                                                         \
    SECONDS(60) /* an orphan's; RFC 9293 knows no end to FIN-WAIT-2.                               \
                   Differs: as Linux' tcp_fin_timeout */

#endif
