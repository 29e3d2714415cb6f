/* Three ways to put messages onto a stream. */
#include "net/framing.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

enum { END = '\n', ESCAPE = '\\', ESCAPED_END = 'n' };

/* ---- out ---- */

static int64_t encode_fixed(struct span message, struct buffer out)
{
    if (message.len > FRAMING_RECORD_TEXT || out.cap < FRAMING_RECORD)
        return -EMSGSIZE;
    put_be16(out.data, (uint16_t)message.len);
    memcpy(out.data + 2, message.data, message.len);
    memset(out.data + 2 + message.len, 0, FRAMING_RECORD_TEXT - message.len);
    return FRAMING_RECORD;
}

static int64_t encode_length(struct span message, struct buffer out)
{
    if (message.len > UINT32_MAX || out.cap < FRAMING_LENGTH_BYTES ||
        out.cap - FRAMING_LENGTH_BYTES < message.len)
        return -EMSGSIZE;
    put_be32(out.data, (uint32_t)message.len);
    memcpy(out.data + FRAMING_LENGTH_BYTES, message.data, message.len);
    return (int64_t)(FRAMING_LENGTH_BYTES + message.len);
}

static int64_t encode_delimiter(struct span message, struct buffer out)
{
    size_t at = 0;

    for (size_t i = 0; i < message.len; i++) {
        uint8_t octet = message.data[i];
        bool special = octet == END || octet == ESCAPE;
        if (out.cap - at < (special ? 3U : 2U)) /* the end must still fit behind it */
            return -EMSGSIZE;
        if (special)
            out.data[at++] = ESCAPE;
        out.data[at++] = octet == END ? ESCAPED_END : octet;
    }
    out.data[at++] = END;
    return (int64_t)at;
}

int64_t framing_encode(enum framing framing, struct span message, struct buffer out)
{
    if (message.len == 0)
        return -EINVAL;
    switch (framing) {
    case FRAMING_FIXED:
        return encode_fixed(message, out);
    case FRAMING_LENGTH:
        return encode_length(message, out);
    case FRAMING_DELIMITER:
        return encode_delimiter(message, out);
    }
    return -EINVAL;
}

/* ---- in ---- */

void deframer_init(struct deframer *d, enum framing framing, struct buffer memory)
{
    assert(memory.cap >= FRAMING_RECORD);
    *d = (struct deframer){.framing = framing, .memory = memory};
}

/* Gathers up to `want` octets in all. True when they are there. */
static bool gather(struct deframer *d, struct span *input, size_t want)
{
    size_t take = min_size(want - d->have, input->len);

    memcpy(d->memory.data + d->have, input->data, take);
    d->have += take;
    input->data += take;
    input->len -= take;
    return d->have == want;
}

static int finish(struct deframer *d, size_t start, size_t len, struct span *message)
{
    *message = (struct span){d->memory.data + start, len};
    d->complete = true;
    return 1;
}

static int next_fixed(struct deframer *d, struct span *input, struct span *message)
{
    if (!gather(d, input, FRAMING_RECORD))
        return 0;
    size_t len = get_be16(d->memory.data);
    if (len == 0 || len > FRAMING_RECORD_TEXT)
        return -EPROTO;
    return finish(d, 2, len, message);
}

/* The length is looked at before a single octet is believed to be there. */
static int next_length(struct deframer *d, struct span *input, struct span *message)
{
    if (d->have < FRAMING_LENGTH_BYTES && !gather(d, input, FRAMING_LENGTH_BYTES))
        return 0;
    size_t len = get_be32(d->memory.data);
    if (len == 0)
        return -EPROTO;
    if (len > d->memory.cap - FRAMING_LENGTH_BYTES)
        return -EMSGSIZE;
    if (!gather(d, input, FRAMING_LENGTH_BYTES + len))
        return 0;
    return finish(d, FRAMING_LENGTH_BYTES, len, message);
}

/* Takes one octet of escaped text. 1 when it was the end, 0 else, -EPROTO for a strange escape. */
static int take_octet(struct deframer *d, uint8_t octet)
{
    if (d->escaped) {
        if (octet != ESCAPE && octet != ESCAPED_END)
            return -EPROTO;
        d->memory.data[d->have++] = octet == ESCAPED_END ? END : ESCAPE;
        d->escaped = false;
        return 0;
    }
    if (octet == END)
        return 1;
    if (octet == ESCAPE)
        d->escaped = true;
    else
        d->memory.data[d->have++] = octet;
    return 0;
}

static int next_delimiter(struct deframer *d, struct span *input, struct span *message)
{
    for (; input->len > 0; input->data++, input->len--) {
        bool is_end = !d->escaped && *input->data == END;
        if (!is_end && d->have == d->memory.cap)
            return -EMSGSIZE;
        int taken = take_octet(d, *input->data);
        if (taken < 0)
            return taken;
        if (taken > 0) {
            input->data++;
            input->len--;
            return d->have > 0 ? finish(d, 0, d->have, message) : -EPROTO;
        }
    }
    return 0;
}

int deframer_next(struct deframer *d, struct span *input, struct span *message)
{
    if (d->complete) {
        d->complete = false;
        d->have = 0;
    }
    switch (d->framing) {
    case FRAMING_FIXED:
        return next_fixed(d, input, message);
    case FRAMING_LENGTH:
        return next_length(d, input, message);
    case FRAMING_DELIMITER:
        return next_delimiter(d, input, message);
    }
    return -EINVAL;
}

bool deframer_at_boundary(const struct deframer *d)
{
    return d->complete || (d->have == 0 && !d->escaped);
}
