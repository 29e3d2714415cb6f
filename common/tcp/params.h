/* Every constant of the TCP core, with the section it comes from and, where ours is not the RFC's,
 * the reason (`Differs:`). What a connection may change is called a default. Pure. */
#ifndef TCP_PARAMS_H
#define TCP_PARAMS_H

#include "base/usec.h"
#include "tcp/room.h"

/* Retransmission timer. The floor is the RFC's, because it is the text being taught and is safe
 * with any peer's delayed ACK; Linux has 200 ms, and rto_config.min_us makes it so. RFC 6298
 * section 2.4 */
#define RTO_MIN_DEFAULT       SECONDS(1)
#define RTO_INITIAL_DEFAULT   SECONDS(1)   /* RFC 6298 section 2.1 */
#define RTO_MAX_DEFAULT       SECONDS(120) /* RFC 6298 section 2.5: at least 60 s; as Linux */
#define RTO_GRANULARITY       1            /* RFC 6298 section 4, G: our clock's microsecond */
#define RTO_AFTER_SYN_TIMEOUT SECONDS(3)   /* RFC 6298 section 5.7 */

/* Giving up: both the count and the time must be reached. */
#define R1_RETRIES_DEFAULT     3            /* RFC 9293 section 3.8.3, SHLD-10 */
#define R2_RETRIES_DEFAULT     15           /* RFC 9293 section 3.8.3; as Linux' tcp_retries2 */
#define R2_TIME_DEFAULT        SECONDS(100) /* RFC 9293 section 3.8.3, SHLD-11 */
#define R2_SYN_RETRIES_DEFAULT 6            /* RFC 9293 section 3.8.3; as Linux' tcp_syn_retries */
#define R2_SYN_TIME_DEFAULT    SECONDS(180) /* RFC 9293 section 3.8.3, MUST-23 */

/* Congestion control. */
#define CWND_INITIAL_SEGMENTS_DEFAULT 10   /* RFC 6928 section 2 */
#define CWND_INITIAL_SEGMENT          1460 /* RFC 6928 section 2: no more octets for a larger MSS */
#define CWND_ACK_LIMIT_DEFAULT        1    /* RFC 5681 section 3.1: segments an ACK is worth */
#define CWND_SSTHRESH_INITIAL         INT32_MAX /* RFC 5681 section 3.1: arbitrarily high */
#define CUBIC_C_TENTHS                4         /* RFC 9438 section 5.1: C, of a segment per s^3 */
#define CUBIC_BETA_TENTHS             7         /* RFC 9438 section 4.6: a loss leaves so much */
#define CUBIC_REACH_MS                200000    /* no RFC: no growth left to compute beyond it */
#define DUP_ACK_THRESHOLD             3         /* RFC 5681 section 3.2, RFC 6675 section 2 */
/* HyStart++: the delay that counts, and how long it must last. RFC 9406 section 4.3 */
enum { HYSTART_STEP_MIN = MS(4), HYSTART_STEP_MAX = MS(16), HYSTART_RTT_DIVISOR = 8 };
enum { HYSTART_SAMPLES = 8, HYSTART_GROWTH_DIVISOR = 4, HYSTART_CAREFUL_ROUNDS = 5 };

/* Who only answers (2) is not hurt by paths that lose SYNs which ask; as Linux' tcp_ecn. */
#define ECN_POLICY_DEFAULT 2 /* RFC 3168 section 6.1.1.1: may ask, may not */

/* Loss detection by time, and the tail loss probe. Differs: RFC 8985 section 7.2 has no floor for
 * the probe's time; below this one a busy host's own delay would set it off. */
#define RACK_WINDOW_FRACTION 4          /* RFC 8985 section 6.2 step 4: of min_RTT */
#define RACK_WINDOW_PERSIST  16         /* RFC 8985 section 6.2 step 4: recoveries */
#define TLP_TIME_INITIAL     SECONDS(1) /* RFC 8985 section 7.2: before the first RTT sample */
#define TLP_TIME_MIN         MS(4)
#define TLP_ACK_DELAY        MS(200) /* RFC 8985 section 7.2: TLP.max_ack_delay; as Linux */

/* Segments. A peer may not make us send mostly headers. Differs: RFC 9293 section 3.7.1 has no
 * floor; this one is Linux' TCP_MIN_SND_MSS. */
#define MSS_MIN            48
#define MSS_DEFAULT        536 /* RFC 9293 section 3.7.1, MUST-15: IPv4, when the peer names none */
#define IP_HEADER_LEN      20  /* RFC 791 section 3.1: without options, the only kind we send */
#define PMTU_MIN           68  /* RFC 791 section 3.2: every link takes so much */
#define PMTU_FLOOR_DEFAULT 552 /* RFC 1191 section 3 would follow reports to 68; as Linux */
#define WSCALE_MAX         14  /* RFC 7323 section 2.3 */
#define WND_FIELD_MAX      65535 /* RFC 9293 section 3.1: sixteen bits */

/* Silly windows and zero windows. */
#define SWS_FRACTION        2           /* RFC 9293 section 3.8.6.2: Fr = Fs = 1/2 */
#define SWS_OVERRIDE        MS(200)     /* RFC 9293 section 3.8.6.2.1: 0.1 to 1.0 s */
#define CORK_TIME_MAX       MS(200)     /* no RFC: tcp(7), TCP_CORK */
#define PERSIST_MAX_DEFAULT SECONDS(60) /* RFC 9293 section 3.8.6.1: SHLD-30 sets none */

/* Delayed ACK. While a connection is young its segments are acknowledged at once, so that the
 * peer's slow start is not held back; RFC 5681 section 4.2 allows more ACKs. As Linux. */
#define DELACK_QUICK_DEFAULT 16
#define DELACK_TIME_DEFAULT  MS(40) /* RFC 9293 section 3.8.6.3, MUST-40: below 500 ms; as Linux */
#define DELACK_TICK          MS(1) /* where nothing is known yet; section 3.8.6.3 sets no minimum */

/* Keepalive, in seconds as the socket options have it. */
#define KEEPALIVE_IDLE_DEFAULT     7200 /* RFC 9293 section 3.8.4, MUST-28: two hours or more */
#define KEEPALIVE_INTERVAL_DEFAULT 75   /* RFC 9293 section 3.8.4 is silent; as Linux */
#define KEEPALIVE_PROBES_DEFAULT   9    /* RFC 9293 section 3.8.4, MUST-29; as Linux */

/* TIME-WAIT, 2 MSL. Differs: the MSL of RFC 9293 section 3.4.2 is 2 minutes; paths that hold a
 * packet for 30 s are not met any more, and all stacks use less. */
#define TIME_WAIT_DEFAULT     SECONDS(60)
#define TIME_WAIT_REUSE_AFTER SECONDS(1) /* RFC 7323 section 5.4: the slowest clock has ticked */

/* FIN-WAIT-2 of a connection nobody owns any more. Differs: RFC 9293 section 3.6 lets it last for
 * ever; this is Linux' tcp_fin_timeout. */
#define FIN_WAIT_2_DEFAULT SECONDS(60)

#define ISN_TICK      4     /* RFC 6528 section 3: microseconds per step of the clock M */
#define ISN_GAP       65537 /* RFC 9293 section 3.6.1 asks for more than 0; as Linux: an old window */
#define COOKIE_PERIOD SECONDS(64) /* RFC 4987 appendix A: a SYN cookie lasts one to two of them */

/* Timestamps. */
#define TSTAMP_TICK       MS(1)                   /* RFC 7323 section 5.4: 1 ms to 1 s */
#define TSTAMP_STALE      SECONDS(24 * 24 * 3600) /* RFC 7323 section 5.5: 24 days */
#define TSTAMP_OPTION_LEN 12                      /* RFC 7323 appendix A: NOP, NOP, 10 octets */

/* Challenge ACKs: so many in such a time, for each connection, because a counter shared by all lets
 * a stranger count with it (CVE-2016-5696). RFC 5961 section 7 */
#define CHALLENGE_LIMIT_DEFAULT 10
#define CHALLENGE_PERIOD        SECONDS(5) /* RFC 5961 section 7 */
#define SACK_RECENT             4 /* RFC 2018 section 3: blocks that fit an option; 3 beside timestamps */

#endif
