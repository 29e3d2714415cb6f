/* Who gets a segment. */
#include "stack/conns.h"

#include <errno.h>
#include <stdlib.h>

#include "stack/conn.h"
#include "stack/internal.h"
#include "stack/listener.h"
#include "tcp/incarnation.h"
#include "tcp/tcp.h"

int conns_init(struct stack *stack)
{
    struct conns *conns = calloc(1, sizeof(*conns));
    if (!conns)
        return -ENOMEM;
    int error = conn_table_init(&conns->table, &stack->config.key);
    if (error) {
        free(conns);
        return error;
    }
    timers_init(&conns->timers);
    list_init(&conns->time_wait);
    stack->conns = conns;
    return 0;
}

void conns_fini(struct stack *stack)
{
    struct conns *conns = stack->conns;
    struct conn *conn;
    while ((conn = conn_table_next(&conns->table, NULL)) != NULL)
        conn_free_locked(stack, conn);
    timers_fini(&conns->timers);
    conn_table_fini(&conns->table);
    free(conns);
}

/* ---- out ---- */

/* With offloads the device sums up what it cuts (link.h). */
int conns_send_locked(struct stack *stack, usec_t now, const struct ip_sending *to,
                      const struct segment *seg)
{
    const struct segment_addresses addresses = {stack->config.ip, to->dst_ip};
    struct buffer room = ip_room_locked(stack);
    struct ip_sending sending = *to;
    sending.protocol = IPV4_PROTOCOL_TCP;
    sending.tos |= seg->ecn;
    if (stack->config.tcp.gso_bytes > 0) {
        sending.payload_len = segment_emit_partial(seg, room.data, room.cap, &addresses);
        sending.csum_offset = TCP_CHECKSUM_OFFSET;
        sending.gso_size = seg->gso_size;
        sending.header_len = (uint16_t)segment_header_len(seg);
    } else {
        sending.payload_len = segment_emit(seg, room.data, room.cap, &addresses);
    }
    return ip_send_locked(stack, now, &sending);
}

void conns_reset_locked(struct stack *stack, usec_t now, uint32_t dst_ip, const struct segment *seg)
{
    struct segment reset;
    if (!tcp_reset_for(seg, &reset))
        return;
    stack->counters.resets_sent++;
    conns_send_locked(stack, now, &(const struct ip_sending){.dst_ip = dst_ip}, &reset);
}

void conns_drop_locked(struct stack *stack, usec_t now, enum stack_drop reason,
                       const struct isn_tuple *tuple)
{
    const struct event_flow flow = {
        .local_ip = tuple->local_ip,
        .remote_ip = tuple->remote_ip,
        .local_port = tuple->local_port,
        .remote_port = tuple->remote_port,
    };
    stack_drop_locked(stack, now, reason, &flow);
}

/* ---- in ---- */

static const enum stack_drop malformed[] = {
    [SEGMENT_SHORT] = DROP_TCP_SHORT,
    [SEGMENT_BAD_OFFSET] = DROP_TCP_OFFSET,
    [SEGMENT_BAD_CHECKSUM] = DROP_TCP_CHECKSUM,
    [SEGMENT_BAD_OPTION] = DROP_TCP_OPTION,
};

/* RFC 9293 section 3.10.7.2 where somebody listens, else section 3.10.7.1. */
static void to_port(struct stack *stack, usec_t now, const struct isn_tuple *tuple,
                    const struct segment *seg)
{
    struct listener *listener = ports_listener(&stack->conns->ports, tuple->local_port);
    bool opens = (seg->flags & (TCP_SYN | TCP_ACK | TCP_RST)) == TCP_SYN;
    if (listener && opens) {
        listener_on_syn_locked(stack, now, listener, tuple, seg);
        return;
    }
    if (listener && listener_on_cookie_locked(stack, now, listener, tuple, seg))
        return;
    conns_drop_locked(stack, now, DROP_TCP_PORT, tuple);
    if (!listener || (seg->flags & TCP_ACK))
        conns_reset_locked(stack, now, tuple->remote_ip, seg);
}

/* A connection that only waits for TIME-WAIT to end, before a SYN that is newer than it. */
static bool gives_way(const struct stack *stack, const struct conn *conn, const struct segment *seg)
{
    return !conn->bell && incarnation_yields(&conn->tcb, seg) &&
           ports_listener(&stack->conns->ports, conn->tcb.tuple.local_port);
}

static void on_segment(struct stack *stack, usec_t now, const struct isn_tuple *tuple,
                       const struct segment *seg)
{
    struct conn *conn = conn_table_find(&stack->conns->table, tuple);
    if (!conn || gives_way(stack, conn, seg))
        to_port(stack, now, tuple, seg);
    else if (!conn->listener || listener_admits_locked(stack, now, conn, seg))
        conn_on_segment_locked(stack, now, conn, seg);
}

void conns_on_packet_locked(struct stack *stack, usec_t now, const struct ip_packet *packet)
{
    const struct ipv4 *ip = &packet->ip;
    const struct segment_addresses addresses = {ip->src_ip, ip->dst_ip};
    struct segment seg;
    if (packet->broadcast) {
        stack_drop_locked(stack, now, DROP_TCP_BROADCAST, NULL);
        return;
    }
    enum segment_status status =
        segment_parse(&seg, ip->payload.data, ip->payload.len, packet->checked ? NULL : &addresses);
    if (status != SEGMENT_OK) {
        stack_drop_locked(stack, now, malformed[status], NULL);
        return;
    }
    seg.ecn = ip->ecn;
    const struct isn_tuple tuple = {ip->dst_ip, ip->src_ip, seg.dst_port, seg.src_port};
    on_segment(stack, now, &tuple, &seg);
}

void conns_on_error_locked(struct stack *stack, usec_t now, const struct ip_error *error)
{
    const struct icmp_quote *quote = &error->quote;
    const struct isn_tuple tuple = {quote->ip.src_ip, quote->ip.dst_ip, quote->src_port,
                                    quote->dst_port};
    struct conn *conn = conn_table_find(&stack->conns->table, &tuple);
    if (!conn)
        return;
    if (error->error == -EMSGSIZE)
        tcp_on_too_big(&conn->tcb, error->mtu, quote->seq);
    else
        tcp_on_icmp(&conn->tcb, error->error, error->hard, quote->seq);
    conn_pump_locked(stack, now, conn);
}

/* ---- time ---- */

usec_t conns_deadline_locked(const struct stack *stack)
{
    return timers_deadline(&stack->conns->timers);
}

void conns_on_time_locked(struct stack *stack, usec_t now)
{
    struct timer *timer;
    while ((timer = timers_due(&stack->conns->timers, now)) != NULL)
        conn_on_time_locked(stack, now, list_entry(timer, struct conn, timer));
}
