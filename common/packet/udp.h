/* UDP datagrams (RFC 768). Pure. */
#ifndef PACKET_UDP_H
#define PACKET_UDP_H

#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "packet/checksum.h"

enum {
    UDP_HEADER_LEN = 8,
};

struct udp {
    uint16_t src_port, dst_port;
    struct span payload;
};

enum udp_status {
    UDP_OK,
    UDP_SHORT,   /* fewer octets than a header */
    UDP_BAD_LEN, /* the length field is below 8 or past the end */
    UDP_BAD_CHECKSUM,
};

/* Reads a datagram; the payload points into `data` and ends where the length field says. A
 * checksum field of 0 means that the sender made none. With `addresses` NULL the checksum is not
 * looked at. */
enum udp_status udp_parse(struct udp *out, const uint8_t *data, size_t len,
                          const struct segment_addresses *addresses);

/* Writes header and payload with the checksum. Returns the octets written, or 0 when `cap` or the
 * length field is too small for them. */
size_t udp_emit(const struct udp *udp, uint8_t *out, size_t cap,
                const struct segment_addresses *addresses);

/* `status` in words for a log, NULL for UDP_OK. */
const char *udp_problem(enum udp_status status);

#endif
