/* IPv4 datagrams (RFC 791): reading them with every length checked, and writing headers.
 *
 * Options are stepped over, never written. Fragments are recognised, not put together. Pure. */
#ifndef PACKET_IPV4_H
#define PACKET_IPV4_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"

enum {
    IPV4_HEADER_MIN = 20,
    IPV4_HEADER_MAX = 60,
    IPV4_LEN_MAX = 65535,

    IPV4_PROTOCOL_ICMP = 1,
    IPV4_PROTOCOL_TCP = 6,
    IPV4_PROTOCOL_UDP = 17,
};

/* The two bits of congestion notification (RFC 3168 section 5). */
enum {
    ECN_NOT_CAPABLE = 0,
    ECN_CAPABLE_1 = 1,
    ECN_CAPABLE_0 = 2,
    ECN_CONGESTED = 3,
};

struct ipv4 {
    uint32_t src_ip, dst_ip; /* host byte order */
    uint8_t dscp;            /* six bits (RFC 2474) */
    uint8_t ecn;             /* two bits */
    uint8_t ttl, protocol;
    uint16_t id;
    bool dont_fragment, more_fragments;
    uint16_t fragment_offset; /* octets */
    struct span payload;      /* ends where the total length says, before any padding */
};

enum ipv4_status {
    IPV4_OK,
    IPV4_SHORT,          /* fewer octets than a header */
    IPV4_BAD_VERSION,    /* not 4 */
    IPV4_BAD_HEADER_LEN, /* below 20 or past the end of the octets */
    IPV4_BAD_TOTAL_LEN,  /* below the header's length or past the end of the octets */
    IPV4_BAD_CHECKSUM,
};

/* Reads a datagram and checks its header checksum; the payload points into `data`. */
enum ipv4_status ipv4_parse(struct ipv4 *out, const uint8_t *data, size_t len);

/* The same without looking at the checksum. */
enum ipv4_status ipv4_parse_unchecked(struct ipv4 *out, const uint8_t *data, size_t len);

/* Reads the start of a datagram, as an ICMP error quotes it: the total length may say more than
 * there is, the payload is what there is, and the checksum, which routers rewrite, is not looked
 * at. */
enum ipv4_status ipv4_parse_quoted(struct ipv4 *out, const uint8_t *data, size_t len);

/* Whether the header's checksum is right, of octets that a parser above found well-formed. */
bool ipv4_checksum_ok(const uint8_t *data);

/* True for each piece of a datagram that was cut up, the first and last included. */
bool ipv4_is_fragment(const struct ipv4 *ip);

/* Writes the 20 octets of header for a payload of `payload_len` octets, which goes behind it by
 * whoever has it (ip->payload is not read). Returns the header's length, or 0 when the payload is
 * too long for a datagram. */
size_t ipv4_emit(const struct ipv4 *ip, size_t payload_len, uint8_t out[static IPV4_HEADER_MIN]);

/* `status` in words for a log, NULL for IPV4_OK. */
const char *ipv4_problem(enum ipv4_status status);

#endif
