/* The problem: a stack has dozens of knobs, and a reader wants to see them at one glance.
 * The rule: one structure, filled from params.h in one place.
 * RFC 9293 section 3.9.1.1 (what OPEN may specify); each value's section stands in params.h.
 * Seen in: tests/unit/tcp/test_config.c. */
#include "tcp/config.h"

#include "tcp/params.h"

const struct tcp_config tcp_config_default = {
    .rto = {.initial_us = RTO_INITIAL_DEFAULT,
            .min_us = RTO_MIN_DEFAULT,
            .max_us = RTO_MAX_DEFAULT,
            .granularity_us = RTO_GRANULARITY},
    .patience_syn = {.r1_retries = R1_RETRIES_DEFAULT,
                     .r2_retries = R2_SYN_RETRIES_DEFAULT,
                     .r2_time_us = R2_SYN_TIME_DEFAULT},
    .patience_data = {.r1_retries = R1_RETRIES_DEFAULT,
                      .r2_retries = R2_RETRIES_DEFAULT,
                      .r2_time_us = R2_TIME_DEFAULT},
    .mtu = MTU_DEFAULT,
    .pmtu_floor = PMTU_FLOOR_DEFAULT,
    .pmtu_discovery = true,
    .timestamps = true,
    .window_scale = true,
    .sack = true,
    .dsack = true,
    .rack = true,
    .tail_probe = true,
    .gradual_reduction = true,
    .send_limit = BUFFER_LIMIT_DEFAULT,
    .receive_limit = BUFFER_LIMIT_DEFAULT,
    .range_limit = SENT_RANGES_MAX,
    .hole_limit = REASM_RANGES_MAX,
    .ecn = ECN_POLICY_DEFAULT,
    .congestion = CWND_RENO,
    .initial_segments = CWND_INITIAL_SEGMENTS_DEFAULT,
    .ack_limit = CWND_ACK_LIMIT_DEFAULT,
    .challenge_limit = CHALLENGE_LIMIT_DEFAULT,
    .delack_quick = DELACK_QUICK_DEFAULT,
    .delack_us = DELACK_TIME_DEFAULT,
    .persist_max_us = PERSIST_MAX_DEFAULT,
    .time_wait_us = TIME_WAIT_DEFAULT,
    /* Our own OPEN leaves TIME-WAIT its time, and a RST ends it: so RFC 9293 sections 3.6.1 and
     * 3.10.7.4, and so Linux between hosts. The peer's newer SYN is always taken (RFC 6191); not to
     * believe the RST (RFC 1337 section 3, F1) costs memory that such a peer will not use again. */
    .time_wait_reuse = false,
    .time_wait_firm = false,
    .fin_wait_2_us = FIN_WAIT_2_DEFAULT,
};
