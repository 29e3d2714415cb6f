/* The cache, the questions, and what waits for their answers. */
#include "stack/arp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "stack/internal.h"
#include "stack/ip.h"

void arp_cache_init(struct arp_cache *cache)
{
    *cache = (struct arp_cache){.deadline = NEVER};
}

void arp_cache_fini(struct arp_cache *cache)
{
    for (uint32_t i = 0; i < cache->waiting_count; i++)
        free(cache->waiting[i].bytes);
}

/* ---- the cache ---- */

static bool is_expired(const struct arp_entry *entry, usec_t now)
{
    return entry->state == ARP_KNOWN && now >= entry->confirmed_at + ARP_LIFETIME;
}

static struct arp_entry *entry_of(struct arp_cache *cache, usec_t now, uint32_t ip)
{
    for (size_t i = 0; i < ARP_CACHE_ENTRIES; i++) {
        struct arp_entry *entry = &cache->entries[i];
        if (entry->state != ARP_FREE && entry->ip == ip && !is_expired(entry, now))
            return entry;
    }
    return NULL;
}

const struct arp_entry *arp_find_locked(const struct stack *stack, usec_t now, uint32_t ip)
{
    const struct arp_entry *entry = entry_of((struct arp_cache *)&stack->arp, now, ip);
    return entry && entry->state != ARP_ASKING ? entry : NULL;
}

static struct arp_entry *free_entry(struct arp_cache *cache, usec_t now)
{
    for (size_t i = 0; i < ARP_CACHE_ENTRIES; i++) {
        struct arp_entry *entry = &cache->entries[i];
        if (entry->state == ARP_FREE || is_expired(entry, now))
            return entry;
    }
    return NULL;
}

static size_t count_entries(const struct arp_cache *cache, enum arp_entry_state state)
{
    size_t count = 0;
    for (size_t i = 0; i < ARP_CACHE_ENTRIES; i++)
        count += cache->entries[i].state == state;
    return count;
}

/* Of those known the one that is missed least. In a full cache there is one, as long as neither the
 * permanent ones nor the questions have reached their half. */
static struct arp_entry *oldest_entry(struct arp_cache *cache)
{
    struct arp_entry *oldest = NULL;
    for (size_t i = 0; i < ARP_CACHE_ENTRIES; i++) {
        struct arp_entry *entry = &cache->entries[i];
        if (entry->state == ARP_KNOWN && (!oldest || entry->used_at < oldest->used_at))
            oldest = entry;
    }
    return oldest;
}

int arp_add_permanent_locked(struct stack *stack, uint32_t ip, const struct mac *mac)
{
    struct arp_cache *cache = &stack->arp;
    struct arp_entry *entry = entry_of(cache, stack->latest, ip);
    if (!entry && count_entries(cache, ARP_PERMANENT) >= ARP_CACHE_ENTRIES / 2)
        return -ENOSPC;
    if (!entry)
        entry = free_entry(cache, stack->latest);
    if (!entry)
        entry = oldest_entry(cache);
    *entry = (struct arp_entry){.state = ARP_PERMANENT, .ip = ip, .mac = *mac};
    return 0;
}

/* ---- packets out ---- */

static void send_packet(struct stack *stack, const struct arp *arp, const struct mac *to)
{
    const struct ethernet header = {.dst = *to, .src = stack->link->mac, .type = ETHERNET_TYPE_ARP};
    uint8_t *frame = outbox_room_locked(stack).data;
    size_t len = ethernet_emit(&header, frame);
    len += arp_emit(arp, frame + len);
    outbox_put_locked(stack, len, &(struct link_offload){0});
}

static struct arp packet_from_us(const struct stack *stack, uint16_t operation)
{
    return (struct arp){
        .operation = operation,
        .sender_mac = stack->link->mac,
        .sender_ip = stack->config.ip,
    };
}

static void ask(struct stack *stack, uint32_t ip, const struct mac *to)
{
    struct arp question = packet_from_us(stack, ARP_REQUEST);
    question.target_ip = ip;
    send_packet(stack, &question, to);
}

static void answer(struct stack *stack, const struct arp *question)
{
    struct arp reply = packet_from_us(stack, ARP_REPLY);
    reply.target_mac = question->sender_mac;
    reply.target_ip = question->sender_ip;
    send_packet(stack, &reply, &question->sender_mac);
}

/* An announcement (RFC 5227 section 2.4 (c)): heals the caches that the claim misled. */
static void defend(struct stack *stack, usec_t now)
{
    if (now < stack->arp.defend_at)
        return;
    stack->arp.defend_at = now + ARP_DEFEND_INTERVAL;
    const struct mac everybody = mac_broadcast();
    ask(stack, stack->config.ip, &everybody);
}

/* ---- what waits ---- */

/* Takes all frames that wait for `ip` out of the queue, oldest first; returns how many. */
static uint32_t take_all_waiting(struct arp_cache *cache, uint32_t ip,
                                 struct arp_waiting out[static ARP_WAITING_MAX])
{
    uint32_t taken = 0, kept = 0;
    for (uint32_t i = 0; i < cache->waiting_count; i++)
        if (cache->waiting[i].next_hop == ip)
            out[taken++] = cache->waiting[i];
        else
            cache->waiting[kept++] = cache->waiting[i];
    cache->waiting_count = kept;
    return taken;
}

static void release_waiting(struct stack *stack, const struct arp_entry *entry)
{
    struct arp_waiting frames[ARP_WAITING_MAX];
    uint32_t count = take_all_waiting(&stack->arp, entry->ip, frames);
    for (uint32_t i = 0; i < count; i++) {
        uint8_t *room = outbox_room_locked(stack).data;
        memcpy(room, frames[i].bytes, frames[i].len);
        memcpy(room, entry->mac.octets, sizeof(entry->mac.octets)); /* the destination is first */
        outbox_put_locked(stack, frames[i].len, &frames[i].offload);
        free(frames[i].bytes);
    }
}

/* As if a router had reported it. "Hard", because a neighbour that does not answer is not there,
 * while a router's word may be true of a moment only. */
static void report_unreachable(struct stack *stack, usec_t now, const struct arp_waiting *frame)
{
    const struct icmp_message said = {
        .type = ICMP_TYPE_UNREACHABLE,
        .code = ICMP_CODE_HOST,
        .payload = {frame->bytes + ETHERNET_HEADER_LEN, frame->len - ETHERNET_HEADER_LEN},
    };
    struct ip_error error = {.error = -EHOSTUNREACH, .hard = true};
    if (icmp_parse_quote(&error.quote, &said))
        ip_report_locked(stack, now, &error);
}

static void drop_waiting(struct stack *stack, usec_t now, uint32_t ip)
{
    struct arp_waiting frames[ARP_WAITING_MAX];
    uint32_t count = take_all_waiting(&stack->arp, ip, frames);
    for (uint32_t i = 0; i < count; i++) {
        stack_drop_locked(stack, now, DROP_SENT_NO_NEIGHBOUR, NULL);
        report_unreachable(stack, now, &frames[i]);
        free(frames[i].bytes);
    }
}

static void drop_oldest_waiting(struct stack *stack, usec_t now)
{
    struct arp_cache *cache = &stack->arp;
    free(cache->waiting[0].bytes);
    cache->waiting_count--;
    memmove(&cache->waiting[0], &cache->waiting[1],
            cache->waiting_count * sizeof(cache->waiting[0]));
    stack_drop_locked(stack, now, DROP_SENT_WAITING_FULL, NULL);
}

static void keep_copy(struct stack *stack, usec_t now, uint32_t next_hop,
                      const struct link_frame *frame)
{
    struct arp_cache *cache = &stack->arp;
    if (cache->waiting_count == ARP_WAITING_MAX)
        drop_oldest_waiting(stack, now);
    struct arp_waiting *waiting = &cache->waiting[cache->waiting_count];
    waiting->len = frame->parts[0].len;
    waiting->offload = frame->offload;
    waiting->next_hop = next_hop;
    waiting->bytes = malloc(waiting->len);
    if (!waiting->bytes) {
        stack_drop_locked(stack, now, DROP_NO_MEMORY, NULL);
        return;
    }
    memcpy(waiting->bytes, frame->parts[0].data, waiting->len);
    cache->waiting_count++;
}

/* ---- questions ---- */

static void update_deadline(struct arp_cache *cache)
{
    cache->deadline = NEVER;
    for (size_t i = 0; i < ARP_CACHE_ENTRIES; i++)
        if (cache->entries[i].state == ARP_ASKING)
            cache->deadline = usec_min(cache->deadline, cache->entries[i].ask_at);
}

static void ask_everybody(struct stack *stack, usec_t now, struct arp_entry *entry)
{
    const struct mac everybody = mac_broadcast();
    entry->asked++;
    entry->ask_at = now + ARP_ASK_INTERVAL;
    ask(stack, entry->ip, &everybody);
}

static void begin_asking(struct stack *stack, usec_t now, uint32_t ip)
{
    struct arp_entry *entry = free_entry(&stack->arp, now);
    if (!entry)
        entry = oldest_entry(&stack->arp);
    *entry = (struct arp_entry){.state = ARP_ASKING, .ip = ip, .used_at = now};
    ask_everybody(stack, now, entry);
    update_deadline(&stack->arp);
}

void arp_wait_locked(struct stack *stack, usec_t now, uint32_t next_hop,
                     const struct link_frame *frame)
{
    bool asked = entry_of(&stack->arp, now, next_hop) != NULL;
    if (!asked && count_entries(&stack->arp, ARP_ASKING) == ARP_ASKING_MAX) {
        stack_drop_locked(stack, now, DROP_SENT_WAITING_FULL, NULL);
        return;
    }
    keep_copy(stack, now, next_hop, frame);
    if (!asked)
        begin_asking(stack, now, next_hop);
}

/* Only what is used is asked after again: an idle host is silent, and forgets. */
void arp_on_sent_locked(struct stack *stack, usec_t now, uint32_t ip)
{
    struct arp_entry *entry = entry_of(&stack->arp, now, ip);
    if (!entry)
        return;
    entry->used_at = now;
    bool aging = entry->state == ARP_KNOWN && now >= entry->confirmed_at + ARP_REFRESH;
    if (!aging || now < entry->ask_at)
        return;
    entry->ask_at = now + ARP_ASK_INTERVAL;
    ask(stack, ip, &entry->mac);
}

void arp_doubt_locked(struct stack *stack, uint32_t ip)
{
    struct arp_entry *entry = entry_of(&stack->arp, stack->latest, ip);
    if (entry && entry->state == ARP_KNOWN)
        entry->state = ARP_FREE;
}

usec_t arp_deadline_locked(const struct stack *stack)
{
    return stack->arp.deadline;
}

static void ask_again_or_give_up(struct stack *stack, usec_t now, struct arp_entry *entry)
{
    if (entry->asked < ARP_ASK_MAX) {
        ask_everybody(stack, now, entry);
        return;
    }
    entry->state = ARP_FREE;
    drop_waiting(stack, now, entry->ip);
}

void arp_on_time_locked(struct stack *stack, usec_t now)
{
    if (now < stack->arp.deadline)
        return;
    for (size_t i = 0; i < ARP_CACHE_ENTRIES; i++) {
        struct arp_entry *entry = &stack->arp.entries[i];
        if (entry->state == ARP_ASKING && entry->ask_at <= now)
            ask_again_or_give_up(stack, now, entry);
    }
    update_deadline(&stack->arp);
}

/* ---- packets in ---- */

static void learn(struct stack *stack, usec_t now, struct arp_entry *entry, const struct arp *said)
{
    *entry = (struct arp_entry){
        .state = ARP_KNOWN,
        .ip = said->sender_ip,
        .mac = said->sender_mac,
        .confirmed_at = now,
        .used_at = entry->used_at,
    };
    update_deadline(&stack->arp);
    release_waiting(stack, entry);
}

/* Tells who it is not: a sender has the address that its frame came from, and one of this link. A
 * probe (RFC 5227 section 2.1.1) has none yet. */
static bool is_impossible_sender(const struct stack *stack, const struct arp *said,
                                 const struct mac *from)
{
    bool probe = said->sender_ip == 0 && said->operation == ARP_REQUEST;
    return !mac_equal(&said->sender_mac, from) ||
           !(probe || ip_is_neighbour(stack, said->sender_ip));
}

/* RFC 826, "Packet Reception": who asks us will soon be sent to. It gets in only where there is
 * room, so that strangers cannot push out those we talk to. */
static void on_question_for_us(struct stack *stack, usec_t now, const struct arp *said)
{
    answer(stack, said);
    if (said->sender_ip == 0)
        return;
    struct arp_entry *entry = free_entry(&stack->arp, now);
    if (!entry) {
        stack_drop_locked(stack, now, DROP_ARP_FULL, NULL);
        return;
    }
    entry->used_at = now;
    learn(stack, now, entry, said);
}

static void on_sender(struct stack *stack, usec_t now, const struct arp *said)
{
    struct arp_entry *entry = entry_of(&stack->arp, now, said->sender_ip);
    bool asks_us = said->operation == ARP_REQUEST && said->target_ip == stack->config.ip;
    if (!entry && asks_us) {
        on_question_for_us(stack, now, said);
        return;
    }
    if (asks_us)
        answer(stack, said);
    if (entry && entry->state != ARP_PERMANENT)
        learn(stack, now, entry, said);
    else if (!entry && said->operation == ARP_REPLY)
        stack_drop_locked(stack, now, DROP_ARP_UNASKED, NULL);
}

void arp_on_packet_locked(struct stack *stack, usec_t now, const struct mac *from,
                          struct span packet)
{
    struct arp said;
    bool parsed = arp_parse(&said, packet.data, packet.len) == ARP_OK;
    if (!parsed || (said.operation != ARP_REQUEST && said.operation != ARP_REPLY)) {
        stack_drop_locked(stack, now, DROP_ARP_MALFORMED, NULL);
    } else if (said.sender_ip == stack->config.ip) {
        stack_drop_locked(stack, now, DROP_ARP_CONFLICT, NULL);
        defend(stack, now);
    } else if (is_impossible_sender(stack, &said, from)) {
        stack_drop_locked(stack, now, DROP_ARP_SENDER, NULL);
    } else {
        on_sender(stack, now, &said);
    }
}
