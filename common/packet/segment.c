/* TCP segments from and to octets (RFC 9293 section 3.1). */
#include "packet/segment.h"

#include <string.h>

#include "packet/ipv4.h"

enum {
    SRC_PORT = 0,
    DST_PORT = 2,
    SEQ = 4,
    ACK = 8,
    DATA_OFFSET = 12,
    FLAGS = 13,
    WINDOW = 14,
    CHECKSUM = TCP_CHECKSUM_OFFSET,
    URGENT = 18,
};

static struct checksum pseudo_sum(const struct segment_addresses *addresses, size_t len)
{
    struct checksum checksum = {0};
    checksum_add_pseudo(&checksum, addresses, IPV4_PROTOCOL_TCP, (uint32_t)len);
    return checksum;
}

static uint16_t checksum_over(const uint8_t *data, size_t len,
                              const struct segment_addresses *addresses)
{
    struct checksum checksum = pseudo_sum(addresses, len);
    checksum_add(&checksum, data, len);
    return checksum_finish(&checksum);
}

/* Everything but the options. */
static void read_fixed(struct segment *out, const uint8_t *data, struct span text)
{
    out->src_port = get_be16(data + SRC_PORT);
    out->dst_port = get_be16(data + DST_PORT);
    out->seq = seq_make(get_be32(data + SEQ));
    out->ack = seq_make(get_be32(data + ACK));
    out->flags = data[FLAGS];
    out->wnd = get_be16(data + WINDOW);
    out->urg_ptr = get_be16(data + URGENT);
    out->text[0] = text;
    out->text[1] = (struct span){0};
    out->gso_size = 0;
}

enum segment_status segment_parse(struct segment *out, const uint8_t *data, size_t len,
                                  const struct segment_addresses *addresses)
{
    if (len < TCP_HEADER_MIN)
        return SEGMENT_SHORT;
    size_t header_len = (size_t)(data[DATA_OFFSET] >> 4) * 4;
    if (header_len < TCP_HEADER_MIN || header_len > len)
        return SEGMENT_BAD_OFFSET;
    if (addresses && checksum_over(data, len, addresses) != 0)
        return SEGMENT_BAD_CHECKSUM;

    read_fixed(out, data, (struct span){data + header_len, len - header_len});
    size_t options_len = header_len - TCP_HEADER_MIN;
    if (!tcp_options_parse(&out->options, data + TCP_HEADER_MIN, options_len))
        return SEGMENT_BAD_OPTION;
    return SEGMENT_OK;
}

size_t segment_header_len(const struct segment *seg)
{
    return TCP_HEADER_MIN + tcp_options_len(&seg->options);
}

static void put_fixed(const struct segment *seg, uint8_t *out, size_t header_len)
{
    put_be16(out + SRC_PORT, seg->src_port);
    put_be16(out + DST_PORT, seg->dst_port);
    put_be32(out + SEQ, seg->seq.value);
    put_be32(out + ACK, seg->ack.value);
    out[DATA_OFFSET] = (uint8_t)(header_len / 4 << 4);
    out[FLAGS] = seg->flags;
    put_be16(out + WINDOW, seg->wnd);
    put_be16(out + CHECKSUM, 0);
    put_be16(out + URGENT, seg->urg_ptr);
}

static uint8_t *put_span(uint8_t *out, struct span span)
{
    if (span.len > 0)
        memcpy(out, span.data, span.len);
    return out + span.len;
}

/* The segment with a checksum field of zero; its length, or 0 when it does not fit. */
static size_t put_segment(const struct segment *seg, uint8_t *out, size_t cap)
{
    size_t header_len = segment_header_len(seg);
    size_t len = header_len + segment_text_len(seg);
    if (len > cap)
        return 0;
    put_fixed(seg, out, header_len);
    tcp_options_emit(&seg->options, out + TCP_HEADER_MIN);
    put_span(put_span(out + header_len, seg->text[0]), seg->text[1]);
    return len;
}

size_t segment_emit(const struct segment *seg, uint8_t *out, size_t cap,
                    const struct segment_addresses *addresses)
{
    size_t len = put_segment(seg, out, cap);
    if (len > 0)
        put_be16(out + CHECKSUM, checksum_over(out, len, addresses));
    return len;
}

size_t segment_emit_partial(const struct segment *seg, uint8_t *out, size_t cap,
                            const struct segment_addresses *addresses)
{
    size_t len = put_segment(seg, out, cap);
    if (len == 0)
        return 0;
    struct checksum checksum = pseudo_sum(addresses, len);
    put_be16(out + CHECKSUM, checksum_partial(&checksum));
    return len;
}

const char *segment_problem(enum segment_status status)
{
    switch (status) {
    case SEGMENT_OK:
        return NULL;
    case SEGMENT_SHORT:
        return "TCP: shorter than a header";
    case SEGMENT_BAD_OFFSET:
        return "TCP: bad data offset";
    case SEGMENT_BAD_CHECKSUM:
        return "TCP: bad checksum";
    case SEGMENT_BAD_OPTION:
        return "TCP: bad option length";
    }
    return "TCP: unknown problem";
}
