/* What is changed in a frame: one bit, two words in each other's place, or its codepoint. */
#include "wire/edit.h"

#include <string.h>

#include "packet/checksum.h"

struct edit edit_any_bit(struct span frame, uint64_t draw)
{
    if (frame.len <= ETHERNET_HEADER_LEN)
        return (struct edit){.kind = EDIT_NONE};
    uint64_t bit = draw % ((frame.len - ETHERNET_HEADER_LEN) * 8);
    return (struct edit){
        .kind = EDIT_FLIP,
        .at = ETHERNET_HEADER_LEN + (uint32_t)(bit / 8),
        .mask = (uint8_t)(1u << (bit % 8)),
    };
}

struct edit edit_last_bit(const struct frame_view *frame)
{
    struct span whole = frame->bytes;
    if (frame->kind >= FRAME_IPV4 && frame->ip.payload.len > 0)
        whole.len = (size_t)(frame->ip.payload.data - whole.data) + frame->ip.payload.len;
    if (whole.len <= ETHERNET_HEADER_LEN)
        return (struct edit){.kind = EDIT_NONE};
    return (struct edit){.kind = EDIT_FLIP, .at = (uint32_t)whole.len - 1, .mask = 1};
}

static struct span payload_of(const struct frame_view *frame)
{
    if (frame->kind == FRAME_TCP)
        return frame->tcp.text[0];
    if (frame->kind == FRAME_UDP)
        return frame->udp.payload;
    return (struct span){NULL, 0};
}

/* Both headers are an even number of octets long, so words of the payload are words of the
 * checksum. */
struct edit edit_swap16(const struct frame_view *frame)
{
    struct span payload = payload_of(frame);
    for (size_t i = 2; i + 2 <= payload.len; i += 2) {
        if (memcmp(payload.data, payload.data + i, 2) == 0)
            continue;
        uint32_t first = (uint32_t)(payload.data - frame->bytes.data);
        return (struct edit){.kind = EDIT_SWAP, .at = first, .with = first + (uint32_t)i};
    }
    return (struct edit){.kind = EDIT_NONE};
}

struct edit edit_mark(const struct frame_view *frame)
{
    bool capable = frame->kind >= FRAME_IPV4 &&
                   (frame->ip.ecn == ECN_CAPABLE_0 || frame->ip.ecn == ECN_CAPABLE_1);
    return (struct edit){.kind = capable ? EDIT_MARK : EDIT_NONE, .at = ETHERNET_HEADER_LEN};
}

/* The codepoint is in the header's first word, the checksum its sixth. */
static void set_codepoint(uint8_t *header)
{
    uint16_t before = get_be16(header);
    uint16_t after = before | ECN_CONGESTED;
    put_be16(header, after);
    put_be16(header + 10, checksum_update(get_be16(header + 10), before, after));
}

static void swap_words(uint8_t *a, uint8_t *b)
{
    uint16_t kept = get_be16(a);
    put_be16(a, get_be16(b));
    put_be16(b, kept);
}

void edit_apply(const struct edit *edit, uint8_t *bytes)
{
    switch (edit->kind) {
    case EDIT_NONE:
        break;
    case EDIT_FLIP:
        bytes[edit->at] ^= edit->mask;
        break;
    case EDIT_SWAP:
        swap_words(bytes + edit->at, bytes + edit->with);
        break;
    case EDIT_MARK:
        set_codepoint(bytes + edit->at);
        break;
    }
}
