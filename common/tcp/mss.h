/* Segment sizes (RFC 9293 section 3.7.1): what we announce, and what we send. Pure. */
#ifndef TCP_MSS_H
#define TCP_MSS_H

#include <stdint.h>

/* The MSS option for a link that takes IP packets of `mtu` octets (MUST-67). */
uint16_t mss_announce(uint16_t mtu);

/* What decides the size of the text we put in a segment. */
struct mss_limits {
    uint16_t peer;       /* SendMSS: the peer's option, MSS_DEFAULT without it */
    uint16_t path_mtu;   /* largest IP packet the path takes */
    uint16_t user;       /* TCP_MAXSEG; 0 when not set */
    uint8_t options_len; /* TCP options in each segment (timestamps: 12) */
};

/* Eff.snd.MSS: the most text for one segment (MUST-16). At least MSS_MIN less the options. */
uint16_t mss_effective(const struct mss_limits *limits);

#endif
