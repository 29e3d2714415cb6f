/* Frames with TCP segments for the tests, written by common/packet. Sequence and acknowledgment
 * numbers are relative to each side's initial one, so that a test and its wrap-around twin differ
 * in `iss` only. */
#ifndef TESTS_UNIT_WIRE_SEGMENTS_H
#define TESTS_UNIT_WIRE_SEGMENTS_H

#include <string.h>

#include "packet/ethernet.h"
#include "packet/ipv4.h"
#include "packet/segment.h"
#include "wire/medium.h"

enum {
    SEGMENTS_FRAME_MAX = 1514,
};

/* A connection that a test talks about: A's port; B's is always 8080. */
struct talk {
    uint16_t port;
    uint32_t iss[2]; /* by enum wire_dir: of the sender in that direction */
};

/* A segment in a test's words. */
struct say {
    uint8_t flags;
    uint32_t seq, ack;
    uint32_t len; /* of text: 'a', 'b', 'c', ... over and over */
    uint16_t wnd; /* 0: 1000 */
    bool shut;    /* the window is 0 after all */
    uint8_t sack_count;
    uint8_t ecn; /* the codepoint */
};

struct frame_bytes {
    size_t len;
    uint8_t octets[SEGMENTS_FRAME_MAX];
};

static inline struct segment say_segment(const struct talk *talk, enum wire_dir dir,
                                         const struct say *say, const uint8_t *text)
{
    uint16_t near = dir == WIRE_A_TO_B ? talk->port : 8080;
    uint16_t far = dir == WIRE_A_TO_B ? 8080 : talk->port;
    struct segment segment = {
        .src_port = near,
        .dst_port = far,
        .seq = seq_make(talk->iss[dir] + say->seq),
        .ack = seq_make((say->flags & TCP_ACK) ? talk->iss[!dir] + say->ack : 0),
        .flags = say->flags,
        .wnd = (uint16_t)(say->shut  ? 0
                          : say->wnd ? say->wnd
                                     : 1000),
        .text = {{text, say->len}},
    };
    segment.options.sack_count = say->sack_count;
    return segment;
}

static inline struct frame_bytes say_frame(const struct talk *talk, enum wire_dir dir,
                                           struct say say)
{
    struct frame_bytes frame = {0};
    uint8_t text[1460];
    for (size_t i = 0; i < sizeof(text); i++)
        text[i] = (uint8_t)('a' + i % 26);
    uint32_t ip[2] = {0x0a000001, 0x0a000002};
    struct segment_addresses addresses = {ip[dir], ip[!dir]};
    struct segment segment = say_segment(talk, dir, &say, text);
    uint8_t *at = frame.octets;
    at += ethernet_emit(&(struct ethernet){.type = ETHERNET_TYPE_IPV4}, at);
    uint8_t *ip_at = at;
    size_t tcp_len =
        segment_emit(&segment, ip_at + IPV4_HEADER_MIN,
                     SEGMENTS_FRAME_MAX - ETHERNET_HEADER_LEN - IPV4_HEADER_MIN, &addresses);
    struct ipv4 header = {.src_ip = ip[dir],
                          .dst_ip = ip[!dir],
                          .ecn = say.ecn,
                          .ttl = 64,
                          .protocol = IPV4_PROTOCOL_TCP};
    at += ipv4_emit(&header, tcp_len, ip_at) + tcp_len;
    frame.len = (size_t)(at - frame.octets);
    return frame;
}

#endif
