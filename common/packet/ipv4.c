/* IPv4 headers (RFC 791 section 3.1). */
#include "packet/ipv4.h"

#include "packet/checksum.h"

enum { /* where the fields lie */
       VERSION_AND_LEN = 0,
       TRAFFIC_CLASS = 1,
       TOTAL_LEN = 2,
       ID = 4,
       FRAGMENT = 6,
       TTL = 8,
       PROTOCOL = 9,
       CHECKSUM = 10,
       SRC = 12,
       DST = 16,
};

enum { /* the fragment word */
       DONT_FRAGMENT = 0x4000,
       MORE_FRAGMENTS = 0x2000,
       OFFSET_MASK = 0x1fff, /* in units of eight octets */
};

static size_t header_len(const uint8_t *data)
{
    return (size_t)(data[VERSION_AND_LEN] & 0x0f) * 4;
}

static enum ipv4_status check_header(const uint8_t *data, size_t len)
{
    if (len < IPV4_HEADER_MIN)
        return IPV4_SHORT;
    if (data[VERSION_AND_LEN] >> 4 != 4)
        return IPV4_BAD_VERSION;
    if (header_len(data) < IPV4_HEADER_MIN || header_len(data) > len)
        return IPV4_BAD_HEADER_LEN;
    if (get_be16(data + TOTAL_LEN) < header_len(data))
        return IPV4_BAD_TOTAL_LEN;
    return IPV4_OK;
}

/* `total_len` octets of `data` are there and hold at least the header. */
static void read_datagram(struct ipv4 *out, const uint8_t *data, size_t total_len)
{
    uint16_t fragment = get_be16(data + FRAGMENT);
    *out = (struct ipv4){
        .src_ip = get_be32(data + SRC),
        .dst_ip = get_be32(data + DST),
        .dscp = data[TRAFFIC_CLASS] >> 2,
        .ecn = data[TRAFFIC_CLASS] & 3,
        .ttl = data[TTL],
        .protocol = data[PROTOCOL],
        .id = get_be16(data + ID),
        .dont_fragment = fragment & DONT_FRAGMENT,
        .more_fragments = fragment & MORE_FRAGMENTS,
        .fragment_offset = (uint16_t)((fragment & OFFSET_MASK) * 8),
        .payload = {data + header_len(data), total_len - header_len(data)},
    };
}

enum ipv4_status ipv4_parse_unchecked(struct ipv4 *out, const uint8_t *data, size_t len)
{
    enum ipv4_status status = check_header(data, len);
    if (status != IPV4_OK)
        return status;
    if (get_be16(data + TOTAL_LEN) > len)
        return IPV4_BAD_TOTAL_LEN;
    read_datagram(out, data, get_be16(data + TOTAL_LEN));
    return IPV4_OK;
}

enum ipv4_status ipv4_parse(struct ipv4 *out, const uint8_t *data, size_t len)
{
    enum ipv4_status status = ipv4_parse_unchecked(out, data, len);
    if (status == IPV4_OK && !ipv4_checksum_ok(data))
        return IPV4_BAD_CHECKSUM;
    return status;
}

enum ipv4_status ipv4_parse_quoted(struct ipv4 *out, const uint8_t *data, size_t len)
{
    enum ipv4_status status = check_header(data, len);
    if (status == IPV4_OK)
        read_datagram(out, data, min_size(len, get_be16(data + TOTAL_LEN)));
    return status;
}

bool ipv4_checksum_ok(const uint8_t *data)
{
    return checksum_of(data, header_len(data)) == 0;
}

bool ipv4_is_fragment(const struct ipv4 *ip)
{
    return ip->more_fragments || ip->fragment_offset > 0;
}

static uint16_t fragment_word(const struct ipv4 *ip)
{
    unsigned word = ip->fragment_offset / 8u;
    if (ip->dont_fragment)
        word |= DONT_FRAGMENT;
    if (ip->more_fragments)
        word |= MORE_FRAGMENTS;
    return (uint16_t)word;
}

size_t ipv4_emit(const struct ipv4 *ip, size_t payload_len, uint8_t out[static IPV4_HEADER_MIN])
{
    if (payload_len > IPV4_LEN_MAX - IPV4_HEADER_MIN)
        return 0;
    out[VERSION_AND_LEN] = 4 << 4 | IPV4_HEADER_MIN / 4;
    out[TRAFFIC_CLASS] = (uint8_t)(ip->dscp << 2 | (ip->ecn & 3));
    put_be16(out + TOTAL_LEN, (uint16_t)(IPV4_HEADER_MIN + payload_len));
    put_be16(out + ID, ip->id);
    put_be16(out + FRAGMENT, fragment_word(ip));
    out[TTL] = ip->ttl;
    out[PROTOCOL] = ip->protocol;
    put_be16(out + CHECKSUM, 0);
    put_be32(out + SRC, ip->src_ip);
    put_be32(out + DST, ip->dst_ip);
    put_be16(out + CHECKSUM, checksum_of(out, IPV4_HEADER_MIN));
    return IPV4_HEADER_MIN;
}

const char *ipv4_problem(enum ipv4_status status)
{
    switch (status) {
    case IPV4_OK:
        return NULL;
    case IPV4_SHORT:
        return "IPv4: shorter than a header";
    case IPV4_BAD_VERSION:
        return "IPv4: version is not 4";
    case IPV4_BAD_HEADER_LEN:
        return "IPv4: bad header length";
    case IPV4_BAD_TOTAL_LEN:
        return "IPv4: bad total length";
    case IPV4_BAD_CHECKSUM:
        return "IPv4: bad header checksum";
    }
    return "IPv4: unknown problem";
}
