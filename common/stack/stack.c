/* A host from its beginning to its end, and the way in and out of its lock. */
#include "stack/stack.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>

#include "base/clock.h"
#include "stack/conns.h"
#include "stack/internal.h"
#include "stack/ip.h"
#include "stack/sockets.h"

enum {
    SOCKET_LIMIT_DEFAULT = 65536,
    SYN_QUEUE_LIMIT_DEFAULT = 1024,
};

/* ---- configuration ---- */

/* What nobody may guess. */
struct secrets {
    uint64_t seed;
    struct siphash_key table_key, sequence_key;
};

static void configure(struct stack_config *config, char host, const struct secrets *secrets)
{
    *config = (struct stack_config){
        .host = host,
        .seed = secrets->seed,
        .key = secrets->table_key,
        .tcp = tcp_config_default,
        .socket_limit = SOCKET_LIMIT_DEFAULT,
        .syn_queue_limit = SYN_QUEUE_LIMIT_DEFAULT,
        /* RFC 4987 section 4: what a cookie forgets costs less than not to answer; as Linux. */
        .syn_cookies = SYN_COOKIES_WHEN_FULL,
        .port_first = PORTS_EPHEMERAL_FIRST,
        .port_last = PORTS_EPHEMERAL_LAST,
    };
    config->tcp.key = secrets->sequence_key;
}

void stack_config_seeded(struct stack_config *config, uint64_t seed, char host)
{
    struct prng root, own;
    prng_seed(&root, seed);
    own = prng_fork(&root, (uint8_t)host);
    struct secrets secrets;
    secrets.seed = prng_next(&own);
    secrets.table_key.k0 = prng_next(&own);
    secrets.table_key.k1 = prng_next(&own);
    secrets.sequence_key.k0 = prng_next(&own);
    secrets.sequence_key.k1 = prng_next(&own);
    configure(config, host, &secrets);
}

int stack_config_random(struct stack_config *config, char host)
{
    struct secrets secrets;
    if (getrandom(&secrets, sizeof(secrets), 0) != sizeof(secrets))
        return -errno;
    configure(config, host, &secrets);
    return 0;
}

/* ---- beginning and end ---- */

static size_t frame_max(const struct stack *stack)
{
    size_t datagram = stack->config.tcp.gso_bytes ? IPV4_LEN_MAX : stack->link->mtu;
    return ETHERNET_HEADER_LEN + datagram;
}

static void init_parts(struct stack *stack)
{
    monitor_init(&stack->lock);
    waiters_init(&stack->pollers);
    prng_seed(&stack->prng, stack->config.seed);
    arp_cache_init(&stack->arp);
    icmp_limit_init(&stack->icmp_limit);
    udp_table_init(&stack->udp);
}

static void fini_parts(struct stack *stack)
{
    arp_cache_fini(&stack->arp);
    waiters_fini(&stack->pollers);
    monitor_fini(&stack->lock);
}

int stack_new(struct stack **out, const struct stack_config *config, struct link *link)
{
    struct stack *stack = calloc(1, sizeof(*stack));
    if (!stack)
        return -ENOMEM;
    stack->config = *config;
    stack->link = link;
    stack->config.tcp.mtu = (uint16_t)min_u32(link->mtu, IPV4_LEN_MAX);
    init_parts(stack);
    int error = outbox_init(&stack->outbox, frame_max(stack));
    if (error < 0)
        goto free_stack;
    error = conns_init(stack);
    if (error < 0)
        goto free_outbox;
    error = sockets_init(stack);
    if (error < 0)
        goto free_conns;
    *out = stack;
    return 0;

free_conns:
    conns_fini(stack);
free_outbox:
    outbox_fini(&stack->outbox);
free_stack:
    fini_parts(stack);
    free(stack);
    return error;
}

void stack_free(struct stack *stack)
{
    if (!stack)
        return;
    conns_fini(stack);
    sockets_fini(stack);
    outbox_fini(&stack->outbox);
    fini_parts(stack);
    free(stack);
}

/* ---- in and out ---- */

static usec_t enter_at(struct stack *stack, usec_t now)
{
    monitor_enter(&stack->lock);
    stack->latest = usec_max(stack->latest, now);
    return stack->latest;
}

usec_t stack_enter(struct stack *stack)
{
    monitor_enter(&stack->lock);
    return stack_now_locked(stack);
}

/* The clock is read inside: read before, it could show less than the last one in had. */
usec_t stack_now_locked(struct stack *stack)
{
    stack->latest = usec_max(stack->latest, clock_now());
    return stack->latest;
}

void stack_finish_locked(struct stack *stack)
{
    outbox_flush_locked(stack);
    drive_on_deadline_locked(stack);
}

void stack_leave(struct stack *stack)
{
    stack_finish_locked(stack);
    monitor_leave(&stack->lock);
}

/* ---- frames ---- */

static bool from_impossible_source(const struct stack *stack, const struct ethernet *frame)
{
    return mac_is_group(&frame->src) || mac_equal(&frame->src, &stack->link->mac);
}

static bool for_us(const struct stack *stack, const struct ethernet *frame)
{
    return mac_equal(&frame->dst, &stack->link->mac) || mac_is_broadcast(&frame->dst);
}

static void on_ethernet(struct stack *stack, usec_t now, const struct ethernet *frame, bool checked)
{
    if (from_impossible_source(stack, frame))
        stack_drop_locked(stack, now, DROP_ETHERNET_SOURCE, NULL);
    else if (!for_us(stack, frame))
        stack_drop_locked(stack, now, DROP_ETHERNET_NOT_FOR_US, NULL);
    else if (frame->type == ETHERNET_TYPE_IPV4)
        ip_on_frame_locked(stack, now, frame, checked);
    else if (frame->type == ETHERNET_TYPE_ARP)
        arp_on_packet_locked(stack, now, &frame->src, frame->payload);
    else
        stack_drop_locked(stack, now, DROP_ETHERNET_TYPE, NULL);
}

void stack_on_frames_locked(struct stack *stack, usec_t now, const struct link_frame *frames,
                            int count)
{
    for (int i = 0; i < count; i++) {
        struct ethernet frame;
        stack->counters.frames_in++;
        if (ethernet_parse(&frame, frames[i].parts[0].data, frames[i].parts[0].len))
            on_ethernet(stack, now, &frame, frames[i].checked);
        else
            stack_drop_locked(stack, now, DROP_ETHERNET_SHORT, NULL);
    }
}

void stack_on_frames(struct stack *stack, usec_t now, const struct link_frame *frames, int count)
{
    now = enter_at(stack, now);
    stack_on_frames_locked(stack, now, frames, count);
    stack_leave(stack);
}

/* ---- time ---- */

usec_t stack_deadline_locked(const struct stack *stack)
{
    return usec_min(arp_deadline_locked(stack), conns_deadline_locked(stack));
}

usec_t stack_deadline(struct stack *stack)
{
    monitor_enter(&stack->lock);
    usec_t deadline = stack_deadline_locked(stack);
    monitor_leave(&stack->lock);
    return deadline;
}

void stack_on_time_locked(struct stack *stack, usec_t now)
{
    arp_on_time_locked(stack, now);
    conns_on_time_locked(stack, now);
}

void stack_on_time(struct stack *stack, usec_t now)
{
    now = enter_at(stack, now);
    stack_on_time_locked(stack, now);
    stack_leave(stack);
}

/* ---- what it tells ---- */

void stack_tell_locked(struct stack *stack, usec_t now, struct event *event)
{
    event->host = stack->config.host;
    event->at = now;
    event_put(stack->config.sink, event);
}

void stack_drop_locked(struct stack *stack, usec_t now, enum stack_drop reason,
                       const struct event_flow *flow)
{
    stack->counters.dropped[reason]++;
    struct event event = {.kind = EVENT_DROP, .text = stack_drop_name(reason)};
    if (flow)
        event.flow = *flow;
    stack_tell_locked(stack, now, &event);
}

void stack_get_counters(struct stack *stack, struct stack_counters *counters)
{
    monitor_enter(&stack->lock);
    *counters = stack->counters;
    counters->dropped[DROP_LINK_OVERRUN] = link_overruns(stack->link);
    counters->connections = stack->conns->table.count;
    monitor_leave(&stack->lock);
}

int stack_add_neighbour(struct stack *stack, uint32_t ip, const struct mac *mac)
{
    stack_enter(stack);
    int result = arp_add_permanent_locked(stack, ip, mac);
    stack_leave(stack);
    return result;
}
