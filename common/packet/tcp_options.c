/* TCP options (RFC 9293 section 3.2, RFC 2018, RFC 7323).
 *
 * Written so that each one ends on a multiple of four octets, padded by no-operations in front,
 * and SACK-permitted takes the two octets of padding that timestamps need: the same layout as
 * Linux sends, so that the two stacks' segments look alike in a capture. */
#include "packet/tcp_options.h"

#include "base/bytes.h"

enum {
    KIND_END = 0,
    KIND_NOP = 1,
    KIND_MSS = 2,
    KIND_WSCALE = 3,
    KIND_SACK_PERMITTED = 4,
    KIND_SACK = 5,
    KIND_TSTAMP = 8,

    MSS_LEN = 4,
    WSCALE_LEN = 3,
    SACK_PERMITTED_LEN = 2,
    SACK_HEADER_LEN = 2,
    SACK_BLOCK_LEN = 8,
    TSTAMP_LEN = 10,
};

static void read_sack(struct tcp_options *out, struct span value)
{
    if (value.len % SACK_BLOCK_LEN != 0 || value.len / SACK_BLOCK_LEN > TCP_SACK_BLOCKS_MAX)
        return;
    out->sack_count = (uint8_t)(value.len / SACK_BLOCK_LEN);
    for (size_t i = 0; i < out->sack_count; i++) {
        const uint8_t *block = value.data + i * SACK_BLOCK_LEN;
        out->sack[i] =
            (struct sack_block){seq_make(get_be32(block)), seq_make(get_be32(block + 4))};
    }
}

static void read_tstamp(struct tcp_options *out, const uint8_t *value)
{
    out->has_tstamp = true;
    out->ts_val = get_be32(value);
    out->ts_ecr = get_be32(value + 4);
}

/* One option whose value lies wholly within the header. */
static void read_option(struct tcp_options *out, uint8_t kind, struct span value)
{
    size_t len = value.len + 2;
    if (kind == KIND_MSS && len == MSS_LEN) {
        out->has_mss = true;
        out->mss = get_be16(value.data);
    } else if (kind == KIND_WSCALE && len == WSCALE_LEN) {
        out->has_wscale = true;
        out->wscale = value.data[0];
    } else if (kind == KIND_SACK_PERMITTED && len == SACK_PERMITTED_LEN) {
        out->sack_permitted = true;
    } else if (kind == KIND_TSTAMP && len == TSTAMP_LEN) {
        read_tstamp(out, value.data);
    } else if (kind == KIND_SACK) {
        read_sack(out, value);
    }
}

bool tcp_options_parse(struct tcp_options *out, const uint8_t *data, size_t len)
{
    *out = (struct tcp_options){0};
    size_t at = 0;
    while (at < len && data[at] != KIND_END) {
        if (data[at] == KIND_NOP) {
            at++;
            continue;
        }
        if (len - at < 2 || data[at + 1] < 2 || data[at + 1] > len - at)
            return false;
        size_t option_len = data[at + 1];
        read_option(out, data[at], (struct span){data + at + 2, option_len - 2});
        at += option_len;
    }
    return true;
}

/* What all options but SACK take. */
static size_t len_before_sack(const struct tcp_options *options)
{
    size_t len = 0;
    if (options->has_mss)
        len += MSS_LEN;
    if (options->has_tstamp)
        len += 2 + TSTAMP_LEN;
    else if (options->sack_permitted)
        len += 2 + SACK_PERMITTED_LEN;
    if (options->has_wscale)
        len += 1 + WSCALE_LEN;
    return len;
}

uint8_t tcp_options_sack_fit(const struct tcp_options *options)
{
    size_t room = TCP_OPTIONS_MAX - len_before_sack(options) - 2 - SACK_HEADER_LEN;
    return (uint8_t)min_size(room / SACK_BLOCK_LEN, options->sack_count);
}

size_t tcp_options_len(const struct tcp_options *options)
{
    size_t len = len_before_sack(options);
    if (options->sack_count > 0)
        len += 2 + SACK_HEADER_LEN + (size_t)tcp_options_sack_fit(options) * SACK_BLOCK_LEN;
    return len;
}

/* The writers below return where the next option goes. */

static uint8_t *put_head(uint8_t *p, uint8_t kind, size_t len)
{
    *p++ = kind;
    *p++ = (uint8_t)len;
    return p;
}

static uint8_t *put_nops(uint8_t *p, int count)
{
    while (count-- > 0)
        *p++ = KIND_NOP;
    return p;
}

static uint8_t *put_mss(uint8_t *p, uint16_t mss)
{
    p = put_head(p, KIND_MSS, MSS_LEN);
    put_be16(p, mss);
    return p + 2;
}

static uint8_t *put_tstamp(uint8_t *p, const struct tcp_options *options)
{
    p = put_head(p, KIND_TSTAMP, TSTAMP_LEN);
    put_be32(p, options->ts_val);
    put_be32(p + 4, options->ts_ecr);
    return p + 8;
}

static uint8_t *put_wscale(uint8_t *p, uint8_t wscale)
{
    p = put_head(put_nops(p, 1), KIND_WSCALE, WSCALE_LEN);
    *p++ = wscale;
    return p;
}

static uint8_t *put_sack(uint8_t *p, const struct tcp_options *options)
{
    size_t count = tcp_options_sack_fit(options);
    p = put_head(put_nops(p, 2), KIND_SACK, SACK_HEADER_LEN + count * SACK_BLOCK_LEN);
    for (size_t i = 0; i < count; i++, p += SACK_BLOCK_LEN) {
        put_be32(p, options->sack[i].start.value);
        put_be32(p + 4, options->sack[i].end.value);
    }
    return p;
}

size_t tcp_options_emit(const struct tcp_options *options, uint8_t *out)
{
    uint8_t *p = out;
    if (options->has_mss)
        p = put_mss(p, options->mss);
    if (options->sack_permitted != options->has_tstamp) /* together they need no padding */
        p = put_nops(p, 2);
    if (options->sack_permitted)
        p = put_head(p, KIND_SACK_PERMITTED, SACK_PERMITTED_LEN);
    if (options->has_tstamp)
        p = put_tstamp(p, options);
    if (options->has_wscale)
        p = put_wscale(p, options->wscale);
    if (options->sack_count > 0)
        p = put_sack(p, options);
    return (size_t)(p - out);
}
