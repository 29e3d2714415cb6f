/* Frames and time for the host, and the eyes on it. Every stream carries octets that tell their own
 * place in it, so that each one that leaves or is read can be judged alone. */
#include "tests/fuzz/stack_host.h"

#include <string.h>

#include "base/clock.h"
#include "base/sched.h"
#include "base/thread.h"
#include "link/memory.h"
#include "packet/frame.h"
#include "stack/conns.h"
#include "stack/internal.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/fuzz_stack.h"

enum {
    FRAMES_MOST = 100000, /* between two looks: a host that talks without end */
    FRAME_MAX = 1514,
    FLOWS = 64, /* whose first sequence numbers are remembered */
};

static const struct mac our_mac = {{2, 0, 0, 0, 0, 1}}, peer_mac = {{2, 0, 0, 0, 0, 2}};

static struct {
    struct link *link;
    struct stack *stack;
    struct sched_handler handler;
    int frames;
    struct flow {
        uint16_t src_port, dst_port;
        seq_t iss;
    } flows[FLOWS]; /* a ring */
    unsigned flow_count;
} host;

/* ---- what it sends ---- */

static struct flow *flow_of(const struct segment *seg)
{
    for (unsigned i = 0; i < FLOWS && i < host.flow_count; i++)
        if (host.flows[i].src_port == seg->src_port && host.flows[i].dst_port == seg->dst_port)
            return &host.flows[i];
    return NULL;
}

static void remember(const struct segment *seg)
{
    struct flow *flow = flow_of(seg);
    if (!flow)
        flow = &host.flows[host.flow_count++ % FLOWS];
    *flow = (struct flow){seg->src_port, seg->dst_port, seg->seq};
}

/* The text of a segment is what the program wrote at this place, however often it is sent. */
static void check_text(const struct segment *seg)
{
    if (seg->flags & TCP_SYN)
        remember(seg);
    const struct flow *flow = flow_of(seg);
    struct span text = seg->text[0];
    if (!flow || text.len == 0)
        return;
    uint32_t place = seq_distance(seq_add(flow->iss, 1), seg->seq);
    for (size_t i = 0; i < text.len; i++)
        HOLD(text.data[i] == (uint8_t)(place + i));
}

static void take(void *arg, struct span frame)
{
    struct frame_view view;
    (void)arg;
    HOLD(frame.len <= FRAME_MAX);
    HOLD(host.frames++ < FRAMES_MOST);
    frame_parse(&view, frame.data, frame.len);
    HOLD(view.kind >= FRAME_ARP && view.problem == NULL);
    HOLD(frame_ip_checksum_ok(&view) && frame_transport_checksum_ok(&view));
    HOLD(mac_equal(&view.ethernet.src, &our_mac));
    if (view.kind > FRAME_ARP)
        HOLD(view.ip.src_ip == FUZZ_OUR_IP);
    if (view.kind == FRAME_TCP)
        check_text(&view.tcp);
}

/* ---- beginning and end ---- */

static usec_t deadline(void *arg)
{
    return stack_deadline(arg);
}

static void run(void *arg, usec_t now)
{
    stack_on_time(arg, now);
}

static void configure(struct stack_config *config, uint8_t settings)
{
    stack_config_seeded(config, 1, 'A');
    config->ip = FUZZ_OUR_IP;
    config->prefix_len = 24;
    if (settings & SETTING_CUBIC)
        config->tcp.congestion = CWND_CUBIC;
    if (settings & SETTING_SMALL_BUFFERS) {
        config->tcp.send_limit = 3000;
        config->tcp.receive_limit = 2000;
        config->tcp.hole_limit = 4;
        config->tcp.range_limit = 4;
    }
    if (settings & SETTING_FEW_SOCKETS) {
        config->socket_limit = 3;
        config->syn_queue_limit = 1;
    }
}

struct stack *stack_host_begin(uint8_t settings)
{
    const struct memory_link_config link = {.mac = our_mac, .mtu = 1500, .take = take};
    struct stack_config config;
    sched_begin(1);
    memset(&host, 0, sizeof(host));
    configure(&config, settings);
    HOLD(memory_link_open(&host.link, &link) == 0);
    HOLD(stack_new(&host.stack, &config, host.link) == 0);
    HOLD(stack_add_neighbour(host.stack, FUZZ_PEER_IP, &peer_mac) == 0);
    host.handler =
        (struct sched_handler){.name = "host", .deadline = deadline, .run = run, .arg = host.stack};
    sched_add_handler(&host.handler);
    return host.stack;
}

void stack_host_end(void)
{
    for (int i = 0; host.stack->conns->table.count > 0; i++) {
        HOLD(i < FRAMES_MOST && stack_deadline(host.stack) != NEVER);
        stack_host_pass(usec_max(stack_deadline(host.stack) - clock_now(), 0));
        stack_host_check();
    }
    sched_remove_handler(&host.handler);
    stack_free(host.stack);
    link_close(host.link);
    sched_end();
}

/* ---- what it gets ---- */

void stack_host_pass(usec_t delay)
{
    thread_sleep_until(clock_now() + delay);
}

/* In memory that ends where the frame does. */
void stack_host_receive_frame(struct span frame)
{
    uint8_t *copy = malloc(frame.len);
    HOLD(copy || frame.len == 0);
    if (frame.len > 0)
        memcpy(copy, frame.data, frame.len);
    const struct link_frame received = {.parts = {{copy, frame.len}}};
    stack_on_frames(host.stack, clock_now(), &received, 1);
    free(copy);
}

void stack_host_receive(uint8_t protocol, struct span payload)
{
    uint8_t frame[ETHERNET_HEADER_LEN + IPV4_HEADER_MIN + TCP_HEADER_MAX + FUZZ_TEXT_MAX];
    const struct ethernet ethernet = {.dst = our_mac, .src = peer_mac, .type = ETHERNET_TYPE_IPV4};
    const struct ipv4 ip = {
        .src_ip = FUZZ_PEER_IP, .dst_ip = FUZZ_OUR_IP, .ttl = 64, .protocol = protocol};
    size_t len = ethernet_emit(&ethernet, frame);
    len += ipv4_emit(&ip, payload.len, frame + len);
    HOLD(len + payload.len <= sizeof(frame));
    memcpy(frame + len, payload.data, payload.len);
    stack_host_receive_frame((struct span){frame, len + payload.len});
}

void stack_host_receive_segment(const struct segment *seg)
{
    uint8_t octets[TCP_HEADER_MAX + FUZZ_TEXT_MAX];
    const struct segment_addresses addresses = {FUZZ_PEER_IP, FUZZ_OUR_IP};
    size_t len = segment_emit(seg, octets, sizeof(octets), &addresses);
    HOLD(len > 0);
    stack_host_receive(IPV4_PROTOCOL_TCP, (struct span){octets, len});
}

struct span stack_host_text(uint32_t first, size_t len)
{
    static uint8_t text[256 + FUZZ_TEXT_MAX]; /* whose last octet is 255 */
    for (size_t i = 0; text[sizeof(text) - 1] == 0 && i < sizeof(text); i++)
        text[i] = (uint8_t)i;
    return (struct span){text + (first & 255), min_size(len, FUZZ_TEXT_MAX)};
}

/* ---- what must hold ---- */

struct conn *stack_host_conn(uint8_t number)
{
    const struct conn_table *table = &host.stack->conns->table;
    if (table->count == 0)
        return NULL;
    struct conn *conn = conn_table_next(table, NULL);
    for (uint32_t i = number % table->count; i > 0; i--)
        conn = conn_table_next(table, conn);
    return conn;
}

static void check_sending(const struct tcb *t)
{
    HOLD(seq_le(t->sent.una, t->sent.nxt));
    HOLD(t->sent.sacked + t->sent.lost <= sent_flight(&t->sent));
    HOLD(t->sent.resent <= sent_flight(&t->sent) - t->sent.sacked);
    HOLD(sent_pipe(&t->sent) <= 2 * sent_flight(&t->sent)); /* each octet, and its copy */
    HOLD(t->sent.count <= t->sent.cap);
    HOLD(t->sndbuf.len <= t->sndbuf.cap);
}

static void check_receiving(const struct tcb *t)
{
    HOLD(t->rcvbuf.ready <= t->rcvbuf.cap);
    HOLD(t->reasm.count <= t->reasm.cap);
    HOLD(t->state <= STATE_SYN_SENT || seq_le(t->rcv.nxt, t->rcvwnd.right));
}

static void check_connection(const struct conn *conn)
{
    const struct tcb *t = &conn->tcb;
    usec_t due = tcp_deadline(t);
    check_sending(t);
    check_receiving(t);
    HOLD(t->journal.lost == 0 && t->journal.count == 0);
    HOLD(t->state != STATE_CLOSED || due == NEVER);
    HOLD(t->state != STATE_CLOSED || conn->bell || conn->listener);
    HOLD(due == NEVER || (conn->timer.place > 0 && conn->timer.at <= due));
}

void stack_host_check(void)
{
    const struct conn_table *table = &host.stack->conns->table;
    uint32_t count = 0;
    for (struct conn *c = conn_table_next(table, NULL); c; c = conn_table_next(table, c), count++)
        check_connection(c);
    HOLD(count == table->count && count <= host.stack->config.socket_limit);
    HOLD(host.stack->counters.events_lost == 0);
    host.frames = 0;
}
