/* Datagrams up and down. */
#include "stack/ip.h"

#include <errno.h>

#include "stack/conns.h"
#include "stack/internal.h"

enum {
    HEADERS_LEN = ETHERNET_HEADER_LEN + IPV4_HEADER_MIN,
};

#define IP_LIMITED_BROADCAST UINT32_C(0xffffffff) /* RFC 919 section 7 */
#define IP_FIRST_MULTICAST   UINT32_C(0xe0000000) /* RFC 1112 section 4; above it class E */

/* ---- addresses ---- */

static uint32_t host_bits(const struct stack *stack)
{
    return UINT32_MAX >> stack->config.prefix_len;
}

static bool on_link(const struct stack *stack, uint32_t ip)
{
    return ((ip ^ stack->config.ip) & ~host_bits(stack)) == 0;
}

bool ip_is_broadcast(const struct stack *stack, uint32_t ip)
{
    uint32_t host = ip & host_bits(stack);
    return ip == IP_LIMITED_BROADCAST || (on_link(stack, ip) && host == host_bits(stack));
}

bool ip_is_neighbour(const struct stack *stack, uint32_t ip)
{
    return on_link(stack, ip) && (ip & host_bits(stack)) != 0 && !ip_is_broadcast(stack, ip) &&
           ip != stack->config.ip;
}

/* RFC 1122 section 3.2.1.3: which addresses may never be a source. */
static bool is_impossible_source(const struct stack *stack, uint32_t ip)
{
    return ip >> 24 == 0 || ip >> 24 == 127 || ip >= IP_FIRST_MULTICAST ||
           ip_is_broadcast(stack, ip) || (on_link(stack, ip) && (ip & host_bits(stack)) == 0);
}

/* ---- up ---- */

static const enum stack_drop malformed[] = {
    [IPV4_SHORT] = DROP_IP_SHORT,
    [IPV4_BAD_VERSION] = DROP_IP_VERSION,
    [IPV4_BAD_HEADER_LEN] = DROP_IP_HEADER_LEN,
    [IPV4_BAD_TOTAL_LEN] = DROP_IP_TOTAL_LEN,
    [IPV4_BAD_CHECKSUM] = DROP_IP_CHECKSUM,
};

/* What is for one host only must not come to everybody's door: RFC 1122 section 3.3.6. */
static bool is_for_us(const struct stack *stack, const struct ipv4 *ip, const struct mac *to)
{
    if (ip->dst_ip == stack->config.ip)
        return !mac_is_broadcast(to);
    return ip_is_broadcast(stack, ip->dst_ip);
}

/* STACK_DROPS: nothing is wrong with it. */
static enum stack_drop judge(const struct stack *stack, const struct ipv4 *ip, const struct mac *to)
{
    if (ip->src_ip == stack->config.ip)
        return DROP_IP_OWN_SOURCE;
    if (is_impossible_source(stack, ip->src_ip))
        return DROP_IP_SOURCE;
    if (!is_for_us(stack, ip, to))
        return DROP_IP_NOT_FOR_US;
    return ipv4_is_fragment(ip) ? DROP_IP_FRAGMENT : STACK_DROPS;
}

static void hand_up(struct stack *stack, usec_t now, const struct ip_packet *packet)
{
    stack->counters.datagrams_in++;
    switch (packet->ip.protocol) {
    case IPV4_PROTOCOL_TCP:
        conns_on_packet_locked(stack, now, packet);
        return;
    case IPV4_PROTOCOL_UDP:
        udp_on_packet_locked(stack, now, packet);
        return;
    case IPV4_PROTOCOL_ICMP:
        icmp_on_packet_locked(stack, now, packet);
        return;
    default: /* RFC 1122 section 3.2.2.1 */
        stack_drop_locked(stack, now, DROP_IP_PROTOCOL, NULL);
        icmp_send_unreachable_locked(stack, now, packet, ICMP_CODE_PROTOCOL);
    }
}

static struct span without_padding(const struct ipv4 *ip, const uint8_t *datagram)
{
    return (struct span){datagram, (size_t)(ip->payload.data - datagram) + ip->payload.len};
}

void ip_on_frame_locked(struct stack *stack, usec_t now, const struct ethernet *frame, bool checked)
{
    struct ip_packet packet = {.checked = checked};
    struct ipv4 *ip = &packet.ip;
    enum ipv4_status status = ipv4_parse(ip, frame->payload.data, frame->payload.len);
    if (status != IPV4_OK) {
        stack_drop_locked(stack, now, malformed[status], NULL);
        return;
    }
    enum stack_drop verdict = judge(stack, ip, &frame->dst);
    if (verdict != STACK_DROPS) {
        const struct event_flow flow = {.local_ip = ip->dst_ip, .remote_ip = ip->src_ip};
        stack_drop_locked(stack, now, verdict, &flow);
        return;
    }
    packet.whole = without_padding(ip, frame->payload.data);
    packet.broadcast = ip->dst_ip != stack->config.ip;
    hand_up(stack, now, &packet);
}

void ip_report_locked(struct stack *stack, usec_t now, const struct ip_error *error)
{
    if (error->quote.ip.protocol == IPV4_PROTOCOL_TCP)
        conns_on_error_locked(stack, now, error);
    else if (error->quote.ip.protocol == IPV4_PROTOCOL_UDP)
        udp_on_error_locked(stack, error);
}

/* ---- down ---- */

struct buffer ip_room_locked(struct stack *stack)
{
    struct buffer room = outbox_room_locked(stack);
    return (struct buffer){room.data + HEADERS_LEN, room.cap - HEADERS_LEN};
}

/* The identification is of no use in a datagram that is never cut up (RFC 6864 section 4.1), but
 * tells copies apart in a capture; counting it up would tell strangers how much we send. */
static void write_ip_header(struct stack *stack, const struct ip_sending *sending, uint8_t *out)
{
    const struct ipv4 header = {
        .src_ip = stack->config.ip,
        .dst_ip = sending->dst_ip,
        .dscp = sending->tos >> 2,
        .ecn = sending->tos & 3,
        .ttl = sending->ttl ? sending->ttl : IP_TTL_DEFAULT,
        .protocol = sending->protocol,
        .id = (uint16_t)prng_next(&stack->prng),
        .dont_fragment = true,
    };
    ipv4_emit(&header, sending->payload_len, out);
}

static struct link_offload offload_of(const struct ip_sending *sending)
{
    struct link_offload offload = {0};
    if (sending->csum_offset) {
        offload.csum_start = HEADERS_LEN;
        offload.csum_offset = sending->csum_offset;
    }
    if (sending->gso_size) {
        offload.gso_size = sending->gso_size;
        offload.header_len = (uint16_t)(HEADERS_LEN + sending->header_len);
    }
    return offload;
}

static void send_known(struct stack *stack, usec_t now, const struct ip_sending *sending)
{
    struct link_offload offload = offload_of(sending);
    outbox_put_locked(stack, HEADERS_LEN + sending->payload_len, &offload);
    arp_on_sent_locked(stack, now, sending->dst_ip);
}

static void send_later(struct stack *stack, usec_t now, const struct ip_sending *sending)
{
    const struct link_frame frame = {
        .parts = {{outbox_room_locked(stack).data, HEADERS_LEN + sending->payload_len}},
        .offload = offload_of(sending),
    };
    arp_wait_locked(stack, now, sending->dst_ip, &frame);
}

int ip_send_locked(struct stack *stack, usec_t now, const struct ip_sending *sending)
{
    size_t mtu = sending->gso_size ? IPV4_LEN_MAX : stack->link->mtu;
    bool broadcast = ip_is_broadcast(stack, sending->dst_ip);
    if (!broadcast && !ip_is_neighbour(stack, sending->dst_ip))
        return -ENETUNREACH;
    if (IPV4_HEADER_MIN + sending->payload_len > mtu)
        return -EMSGSIZE;
    const struct arp_entry *neighbour = arp_find_locked(stack, now, sending->dst_ip);
    struct ethernet header = {.src = stack->link->mac, .type = ETHERNET_TYPE_IPV4};
    if (broadcast)
        header.dst = mac_broadcast();
    else if (neighbour)
        header.dst = neighbour->mac;
    uint8_t *frame = outbox_room_locked(stack).data;
    ethernet_emit(&header, frame);
    write_ip_header(stack, sending, frame + ETHERNET_HEADER_LEN);
    stack->counters.datagrams_out++;
    if (broadcast || neighbour)
        send_known(stack, now, sending);
    else
        send_later(stack, now, sending);
    return 0;
}
