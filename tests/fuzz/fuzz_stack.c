/* The whole host: frames from a peer that knows where the edges are, time, and the socket calls of
 * a program, all of the input's choosing. No octet may be lost, invented or misplaced, no
 * connection outlive its peer and its program, and nothing of what stack_host.c looks at may break.
 */
#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "packet/icmp.h"
#include "packet/udp.h"
#include "stack/socket.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/fuzz_stack.h"
#include "tests/fuzz/stack_host.h"

/* A program's socket. What it reads must be the octets in their order, as long as no urgent mark
 * takes one out and no frame of the input's own making puts others in. */
struct handle {
    int sock; /* 0: not opened yet */
    uint32_t sent;
    bool reads;
    uint8_t next; /* with `reads`: the octet that must come next */
};

static struct {
    struct input in;
    struct stack *stack;
    struct handle handles[SOCKETS];
    unsigned opened;
    bool disordered; /* what is read need not be in order any more */
} life;

static struct handle *handle(void)
{
    return &life.handles[input_u8(&life.in) % SOCKETS];
}

static struct handle *keep(int sock)
{
    struct handle *h = &life.handles[life.opened++ % SOCKETS];
    if (h->sock > 0)
        socket_close(life.stack, h->sock);
    *h = (struct handle){.sock = sock};
    HOLD(socket_set_option(life.stack, sock, SOCKET_NONBLOCK, 1) == 0);
    return h;
}

/* ---- what the peer does ---- */

static void read_options(const struct conn *conn, struct tcp_options *o)
{
    struct input *in = &life.in;
    uint8_t which = input_u8(in);
    o->has_mss = which & OPTION_MSS;
    o->mss = o->has_mss ? input_u16(in) : 0;
    o->has_wscale = which & OPTION_WSCALE;
    o->wscale = o->has_wscale ? input_u8(in) : 0;
    o->sack_permitted = which & OPTION_SACK_OK;
    o->has_tstamp = which & OPTION_TSTAMP;
    if (o->has_tstamp)
        o->ts_val = (conn ? conn->tcb.tstamp.recent : 1000) + input_u8(in);
    if (which & OPTION_SACK && conn) {
        o->sack_count = 1;
        o->sack[0].start = seq_add(conn->tcb.sent.una, 100u * input_u8(in));
        o->sack[0].end = seq_add(o->sack[0].start, 100u * input_u8(in));
    }
}

static seq_t near_in(const struct tcb *t, uint8_t what)
{
    switch (what % 4) {
    case NEAR_RCV_NXT:
        return t->rcv.nxt;
    case NEAR_RCV_RIGHT:
        return t->rcvwnd.right;
    case NEAR_IRS:
        return t->rcv.irs;
    default:
        return seq_make(0);
    }
}

static seq_t near_out(const struct tcb *t, uint8_t what)
{
    switch (what % 4) {
    case NEAR_SND_NXT:
        return t->sent.nxt;
    case NEAR_SND_UNA:
        return t->sent.una;
    case NEAR_ISS:
        return t->snd.iss;
    default:
        return seq_make(0);
    }
}

static void read_numbers(const struct conn *conn, struct segment *seg)
{
    uint8_t near = input_u8(&life.in);
    uint32_t seq_by = (uint32_t)(int16_t)input_u16(&life.in);
    uint32_t ack_by = (uint32_t)(int16_t)input_u16(&life.in);
    seg->seq = seq_add(conn ? near_in(&conn->tcb, near) : seq_make(0), seq_by);
    seg->ack = seq_add(conn ? near_out(&conn->tcb, near >> 4) : seq_make(0), ack_by);
}

static void segment_arrives(void)
{
    struct input *in = &life.in;
    uint8_t number = input_u8(in);
    const struct conn *conn = number == NO_CONNECTION ? NULL : stack_host_conn(number);
    struct segment seg = {.dst_port = FUZZ_OUR_PORT};
    seg.src_port = (uint16_t)(FUZZ_PEER_PORT + (number == NO_CONNECTION ? input_u8(in) : number));
    if (conn) {
        seg.src_port = conn->tcb.tuple.remote_port;
        seg.dst_port = conn->tcb.tuple.local_port;
    }
    seg.flags = input_u8(in);
    read_numbers(conn, &seg);
    seg.wnd = input_u16(in);
    read_options(conn, &seg.options);
    if (seg.flags & TCP_URG) {
        seg.urg_ptr = input_u8(in);
        life.disordered = true;
    }
    seg.text[0] = stack_host_text(seg.seq.value + ((seg.flags & TCP_SYN) != 0), 16u * input_u8(in));
    stack_host_receive_segment(&seg);
}

static void frame_arrives(void)
{
    size_t len = min_size(input_u8(&life.in), (size_t)(life.in.end - life.in.at));
    life.disordered = true;
    stack_host_receive_frame((struct span){life.in.at, len});
    life.in.at += len;
}

static void datagram_arrives(void)
{
    const struct segment_addresses addresses = {FUZZ_PEER_IP, FUZZ_OUR_IP};
    uint8_t octets[UDP_HEADER_LEN + FUZZ_TEXT_MAX];
    struct udp udp = {.src_port = FUZZ_PEER_PORT};
    udp.dst_port = (uint16_t)(FUZZ_OUR_PORT + input_u8(&life.in));
    udp.payload = stack_host_text(0, 16u * input_u8(&life.in));
    size_t len = udp_emit(&udp, octets, sizeof(octets), &addresses);
    stack_host_receive(IPV4_PROTOCOL_UDP, (struct span){octets, len});
}

/* What a router quotes of a segment that a connection has under way. */
static struct span quote(const struct tcb *t, uint8_t out[static IPV4_HEADER_MIN + 8])
{
    const struct ipv4 ip = {
        .src_ip = FUZZ_OUR_IP, .dst_ip = FUZZ_PEER_IP, .ttl = 1, .protocol = IPV4_PROTOCOL_TCP};
    size_t len = ipv4_emit(&ip, 1000, out);
    put_be16(out + len, t->tuple.local_port);
    put_be16(out + len + 2, t->tuple.remote_port);
    put_be32(out + len + 4, t->sent.una.value);
    return (struct span){out, len + 8};
}

static void error_arrives(void)
{
    uint8_t datagram[IPV4_HEADER_MIN + 8], octets[ICMP_HEADER_LEN + sizeof(datagram)];
    const struct conn *conn = stack_host_conn(input_u8(&life.in));
    struct icmp_message icmp = {.type = input_u8(&life.in)};
    icmp.code = input_u8(&life.in);
    icmp.next_hop_mtu = input_u16(&life.in);
    if (conn)
        icmp.payload = quote(&conn->tcb, datagram);
    size_t len = icmp_emit(&icmp, octets, sizeof(octets));
    stack_host_receive(IPV4_PROTOCOL_ICMP, (struct span){octets, len});
}

static void time_passes(void)
{
    stack_host_pass((usec_t)1 << input_u8(&life.in) % 32);
}

static void deadline_comes(void)
{
    usec_t due = stack_deadline(life.stack);
    if (due != NEVER)
        stack_host_pass(usec_max(due - clock_now(), 0));
}

/* ---- what the program does ---- */

static void call_open(void)
{
    int sock = socket_open(life.stack, input_u8(&life.in) & 1 ? SOCKET_DGRAM : SOCKET_STREAM);
    HOLD(sock >= SOCKET_FIRST || sock == -EMFILE);
    if (sock >= 0)
        keep(sock);
}

static void call_bind(void)
{
    int sock = handle()->sock;
    uint8_t port = input_u8(&life.in);
    const struct stack_addr addr = {0, (uint16_t)(port ? FUZZ_OUR_PORT + port - 1 : 0)};
    socket_bind(life.stack, sock, &addr);
}

static void call_listen(void)
{
    int sock = handle()->sock;
    socket_listen(life.stack, sock, (int8_t)input_u8(&life.in));
}

static void call_accept(void)
{
    int sock = socket_accept(life.stack, handle()->sock, NULL);
    if (sock >= 0)
        keep(sock);
}

/* The first call begins, a later one only tells what came of it. */
static void call_connect(void)
{
    struct handle *h = handle();
    const struct stack_addr peer = {FUZZ_PEER_IP, (uint16_t)(FUZZ_PEER_PORT + input_u8(&life.in))};
    if (socket_connect(life.stack, h->sock, &peer) == -EINPROGRESS)
        *h = (struct handle){.sock = h->sock};
}

static void call_send(void)
{
    struct handle *h = handle();
    int flags = input_u8(&life.in) | SOCKET_DONTWAIT;
    struct span text = stack_host_text(h->sent, input_u16(&life.in));
    const struct stack_addr peer = {FUZZ_PEER_IP, FUZZ_PEER_PORT};
    int64_t sent = socket_send(life.stack, h->sock, text, flags, flags & 128 ? &peer : NULL);
    HOLD(sent <= (int64_t)text.len);
    if (sent > 0)
        h->sent += (uint32_t)sent;
}

/* A datagram holds the octets from 0 on, a stream goes on where it was. */
static void check_read(struct handle *h, struct span got)
{
    for (size_t i = 0; i < got.len; i++) {
        HOLD(life.disordered || !h->reads || got.data[i] == h->next);
        h->next = (uint8_t)(got.data[i] + 1);
        h->reads = true;
    }
}

static void call_recv(void)
{
    static uint8_t octets[FUZZ_TEXT_MAX];
    struct handle *h = handle();
    struct socket_info info = {0};
    int flags = input_u8(&life.in) | SOCKET_DONTWAIT;
    const struct buffer room = {octets, min_size(input_u16(&life.in), sizeof(octets))};
    int64_t got = socket_recv(life.stack, h->sock, room, flags, NULL);
    if (got <= 0 || flags & (SOCKET_OOB | SOCKET_PEEK))
        return;
    socket_get_info(life.stack, h->sock, &info);
    if (flags & SOCKET_TRUNC || !info.stream) { /* more may be gone than is here */
        h->reads = false;
        return;
    }
    HOLD((size_t)got <= room.cap);
    check_read(h, (struct span){octets, (size_t)got});
}

static void call_shutdown(void)
{
    int sock = handle()->sock;
    uint8_t how = input_u8(&life.in);
    socket_shutdown(life.stack, sock, how & 1, how & 2);
}

static void call_close(void)
{
    struct handle *h = handle();
    int result = socket_close(life.stack, h->sock);
    HOLD(h->sock == 0 ? result == -EBADF : result == 0);
    *h = (struct handle){0};
}

static void call_set_option(void)
{
    int sock = handle()->sock;
    enum socket_option option = input_u8(&life.in) % (SOCKET_CONGESTION + 1);
    int64_t value = (int16_t)input_u16(&life.in);
    if (option != SOCKET_NONBLOCK) /* nobody else is there to wake us */
        socket_set_option(life.stack, sock, option, value);
    if (option == SOCKET_OOBINLINE)
        life.disordered = true;
}

static void call_look(void)
{
    int sock = handle()->sock;
    struct stack_addr addr;
    struct socket_info info;
    struct socket_poll poll = {.sock = sock, .events = SOCKET_IN | SOCKET_OUT | SOCKET_PRI};
    int64_t value;
    socket_get_name(life.stack, sock, &addr);
    socket_get_info(life.stack, sock, &info);
    for (int option = 0; option <= SOCKET_CONGESTION; option++)
        socket_get_option(life.stack, sock, (enum socket_option)option, &value);
    HOLD(socket_poll(life.stack, &poll, 1, 0) <= 1);
}

/* ---- the life ---- */

static void (*const steps[STEPS])(void) = {
    [STEP_SEGMENT] = segment_arrives,
    [STEP_FRAME] = frame_arrives,
    [STEP_DATAGRAM] = datagram_arrives,
    [STEP_ERROR] = error_arrives,
    [STEP_TIME] = time_passes,
    [STEP_DEADLINE] = deadline_comes,
    [STEP_OPEN] = call_open,
    [STEP_BIND] = call_bind,
    [STEP_LISTEN] = call_listen,
    [STEP_ACCEPT] = call_accept,
    [STEP_CONNECT] = call_connect,
    [STEP_SEND] = call_send,
    [STEP_RECV] = call_recv,
    [STEP_SHUTDOWN] = call_shutdown,
    [STEP_CLOSE] = call_close,
    [STEP_OPTION] = call_set_option,
    [STEP_LOOK] = call_look,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    memset(&life, 0, sizeof(life));
    life.in = (struct input){data, data + len};
    life.stack = stack_host_begin(input_u8(&life.in));
    while (life.in.at < life.in.end) {
        steps[input_u8(&life.in) % STEPS]();
        stack_host_check();
    }
    for (int i = 0; i < SOCKETS; i++)
        if (life.handles[i].sock > 0)
            socket_close(life.stack, life.handles[i].sock);
    stack_host_end();
    return 0;
}
