/* A TCP peer played by hand: segments go to the host of host.h one by one, and what it sends back
 * is looked at. The peer's port and numbers are fixed, the host's are learned from what it sends.
 */
#ifndef TESTS_UNIT_STACK_PEER_H
#define TESTS_UNIT_STACK_PEER_H

#include "stack/conns.h"
#include "stack/socket.h"
#include "tests/unit/stack/host.h"

enum { OUR_PORT = 8080, PEER_PORT = 40000, PEER_ISS = 1000, PEER_WND = 60000 };

/* ---- what the host gets ---- */

static inline void receive_tcp(const struct segment *seg)
{
    uint8_t payload[FRAME_MAX];
    const struct ipv4 ip = ip_from_peer(IPV4_PROTOCOL_TCP);
    const struct segment_addresses addresses = {ip.src_ip, ip.dst_ip};
    size_t len = segment_emit(seg, payload, sizeof(payload), &addresses);
    assert_true(len > 0);
    receive_ip(&ip, (struct span){payload, len});
}

/* From the peer's port `port` to our port 8080. */
static inline struct segment from_port(uint16_t port, uint8_t flags, uint32_t seq, uint32_t ack)
{
    return (struct segment){
        .src_port = port,
        .dst_port = OUR_PORT,
        .seq = seq_make(seq),
        .ack = seq_make(ack),
        .flags = flags,
        .wnd = PEER_WND,
    };
}

static inline void receive_flags(uint8_t flags, uint32_t seq, uint32_t ack)
{
    const struct segment seg = from_port(PEER_PORT, flags, seq, ack);
    receive_tcp(&seg);
}

static inline void receive_text(uint32_t seq, uint32_t ack, const char *words)
{
    struct segment seg = from_port(PEER_PORT, TCP_ACK | TCP_PSH, seq, ack);
    seg.text[0] = text(words);
    receive_tcp(&seg);
}

/* An ICMP error about a segment of ours from port 8080 to the peer's that began at `seq`. */
static inline void receive_error(struct icmp_message error, uint32_t seq)
{
    uint8_t quoted[FRAME_MAX];
    const struct ipv4 from_us = {
        .src_ip = OUR_IP, .dst_ip = PEER_IP, .ttl = 64, .protocol = IPV4_PROTOCOL_TCP};
    const struct segment_addresses addresses = {OUR_IP, PEER_IP};
    const struct segment seg = {
        .src_port = OUR_PORT, .dst_port = PEER_PORT, .seq = seq_make(seq), .flags = TCP_SYN};
    size_t len = ipv4_emit(&from_us, TCP_HEADER_MIN, quoted);
    len += segment_emit(&seg, quoted + len, sizeof(quoted) - len, &addresses);
    const struct ipv4 ip = ip_from_peer(IPV4_PROTOCOL_ICMP);
    error.payload = (struct span){quoted, len};
    receive_icmp(&ip, &error);
}

/* ---- what it sent ---- */

static inline struct segment sent_segment(int index)
{
    struct frame_view view = sent_frame(index);
    assert_int_equal(view.kind, FRAME_TCP);
    return view.tcp;
}

/* The last one; then nothing counts as sent any more. */
static inline struct segment take_sent(void)
{
    assert_true(host.sent_count > 0);
    struct segment seg = sent_segment(host.sent_count - 1);
    host.sent_count = 0;
    return seg;
}

/* The one segment sent since the last look has these flags. */
static inline struct segment expect_sent(uint8_t flags)
{
    assert_int_equal(host.sent_count, 1);
    struct segment seg = take_sent();
    assert_int_equal(seg.flags & ~TCP_PSH, flags);
    return seg;
}

/* ---- connections ---- */

static inline int listening_at(uint16_t port, int backlog)
{
    const struct stack_addr addr = {0, port};
    int sock = socket_open(host.stack, SOCKET_STREAM);
    assert_true(sock >= 0);
    assert_int_equal(socket_bind(host.stack, sock, &addr), 0);
    assert_int_equal(socket_listen(host.stack, sock, backlog), 0);
    assert_int_equal(socket_set_option(host.stack, sock, SOCKET_NONBLOCK, 1), 0);
    return sock;
}

static inline int listening(int backlog)
{
    return listening_at(OUR_PORT, backlog);
}

/* Sends a SYN from `port`; gives the host's sequence number from its SYN-ACK. */
static inline uint32_t shake_first_half(uint16_t port)
{
    const struct segment syn = from_port(port, TCP_SYN, PEER_ISS, 0);
    receive_tcp(&syn);
    struct segment synack = expect_sent(TCP_SYN | TCP_ACK);
    assert_int_equal(synack.dst_port, port);
    assert_int_equal(synack.ack.value, PEER_ISS + 1);
    return synack.seq.value + 1;
}

static inline void shake_second_half(uint16_t port, uint32_t ack)
{
    const struct segment seg = from_port(port, TCP_ACK, PEER_ISS + 1, ack);
    receive_tcp(&seg);
}

/* The whole handshake from the peer's side; gives the host's next sequence number. */
static inline uint32_t shake(uint16_t port)
{
    uint32_t ack = shake_first_half(port);
    shake_second_half(port, ack);
    return ack;
}

/* A connection of the host to the peer in SYN-SENT; gives the socket. */
static inline int connecting(void)
{
    const struct stack_addr peer = {PEER_IP, PEER_PORT};
    const struct stack_addr local = {0, OUR_PORT};
    int sock = socket_open(host.stack, SOCKET_STREAM);
    assert_int_equal(socket_set_option(host.stack, sock, SOCKET_NONBLOCK, 1), 0);
    assert_int_equal(socket_bind(host.stack, sock, &local), 0);
    assert_int_equal(socket_connect(host.stack, sock, &peer), -EINPROGRESS);
    return sock;
}

static inline int accepted(int listener)
{
    int sock = socket_accept(host.stack, listener, NULL);
    assert_true(sock >= 0);
    assert_int_equal(socket_set_option(host.stack, sock, SOCKET_NONBLOCK, 1), 0);
    return sock;
}

static inline int64_t recv_from(int sock, char *out, size_t cap)
{
    struct buffer room = {(uint8_t *)out, cap};
    return socket_recv(host.stack, sock, room, 0, NULL);
}

static inline struct socket_info info_of(int sock)
{
    struct socket_info info;
    assert_int_equal(socket_get_info(host.stack, sock, &info), 0);
    return info;
}

static inline uint32_t connections(void)
{
    return host.stack->conns->table.count;
}

static inline void close_all(const int *socks, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_int_equal(socket_close(host.stack, socks[i]), 0);
}

/* A listener, and a connection accepted from it; `ack` is the host's next sequence number. */
struct ends {
    int listener, sock;
    uint32_t ack;
};

static inline struct ends connected(void)
{
    struct ends ends = {.listener = listening(4)};
    ends.ack = shake(PEER_PORT);
    ends.sock = accepted(ends.listener);
    host.sent_count = 0;
    return ends;
}

static inline void close_ends(const struct ends *ends)
{
    close_all((int[]){ends->sock, ends->listener}, 2);
}

#endif
