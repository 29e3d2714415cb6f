/* net/framing: any stream is messages or an error, however it is cut, and what is encoded comes
 * back. The first octet chooses the framing, the second where the stream is cut. */
#include <errno.h>
#include <string.h>

#include "net/framing.h"
#include "tests/fuzz/fuzz.h"

enum { MEMORY = 96 };

/* What came out of a stream: the messages one behind the other, each behind its length. */
struct outcome {
    uint8_t octets[8192];
    size_t len;
    int error;
    bool at_boundary;
};

static void keep(struct outcome *out, struct span message)
{
    HOLD(message.len <= MEMORY);
    if (out->len + 1 + message.len > sizeof(out->octets))
        return;
    out->octets[out->len++] = (uint8_t)message.len;
    if (message.len > 0)
        memcpy(out->octets + out->len, message.data, message.len);
    out->len += message.len;
}

static void decode(struct outcome *out, struct deframer *d, struct span input)
{
    struct span message;
    while (out->error == 0) {
        int got = deframer_next(d, &input, &message);
        HOLD(got == 1 || got == 0 || got == -EMSGSIZE || got == -EPROTO);
        if (got == 0)
            break;
        if (got < 0)
            out->error = got;
        else
            keep(out, message);
    }
    HOLD(out->error || input.len == 0);
}

static void decode_cut(struct outcome *out, enum framing framing, struct span stream, size_t cut)
{
    uint8_t memory[MEMORY];
    struct deframer d;
    memset(out, 0, sizeof(*out));
    deframer_init(&d, framing, (struct buffer){memory, sizeof(memory)});
    decode(out, &d, (struct span){stream.data, cut});
    decode(out, &d, (struct span){stream.data + cut, stream.len - cut});
    out->at_boundary = deframer_at_boundary(&d);
}

/* As one message. */
static void encode_and_decode(enum framing framing, struct span message)
{
    static struct outcome out;
    uint8_t encoded[2 * MEMORY];
    int64_t len = framing_encode(framing, message, (struct buffer){encoded, sizeof(encoded)});
    HOLD(len > 0 || len == -EINVAL || len == -EMSGSIZE);
    if (len < 0 || message.len >= MEMORY - FRAMING_LENGTH_BYTES)
        return;
    decode_cut(&out, framing, (struct span){encoded, (size_t)len}, (size_t)len / 2);
    HOLD(out.error == 0 && out.at_boundary);
    HOLD(out.len == 1 + message.len && memcmp(out.octets + 1, message.data, message.len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct outcome whole, cut;
    if (len < 2)
        return 0;
    enum framing framing = data[0] % 3;
    struct span stream = {data + 2, len - 2};
    decode_cut(&whole, framing, stream, stream.len);
    decode_cut(&cut, framing, stream, min_size(data[1], stream.len));
    HOLD(whole.error == cut.error && whole.at_boundary == cut.at_boundary);
    HOLD(whole.len == cut.len && memcmp(whole.octets, cut.octets, whole.len) == 0);
    encode_and_decode(framing, stream);
    return 0;
}
