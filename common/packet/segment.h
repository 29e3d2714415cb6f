/* A TCP segment as a C structure (RFC 9293 section 3.1), and its way from and to octets.
 *
 * Parsing copies the header's fields out and lets `text` point into the octets given; emitting
 * writes header, options and text. The checksum of RFC 9293 covers a pseudo-header, so both need
 * the two IPv4 addresses. Pure. */
#ifndef PACKET_SEGMENT_H
#define PACKET_SEGMENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "packet/checksum.h"
#include "packet/seq.h"
#include "packet/tcp_options.h"

enum {
    TCP_FIN = 0x01,
    TCP_SYN = 0x02,
    TCP_RST = 0x04,
    TCP_PSH = 0x08,
    TCP_ACK = 0x10,
    TCP_URG = 0x20,
    TCP_ECE = 0x40,
    TCP_CWR = 0x80,

    TCP_HEADER_MIN = 20,
    TCP_HEADER_MAX = TCP_HEADER_MIN + TCP_OPTIONS_MAX,
    TCP_CHECKSUM_OFFSET = 16, /* of the checksum field within the header */
};

struct segment {
    uint16_t src_port, dst_port;
    seq_t seq, ack;
    uint8_t flags;
    uint16_t wnd;     /* the field as sent, not yet scaled */
    uint16_t urg_ptr; /* meaningful with TCP_URG */
    struct tcp_options options;
    struct span text[2]; /* two, because a ring buffer wraps; valid as long as its owner says */
    uint8_t ecn;         /* the codepoint of its datagram; the IP layer's to read and write */
    uint16_t gso_size;   /* 0, or the size at which a super-segment is cut on its way out */
};

enum segment_status {
    SEGMENT_OK,
    SEGMENT_SHORT,      /* fewer octets than a header */
    SEGMENT_BAD_OFFSET, /* data offset below 5 or past the end */
    SEGMENT_BAD_CHECKSUM,
    SEGMENT_BAD_OPTION, /* an option whose length lies (0, 1, or past the header's end) */
};

/* Octets of text in both spans. */
static inline uint32_t segment_text_len(const struct segment *seg)
{
    return (uint32_t)(seg->text[0].len + seg->text[1].len);
}

/* SEG.LEN of RFC 9293: the text, and one each for SYN and FIN. */
static inline uint32_t segment_len(const struct segment *seg)
{
    return segment_text_len(seg) + ((seg->flags & TCP_SYN) != 0) + ((seg->flags & TCP_FIN) != 0);
}

/* Reads `len` octets at `data`. Unknown options are skipped (RFC 9293 MUST-6). With
 * `addresses` NULL the checksum is not looked at (somebody below has already done so). With
 * SEGMENT_BAD_OPTION all of `out` but the options is valid; with the others nothing is. */
enum segment_status segment_parse(struct segment *out, const uint8_t *data, size_t len,
                                  const struct segment_addresses *addresses);

/* Octets of header and options that segment_emit will write for `seg`. */
size_t segment_header_len(const struct segment *seg);

/* Writes header, options, and both spans of text to `out`, which holds `cap` octets, with the
 * checksum. Returns the octets written, or 0 when `cap` is too small. */
size_t segment_emit(const struct segment *seg, uint8_t *out, size_t cap,
                    const struct segment_addresses *addresses);

/* The same for an interface that completes checksums: the field holds the sum of the pseudo-header
 * alone, and the text is copied without being summed. */
size_t segment_emit_partial(const struct segment *seg, uint8_t *out, size_t cap,
                            const struct segment_addresses *addresses);

/* `status` in words for a log, NULL for SEGMENT_OK. */
const char *segment_problem(enum segment_status status);

#endif
