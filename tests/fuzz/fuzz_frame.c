/* packet/frame: an onlooker sees any frame as far as it makes sense, and never beyond its end. */
#include "packet/frame.h"
#include "tests/fuzz/fuzz.h"

static struct span payload_of(const struct frame_view *frame)
{
    switch (frame->kind) {
    case FRAME_TCP:
        return frame->tcp.text[0];
    case FRAME_UDP:
        return frame->udp.payload;
    case FRAME_ICMP:
        return frame->icmp.payload;
    case FRAME_IPV4:
        return frame->ip.payload;
    case FRAME_OTHER:
        return frame->ethernet.payload;
    default: /* nothing points into the frame */
        return frame->bytes;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct frame_view frame;
    frame_parse(&frame, data, len);
    struct span payload = payload_of(&frame);
    HOLD(payload.data >= data && payload.data + payload.len <= data + len);
    HOLD(frame.kind != FRAME_RUNT || len < ETHERNET_HEADER_LEN);
    frame_ip_checksum_ok(&frame);
    frame_transport_checksum_ok(&frame);
    return 0;
}
