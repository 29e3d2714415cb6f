/* The problem: a segment too large is cut by IP or lost, one too small wastes headers.
 * The rule: no more than the peer takes, nor than the path takes, less the options it carries.
 * RFC 9293 section 3.7.1 (MUST-14 to MUST-16, MUST-67), RFC 6691.
 * Seen in: tests/unit/tcp/test_mss.c; experiments exp-header, exp-byte-stream. */
#include "tcp/mss.h"

#include "base/bytes.h"
#include "packet/segment.h"
#include "tcp/params.h"

uint16_t mss_announce(uint16_t mtu)
{
    return (uint16_t)(mtu - IP_HEADER_LEN - TCP_HEADER_MIN);
}

uint16_t mss_effective(const struct mss_limits *limits)
{
    uint32_t send_mss = limits->peer;
    if (limits->user > 0)
        send_mss = min_u32(send_mss, limits->user);
    uint32_t mms_s = max_u32(limits->path_mtu, IP_HEADER_LEN) - IP_HEADER_LEN;
    uint32_t whole = min_u32(send_mss + TCP_HEADER_MIN, mms_s);
    whole = max_u32(whole, MSS_MIN + TCP_HEADER_MIN);
    return (uint16_t)(whole - TCP_HEADER_MIN - limits->options_len);
}
