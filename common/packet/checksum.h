/* The Internet checksum (RFC 1071): the ones' complement of the ones' complement sum of 16-bit
 * words, as IPv4, ICMP, UDP and TCP use it.
 *
 * A sum is gathered piece by piece, in any order of calls that matches the order of octets, then
 * taken out once: finished (complemented), or partial, as an interface that completes checksums
 * itself wants it. All results are numbers in host byte order, to be stored with put_be16. Pure. */
#ifndef PACKET_CHECKSUM_H
#define PACKET_CHECKSUM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A sum under way; start from {0}. */
struct checksum {
    uint64_t sum;
    bool odd; /* an odd number of octets so far: the next one is the low half of its word */
};

/* Where a TCP segment or UDP datagram travels, as its checksum covers it (host byte order). */
struct segment_addresses {
    uint32_t src_ip, dst_ip;
};

/* Adds `len` octets; odd lengths may come anywhere, not only last. */
void checksum_add(struct checksum *checksum, const uint8_t *data, size_t len);

/* Adds the pseudo-header (RFC 9293 section 3.1, RFC 768) of a segment of `len` octets. */
void checksum_add_pseudo(struct checksum *checksum, const struct segment_addresses *addresses,
                         uint8_t protocol, uint32_t len);

/* The value for the checksum field. Over octets that include a right checksum field it is 0. */
uint16_t checksum_finish(const struct checksum *checksum);

/* The sum folded to 16 bits and not complemented: what the checksum field holds when somebody
 * below adds the rest (PACKET_VNET_HDR with NEEDS_CSUM). */
uint16_t checksum_partial(const struct checksum *checksum);

/* checksum_finish of one run of octets. */
uint16_t checksum_of(const uint8_t *data, size_t len);

/* The checksum field after one of the covered words changed from `from` to `to` (RFC 1624
 * section 3, equation 3). */
uint16_t checksum_update(uint16_t checksum, uint16_t from, uint16_t to);

#endif
