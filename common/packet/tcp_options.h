/* TCP options (RFC 9293 section 3.2): the list between the header and the text. Pure. */
#ifndef PACKET_TCP_OPTIONS_H
#define PACKET_TCP_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "packet/seq.h"

enum {
    TCP_OPTIONS_MAX = 40,
    TCP_SACK_BLOCKS_MAX = 4,
};

/* Octets [start, end) (RFC 2018 section 3). */
struct sack_block {
    seq_t start, end;
};

/* The options this stack knows; each with its presence told apart from its value. */
struct tcp_options {
    bool has_mss, has_wscale, has_tstamp, sack_permitted;
    uint16_t mss;            /* RFC 9293 section 3.7.1 */
    uint8_t wscale;          /* RFC 7323 section 2; as sent, so it may be above 14 */
    uint32_t ts_val, ts_ecr; /* RFC 7323 section 3 */
    uint8_t sack_count;      /* RFC 2018 section 3 */
    struct sack_block sack[TCP_SACK_BLOCKS_MAX];
};

/* Reads the `len` octets between header and text. Unknown kinds, and known ones of another length
 * than theirs, are stepped over (RFC 9293 MUST-6); of an option sent twice the last counts. False
 * when a length is 0 or 1 or leads past the end (MUST-7), with what stood before it in `out`. */
bool tcp_options_parse(struct tcp_options *out, const uint8_t *data, size_t len);

/* Octets that tcp_options_emit will write: a multiple of 4, at most TCP_OPTIONS_MAX. */
size_t tcp_options_len(const struct tcp_options *options);

/* How many of the SACK blocks fit behind the other options: 4 alone, 3 with timestamps. */
uint8_t tcp_options_sack_fit(const struct tcp_options *options);

/* Writes the options to `out`, which holds tcp_options_len octets; of the SACK blocks the first
 * ones, as far as they fit. Each is aligned to four octets by no-operations before it. Returns
 * tcp_options_len. */
size_t tcp_options_emit(const struct tcp_options *options, uint8_t *out);

#endif
