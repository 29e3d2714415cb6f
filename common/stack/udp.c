/* UDP sockets: who gets a datagram, and what waits until it is read. */
#include "stack/udp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "packet/udp.h"
#include "stack/internal.h"
#include "stack/ports.h"

/* Received and not yet read. */
struct datagram {
    struct datagram *next; /* received after it */
    struct stack_addr from;
    size_t len;
    uint8_t data[];
};

void udp_table_init(struct udp_table *table)
{
    for (size_t i = 0; i < UDP_BUCKETS; i++)
        list_init(&table->buckets[i]);
}

/* ---- the queue ---- */

static uint32_t cost_of(size_t len)
{
    return (uint32_t)len + UDP_DATAGRAM_COST;
}

static void append(struct udp_socket *udp, struct datagram *datagram)
{
    if (udp->last)
        udp->last->next = datagram;
    else
        udp->first = datagram;
    udp->last = datagram;
    udp->queue_cost += cost_of(datagram->len);
}

static void remove_first(struct udp_socket *udp)
{
    struct datagram *first = udp->first;
    udp->queue_cost -= cost_of(first->len);
    udp->first = first->next;
    if (!udp->first)
        udp->last = NULL;
    free(first);
}

/* ---- opening, closing ---- */

int udp_open_locked(struct udp_socket **out, struct bell *bell)
{
    struct udp_socket *udp = calloc(1, sizeof(*udp));
    if (!udp)
        return -ENOMEM;
    udp->bell = bell;
    udp->queue_limit = UDP_RCVBUF_DEFAULT;
    *out = udp;
    return 0;
}

void udp_close_locked(struct udp_socket *udp)
{
    while (udp->first)
        remove_first(udp);
    list_remove(&udp->bound);
    free(udp);
}

void udp_shutdown_locked(struct stack *stack, struct udp_socket *udp, bool in, bool out)
{
    udp->shut_in |= in;
    udp->shut_out |= out;
    bell_ring_locked(stack, udp->bell);
}

/* ---- ports ---- */

static const struct list *bucket_of(const struct stack *stack, uint16_t port)
{
    return &stack->udp.buckets[port % UDP_BUCKETS];
}

static struct udp_socket *socket_at(struct list_link *link)
{
    return list_entry(link, struct udp_socket, bound);
}

static bool overlap(uint32_t a, uint32_t b)
{
    return a == b || a == 0 || b == 0;
}

static bool may_bind(const struct stack *stack, const struct udp_socket *udp,
                     const struct stack_addr *addr)
{
    const struct list *bucket = bucket_of(stack, addr->port);
    for (struct list_link *at = list_first(bucket); at; at = list_next(bucket, at)) {
        const struct udp_socket *other = socket_at(at);
        if (other->local.port == addr->port && overlap(other->local.ip, addr->ip) &&
            !(udp->reuse_addr && other->reuse_addr))
            return false;
    }
    return true;
}

static bool is_unused(const struct stack *stack, uint16_t port)
{
    const struct list *bucket = bucket_of(stack, port);
    for (struct list_link *at = list_first(bucket); at; at = list_next(bucket, at))
        if (socket_at(at)->local.port == port)
            return false;
    return true;
}

static bool is_ours(const struct stack *stack, uint32_t ip)
{
    return ip == 0 || ip == stack->config.ip || ip_is_broadcast(stack, ip);
}

int udp_bind_locked(struct stack *stack, struct udp_socket *udp, const struct stack_addr *addr)
{
    struct stack_addr local = *addr;
    if (udp->local.port != 0)
        return -EINVAL;
    if (!is_ours(stack, local.ip))
        return -EADDRNOTAVAIL;
    if (local.port == 0)
        local.port = ports_choose_locked(stack, is_unused);
    if (local.port == 0 || !may_bind(stack, udp, &local))
        return -EADDRINUSE;
    udp->local = local;
    list_append((struct list *)bucket_of(stack, local.port), &udp->bound);
    return 0;
}

static int bind_if_need_be(struct stack *stack, struct udp_socket *udp)
{
    if (udp->local.port != 0)
        return 0;
    const struct stack_addr any = {udp->local.ip, 0};
    return udp_bind_locked(stack, udp, &any);
}

/* May it send there? */
static int check_target(const struct stack *stack, const struct udp_socket *udp, uint32_t ip)
{
    if (ip_is_broadcast(stack, ip))
        return udp->broadcast ? 0 : -EACCES;
    return ip_is_neighbour(stack, ip) ? 0 : -ENETUNREACH;
}

int udp_connect_locked(struct stack *stack, struct udp_socket *udp, const struct stack_addr *peer)
{
    int error = check_target(stack, udp, peer->ip);
    if (error == 0)
        error = bind_if_need_be(stack, udp);
    if (error < 0)
        return error;
    if (udp->local.ip == 0)
        udp->local.ip = stack->config.ip;
    udp->peer = *peer;
    return 0;
}

/* ---- sending ---- */

static int take_error(struct udp_socket *udp)
{
    int error = udp->error;
    udp->error = 0;
    return error;
}

static int check_send(const struct stack *stack, const struct udp_socket *udp, struct span data,
                      const struct stack_addr *to)
{
    if (udp->shut_out)
        return -EPIPE;
    if (to->ip == 0)
        return -EDESTADDRREQ;
    if (to->port == 0)
        return -EINVAL;
    if (data.len > stack->link->mtu - IPV4_HEADER_MIN - UDP_HEADER_LEN)
        return -EMSGSIZE;
    return check_target(stack, udp, to->ip);
}

/* `to` says whom, and how it is marked. */
static int transmit(struct stack *stack, usec_t now, const struct udp *datagram,
                    struct ip_sending to)
{
    const struct segment_addresses addresses = {stack->config.ip, to.dst_ip};
    struct buffer room = ip_room_locked(stack);
    to.protocol = IPV4_PROTOCOL_UDP;
    to.payload_len = udp_emit(datagram, room.data, room.cap, &addresses);
    return ip_send_locked(stack, now, &to);
}

int64_t udp_send_locked(struct stack *stack, usec_t now, struct udp_socket *udp, struct span data,
                        const struct stack_addr *to)
{
    const struct stack_addr target = to ? *to : udp->peer;
    int error = take_error(udp);
    if (error == 0)
        error = check_send(stack, udp, data, &target);
    if (error == 0)
        error = bind_if_need_be(stack, udp);
    if (error < 0)
        return error;
    const struct udp datagram = {udp->local.port, target.port, data};
    const struct ip_sending to_target = {.dst_ip = target.ip, .tos = udp->tos, .ttl = udp->ttl};
    error = transmit(stack, now, &datagram, to_target);
    return error < 0 ? error : (int64_t)data.len;
}

/* ---- receiving ---- */

int64_t udp_receive_locked(struct udp_socket *udp, struct udp_receiving *receiving)
{
    int error = take_error(udp);
    if (error < 0)
        return error;
    const struct datagram *datagram = udp->first;
    if (!datagram)
        return udp->shut_in ? 0 : -EAGAIN;
    size_t len = min_size(datagram->len, receiving->out.cap);
    if (len > 0)
        memcpy(receiving->out.data, datagram->data, len);
    receiving->from = datagram->from;
    receiving->whole_len = datagram->len;
    if (!receiving->peek)
        remove_first(udp);
    return (int64_t)len;
}

/* On its way to a socket. */
struct delivery {
    struct stack_addr from, to;
    struct span data;
};

static bool is_peer(const struct udp_socket *udp, const struct stack_addr *from)
{
    return udp->peer.port == from->port && udp->peer.ip == from->ip;
}

/* How well a socket fits: 0 not at all; more the more it said about whom it wants to hear. */
static int fit(const struct udp_socket *udp, const struct delivery *delivery)
{
    bool connected = udp->peer.port != 0;
    if (udp->local.port != delivery->to.port ||
        (udp->local.ip != 0 && udp->local.ip != delivery->to.ip) ||
        (connected && !is_peer(udp, &delivery->from)))
        return 0;
    return 1 + (udp->local.ip != 0) + 2 * connected;
}

static enum stack_drop enqueue(struct udp_socket *udp, const struct delivery *delivery)
{
    if (udp->queue_cost + cost_of(delivery->data.len) > udp->queue_limit)
        return DROP_UDP_FULL;
    struct datagram *datagram = malloc(sizeof(*datagram) + delivery->data.len);
    if (!datagram)
        return DROP_NO_MEMORY;
    datagram->next = NULL;
    datagram->from = delivery->from;
    datagram->len = delivery->data.len;
    memcpy(datagram->data, delivery->data.data, delivery->data.len);
    append(udp, datagram);
    return STACK_DROPS;
}

static struct event_flow flow_of(const struct delivery *delivery)
{
    return (struct event_flow){
        .local_ip = delivery->to.ip,
        .remote_ip = delivery->from.ip,
        .local_port = delivery->to.port,
        .remote_port = delivery->from.port,
    };
}

static void deliver(struct stack *stack, usec_t now, struct udp_socket *udp,
                    const struct delivery *delivery)
{
    struct event_flow flow = flow_of(delivery);
    enum stack_drop verdict = udp->shut_in ? DROP_UDP_PORT : enqueue(udp, delivery);
    if (verdict != STACK_DROPS)
        stack_drop_locked(stack, now, verdict, &flow);
    else
        bell_ring_locked(stack, udp->bell);
}

/* A broadcast goes to all whom it fits. Returns how many. */
static int deliver_to_all(struct stack *stack, usec_t now, const struct delivery *delivery)
{
    const struct list *bucket = bucket_of(stack, delivery->to.port);
    int count = 0;
    for (struct list_link *at = list_first(bucket); at; at = list_next(bucket, at))
        if (fit(socket_at(at), delivery) > 0) {
            deliver(stack, now, socket_at(at), delivery);
            count++;
        }
    return count;
}

/* Whom it fits best; of equals the last bound, as on Linux. */
static struct udp_socket *find_best(const struct stack *stack, const struct delivery *delivery)
{
    const struct list *bucket = bucket_of(stack, delivery->to.port);
    struct udp_socket *best = NULL;
    int best_fit = 1;
    for (struct list_link *at = list_first(bucket); at; at = list_next(bucket, at))
        if (fit(socket_at(at), delivery) >= best_fit) {
            best = socket_at(at);
            best_fit = fit(best, delivery);
        }
    return best;
}

static int deliver_to_best(struct stack *stack, usec_t now, const struct delivery *delivery)
{
    struct udp_socket *best = find_best(stack, delivery);
    if (best)
        deliver(stack, now, best, delivery);
    return best != NULL;
}

static const enum stack_drop malformed[] = {
    [UDP_SHORT] = DROP_UDP_SHORT,
    [UDP_BAD_LEN] = DROP_UDP_LEN,
    [UDP_BAD_CHECKSUM] = DROP_UDP_CHECKSUM,
};

void udp_on_packet_locked(struct stack *stack, usec_t now, const struct ip_packet *packet)
{
    const struct ipv4 *ip = &packet->ip;
    const struct segment_addresses addresses = {ip->src_ip, ip->dst_ip};
    struct udp udp;
    enum udp_status status =
        udp_parse(&udp, ip->payload.data, ip->payload.len, packet->checked ? NULL : &addresses);
    if (status != UDP_OK) {
        stack_drop_locked(stack, now, malformed[status], NULL);
        return;
    }
    const struct delivery delivery = {
        {ip->src_ip, udp.src_port}, {ip->dst_ip, udp.dst_port}, udp.payload};
    int receivers = packet->broadcast ? deliver_to_all(stack, now, &delivery)
                                      : deliver_to_best(stack, now, &delivery);
    if (receivers > 0)
        return;
    struct event_flow flow = flow_of(&delivery);
    stack_drop_locked(stack, now, DROP_UDP_PORT, &flow);
    icmp_send_unreachable_locked(stack, now, packet, ICMP_CODE_PORT);
}

uint32_t udp_unread(const struct udp_socket *udp)
{
    const struct datagram *datagram = udp->first;
    return datagram ? (uint32_t)datagram->len : 0;
}

/* ---- errors ---- */

/* Only a connected socket knows that a report is about its own datagrams; RFC 1122 section 4.1.3.3
 * wants it told, Linux tells it of hard errors. */
void udp_on_error_locked(struct stack *stack, const struct ip_error *error)
{
    const struct icmp_quote *quote = &error->quote;
    const struct delivery answer = {
        {quote->ip.dst_ip, quote->dst_port}, {stack->config.ip, quote->src_port}, {0}};
    struct udp_socket *udp = find_best(stack, &answer);
    if (!udp || udp->peer.port == 0 || !error->hard)
        return;
    udp->error = error->error;
    bell_ring_locked(stack, udp->bell);
}
