/* TCP without connections: every segment gets the reset that RFC 9293 section 3.10.7.1 has for it.
 */
#include "stack/conns.h"

#include <errno.h>

#include "stack/internal.h"
#include "tcp/tcp.h"

int conns_init(struct stack *stack)
{
    (void)stack;
    return 0;
}

void conns_fini(struct stack *stack)
{
    (void)stack;
}

static const enum stack_drop malformed[] = {
    [SEGMENT_SHORT] = DROP_TCP_SHORT,
    [SEGMENT_BAD_OFFSET] = DROP_TCP_OFFSET,
    [SEGMENT_BAD_CHECKSUM] = DROP_TCP_CHECKSUM,
    [SEGMENT_BAD_OPTION] = DROP_TCP_OPTION,
};

void conns_on_packet_locked(struct stack *stack, usec_t now, const struct ip_packet *packet)
{
    const struct ipv4 *ip = &packet->ip;
    const struct segment_addresses addresses = {ip->src_ip, ip->dst_ip};
    struct segment seg, reset;
    enum segment_status status =
        segment_parse(&seg, ip->payload.data, ip->payload.len, packet->checked ? NULL : &addresses);
    if (packet->broadcast) {
        stack_drop_locked(stack, now, DROP_TCP_BROADCAST, NULL);
        return;
    }
    if (status != SEGMENT_OK) {
        stack_drop_locked(stack, now, malformed[status], NULL);
        return;
    }
    stack_drop_locked(stack, now, DROP_TCP_PORT, NULL);
    if (!tcp_reset_for(&seg, &reset))
        return;
    stack->counters.resets_sent++;
    conns_send_locked(stack, now, ip->src_ip, &reset);
}

void conns_on_error_locked(struct stack *stack, usec_t now, const struct ip_error *error)
{
    (void)stack;
    (void)now;
    (void)error;
}

usec_t conns_deadline_locked(const struct stack *stack)
{
    (void)stack;
    return NEVER;
}

void conns_on_time_locked(struct stack *stack, usec_t now)
{
    (void)stack;
    (void)now;
}

int conns_send_locked(struct stack *stack, usec_t now, uint32_t dst_ip, const struct segment *seg)
{
    const struct segment_addresses addresses = {stack->config.ip, dst_ip};
    struct buffer room = ip_room_locked(stack);
    const struct ip_sending sending = {
        .dst_ip = dst_ip,
        .protocol = IPV4_PROTOCOL_TCP,
        .payload_len = segment_emit(seg, room.data, room.cap, &addresses),
    };
    return ip_send_locked(stack, now, &sending);
}
