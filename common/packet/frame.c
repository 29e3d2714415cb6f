/* A frame taken apart, layer by layer. Each reader below goes one layer down, and says with
 * `kind` that it got there or with `problem` why not. */
#include "packet/frame.h"

#include <string.h>

static void read_arp(struct frame_view *frame)
{
    struct span packet = frame->ethernet.payload;
    enum arp_status status = arp_parse(&frame->arp, packet.data, packet.len);
    frame->problem = arp_problem(status);
    if (status == ARP_OK)
        frame->kind = FRAME_ARP;
}

static void read_icmp(struct frame_view *frame)
{
    struct span message = frame->ip.payload;
    enum icmp_status status = icmp_parse_unchecked(&frame->icmp, message.data, message.len);
    frame->problem = icmp_problem(status);
    if (status == ICMP_OK)
        frame->kind = FRAME_ICMP;
}

static void read_udp(struct frame_view *frame)
{
    struct span datagram = frame->ip.payload;
    enum udp_status status = udp_parse(&frame->udp, datagram.data, datagram.len, NULL);
    frame->problem = udp_problem(status);
    if (status == UDP_OK)
        frame->kind = FRAME_UDP;
}

static void read_tcp(struct frame_view *frame)
{
    struct span segment = frame->ip.payload;
    enum segment_status status = segment_parse(&frame->tcp, segment.data, segment.len, NULL);
    frame->problem = segment_problem(status);
    if (status == SEGMENT_OK)
        frame->kind = FRAME_TCP;
}

static void read_transport(struct frame_view *frame)
{
    if (ipv4_is_fragment(&frame->ip))
        return;
    switch (frame->ip.protocol) {
    case IPV4_PROTOCOL_ICMP:
        read_icmp(frame);
        break;
    case IPV4_PROTOCOL_UDP:
        read_udp(frame);
        break;
    case IPV4_PROTOCOL_TCP:
        read_tcp(frame);
        break;
    default: /* carried, but not looked into */
        break;
    }
}

static void read_ipv4(struct frame_view *frame)
{
    struct span datagram = frame->ethernet.payload;
    enum ipv4_status status = ipv4_parse_unchecked(&frame->ip, datagram.data, datagram.len);
    frame->problem = ipv4_problem(status);
    if (status != IPV4_OK)
        return;
    frame->kind = FRAME_IPV4;
    read_transport(frame);
}

void frame_parse(struct frame_view *out, const uint8_t *data, size_t len)
{
    memset(out, 0, sizeof(*out));
    out->bytes = (struct span){data, len};
    if (!ethernet_parse(&out->ethernet, data, len)) {
        out->kind = FRAME_RUNT;
        out->problem = "Ethernet: shorter than a header";
        return;
    }
    out->kind = FRAME_OTHER;
    if (out->ethernet.type == ETHERNET_TYPE_ARP)
        read_arp(out);
    if (out->ethernet.type == ETHERNET_TYPE_IPV4)
        read_ipv4(out);
}

bool frame_ip_checksum_ok(const struct frame_view *frame)
{
    return frame->kind < FRAME_IPV4 || ipv4_checksum_ok(frame->ethernet.payload.data);
}

/* The three parsers that check are asked again: they know what their checksum covers, and that a
 * UDP checksum of zero means none. */
bool frame_transport_checksum_ok(const struct frame_view *frame)
{
    struct segment_addresses addresses = {frame->ip.src_ip, frame->ip.dst_ip};
    const uint8_t *data = frame->ip.payload.data;
    size_t len = frame->ip.payload.len;
    struct icmp_message icmp;
    struct udp udp;
    struct segment tcp;

    switch (frame->kind) {
    case FRAME_ICMP:
        return icmp_parse(&icmp, data, len) == ICMP_OK;
    case FRAME_UDP:
        return udp_parse(&udp, data, len, &addresses) == UDP_OK;
    case FRAME_TCP:
        return segment_parse(&tcp, data, len, &addresses) == SEGMENT_OK;
    default: /* no checksum of its own, or none that can be judged */
        return true;
    }
}
