/* ARP (RFC 826, RFC 1122 section 2.3.2): who on the link has which IPv4 address.
 *
 * A bounded cache whose entries expire; those in use are asked after again, by unicast, before they
 * do. Datagrams for an address not known yet wait in one small queue. Who is in the cache may say
 * that it moved; in come only those we asked for and those who ask us; and our own address is
 * nobody else's. Who makes us answer a thousand neighbours that do not exist neither makes us ask
 * for them all nor pushes out those that do. */
#ifndef STACK_ARP_H
#define STACK_ARP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/usec.h"
#include "link/link.h"
#include "packet/arp.h"

enum {
    ARP_CACHE_ENTRIES = 64,
    ARP_ASKING_MAX = 32,  /* of them, those not answered yet: the rest is for who is there */
    ARP_WAITING_MAX = 16, /* datagrams, for all unknown addresses together */
    ARP_ASK_MAX = 3,      /* questions before a neighbour counts as not there; as Linux */
};

#define ARP_ASK_INTERVAL    SECONDS(1)  /* RFC 1122 section 2.3.2.1: no more often than that */
#define ARP_LIFETIME        SECONDS(60) /* RFC 1122 section 2.3.2.1: of the order of a minute */
#define ARP_REFRESH         SECONDS(45) /* RFC 1122 section 2.3.2.1 (2): then ask by unicast */
#define ARP_DEFEND_INTERVAL SECONDS(10) /* RFC 5227 section 2.4: DEFEND_INTERVAL */

struct stack;

enum arp_entry_state { ARP_FREE, ARP_ASKING, ARP_KNOWN, ARP_PERMANENT };

struct arp_entry {
    enum arp_entry_state state;
    uint32_t ip;
    struct mac mac;
    uint8_t asked;       /* questions sent since it was last heard of */
    usec_t confirmed_at; /* KNOWN: when it was last heard of */
    usec_t used_at;      /* when something was last sent to it; the oldest makes room */
    usec_t ask_at;       /* ASKING: when to ask again or give up; KNOWN: no sooner */
};

/* A frame complete but for its destination. */
struct arp_waiting {
    uint8_t *bytes; /* malloc'ed */
    size_t len;
    struct link_offload offload;
    uint32_t next_hop;
};

struct arp_cache {
    struct arp_entry entries[ARP_CACHE_ENTRIES];
    struct arp_waiting waiting[ARP_WAITING_MAX]; /* in the order of their coming */
    uint32_t waiting_count;
    usec_t deadline;  /* the earliest ask_at of those ASKING */
    usec_t defend_at; /* our address is not defended again before */
};

void arp_cache_init(struct arp_cache *cache);
void arp_cache_fini(struct arp_cache *cache);

/* The payload of an ARP frame sent by `from`. */
void arp_on_packet_locked(struct stack *stack, usec_t now, const struct mac *from,
                          struct span packet);

/* What is known of the neighbour `ip`, or NULL. */
const struct arp_entry *arp_find_locked(const struct stack *stack, usec_t now, uint32_t ip);

/* What is sent to it seems not to arrive: it is asked for anew when something is to be sent (RFC
 * 1122 section 2.3.2.1 (4)). */
void arp_doubt_locked(struct stack *stack, uint32_t ip);

/* A frame has just been sent to a known neighbour: keeps the entry, and asks again before it
 * expires. */
void arp_on_sent_locked(struct stack *stack, usec_t now, uint32_t ip);

/* Keeps a copy of a frame for an unknown neighbour until it is found, and asks for it. When the
 * queue is full its oldest frame is dropped: RFC 1122 section 2.3.2.2 wants the latest kept. While
 * too many are asked for already, the frame itself is. */
void arp_wait_locked(struct stack *stack, usec_t now, uint32_t next_hop,
                     const struct link_frame *frame);

/* `ip` is at `mac`, for ever. -ENOSPC when half of the cache is so taken. */
int arp_add_permanent_locked(struct stack *stack, uint32_t ip, const struct mac *mac);

usec_t arp_deadline_locked(const struct stack *stack);
void arp_on_time_locked(struct stack *stack, usec_t now);

#endif
