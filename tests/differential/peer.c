/* Frames to the host and back. A ping is the barrier: both stacks deal with frames in their order,
 * so what comes before its answer is what the segments before it have caused at once, without any
 * timer having to fire and without waiting for silence. */
#include "tests/differential/peer.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "packet/frame.h"

enum { DATAGRAM_MAX = 1500 };

static const usec_t patience = SECONDS(5);

static int send_datagram(struct peer *peer, uint8_t protocol, struct span payload)
{
    uint8_t frame[ETHERNET_HEADER_LEN + DATAGRAM_MAX];
    const struct ethernet ethernet = {
        .dst = testbed_mac(HOST_B), .src = testbed_mac(HOST_A), .type = ETHERNET_TYPE_IPV4};
    const struct ipv4 ip = {
        .src_ip = TESTBED_IP_A, .dst_ip = TESTBED_IP_B, .ttl = 64, .protocol = protocol};
    size_t len = ethernet_emit(&ethernet, frame);
    len += ipv4_emit(&ip, payload.len, frame + len);
    memcpy(frame + len, payload.data, payload.len);
    const struct link_frame out = {.parts = {{frame, len + payload.len}}};
    int sent = link_send(peer->link, &out, 1);
    return sent < 0 ? sent : 0;
}

int peer_send(struct peer *peer, struct segment *seg)
{
    uint8_t octets[TCP_HEADER_MAX + 256];
    const struct segment_addresses addresses = {TESTBED_IP_A, TESTBED_IP_B};
    seg->src_port = peer->port;
    seg->dst_port = peer->host_port;
    size_t len = segment_emit(seg, octets, sizeof(octets), &addresses);
    return send_datagram(peer, IPV4_PROTOCOL_TCP, (struct span){octets, len});
}

static int ping(struct peer *peer)
{
    uint8_t octets[ICMP_HEADER_LEN];
    const struct icmp_message icmp = {.type = ICMP_TYPE_ECHO_REQUEST, .echo_seq = ++peer->echo};
    size_t len = icmp_emit(&icmp, octets, sizeof(octets));
    return send_datagram(peer, IPV4_PROTOCOL_ICMP, (struct span){octets, len});
}

void peer_print_flags(uint8_t flags, char out[static 9])
{
    static const char letters[] = "FSRP.UEW";
    int count = 0;
    for (int i = 0; letters[i]; i++)
        if (flags >> i & 1)
            out[count++] = letters[i];
    snprintf(out + count, 9 - (size_t)count, "%s", count ? "" : "none");
}

/* Where a number of the host's lies: from where it was before, or one that nobody could expect. */
static void print_seq(const struct peer *before, const struct segment *seg, char out[static 16])
{
    bool syn = seg->flags & TCP_SYN;
    int32_t from = seq_diff(seg->seq, before->host_nxt) + syn;
    if (seg->flags & TCP_RST && seg->seq.value == 0)
        snprintf(out, 16, "seq=0");
    else if (syn && (!before->heard || from != 0))
        snprintf(out, 16, "seq new");
    else
        snprintf(out, 16, "seq%+d", from);
}

/* PSH is advice, and no two stacks agree on it. */
static void print_segment(const struct peer *before, const struct segment *seg, char *reply)
{
    char flags[9], seq[16], ack[24] = "";
    size_t at = strcmp(reply, "-") == 0 ? 0 : strlen(reply);
    peer_print_flags(seg->flags & (uint8_t)~TCP_PSH, flags);
    print_seq(before, seg, seq);
    if (seg->flags & TCP_ACK)
        snprintf(ack, sizeof(ack), " ack%+d", seq_diff(seg->ack, before->nxt));
    snprintf(reply + at, REPLY_MAX - at, "%s%s %s%s len %u", at ? ", " : "", flags, seq, ack,
             segment_text_len(seg));
}

static void learn(struct peer *peer, const struct segment *seg)
{
    seq_t end = seq_add(seg->seq, segment_len(seg));
    if (seg->flags & TCP_RST)
        return;
    bool begins = !peer->heard || seg->flags & TCP_SYN;
    peer->host_nxt = begins ? end : seq_max(peer->host_nxt, end);
    peer->heard = true;
    peer->host_port = seg->src_port;
    if (seg->flags & TCP_ACK)
        peer->nxt = seg->ack;
}

/* A SYN once more is a timer's doing; Linux' may fire 2 ms after it got a wrong ACK. */
static bool is_syn_again(const struct peer *before, const struct segment *seg)
{
    return before->heard && seg->flags == TCP_SYN && seq_eq(seq_add(seg->seq, 1), before->host_nxt);
}

/* True when it is the answer to the ping. */
static bool hear(struct peer *peer, const struct peer *before, struct span bytes, char *reply)
{
    struct frame_view frame;
    frame_parse(&frame, bytes.data, bytes.len);
    if (frame.kind == FRAME_ICMP)
        return frame.icmp.type == ICMP_TYPE_ECHO_REPLY && frame.icmp.echo_seq == peer->echo;
    if (frame.kind != FRAME_TCP || frame.tcp.dst_port != peer->port)
        return false; /* a timer's word about a connection before */
    if (is_syn_again(before, &frame.tcp))
        return false;
    print_segment(before, &frame.tcp, reply);
    learn(peer, &frame.tcp);
    return false;
}

int peer_listen(struct peer *peer, char reply[static REPLY_MAX])
{
    const struct peer before = *peer;
    struct link_frame frames[LINK_BATCH];
    struct pollfd readable = {.fd = peer->link->fd, .events = POLLIN};
    usec_t deadline = clock_now() + patience;
    snprintf(reply, REPLY_MAX, "-");
    int error = ping(peer);
    if (error)
        return error;
    while (clock_now() < deadline) {
        poll(&readable, 1, 100);
        int count = link_receive(peer->link, frames, LINK_BATCH);
        for (int i = 0; i < count; i++)
            if (hear(peer, &before, frames[i].parts[0], reply))
                return 0;
    }
    return -ETIMEDOUT;
}
