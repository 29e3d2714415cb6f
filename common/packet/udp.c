/* UDP datagrams (RFC 768). */
#include "packet/udp.h"

#include <stdbool.h>
#include <string.h>

#include "packet/ipv4.h"

enum { SRC_PORT = 0, DST_PORT = 2, LEN = 4, CHECKSUM = 6 };

static uint16_t checksum_over(const uint8_t *data, size_t len,
                              const struct segment_addresses *addresses)
{
    struct checksum checksum = {0};
    checksum_add_pseudo(&checksum, addresses, IPV4_PROTOCOL_UDP, (uint32_t)len);
    checksum_add(&checksum, data, len);
    return checksum_finish(&checksum);
}

enum udp_status udp_parse(struct udp *out, const uint8_t *data, size_t len,
                          const struct segment_addresses *addresses)
{
    if (len < UDP_HEADER_LEN)
        return UDP_SHORT;
    size_t udp_len = get_be16(data + LEN);
    if (udp_len < UDP_HEADER_LEN || udp_len > len)
        return UDP_BAD_LEN;
    bool has_checksum = get_be16(data + CHECKSUM) != 0;
    if (addresses && has_checksum && checksum_over(data, udp_len, addresses) != 0)
        return UDP_BAD_CHECKSUM;
    *out = (struct udp){
        .src_port = get_be16(data + SRC_PORT),
        .dst_port = get_be16(data + DST_PORT),
        .payload = {data + UDP_HEADER_LEN, udp_len - UDP_HEADER_LEN},
    };
    return UDP_OK;
}

size_t udp_emit(const struct udp *udp, uint8_t *out, size_t cap,
                const struct segment_addresses *addresses)
{
    size_t len = UDP_HEADER_LEN + udp->payload.len;
    if (len > cap || len > UINT16_MAX)
        return 0;
    put_be16(out + SRC_PORT, udp->src_port);
    put_be16(out + DST_PORT, udp->dst_port);
    put_be16(out + LEN, (uint16_t)len);
    put_be16(out + CHECKSUM, 0);
    if (udp->payload.len > 0)
        memcpy(out + UDP_HEADER_LEN, udp->payload.data, udp->payload.len);
    uint16_t checksum = checksum_over(out, len, addresses);
    /* Zero would say that there is none; in ones' complement all ones is the same number. */
    put_be16(out + CHECKSUM, checksum ? checksum : UINT16_MAX);
    return len;
}

const char *udp_problem(enum udp_status status)
{
    switch (status) {
    case UDP_OK:
        return NULL;
    case UDP_SHORT:
        return "UDP: shorter than a header";
    case UDP_BAD_LEN:
        return "UDP: bad length";
    case UDP_BAD_CHECKSUM:
        return "UDP: bad checksum";
    }
    return "UDP: unknown problem";
}
