/* A host for its tests: alone on a link that keeps what it sends, in virtual time, facing a peer
 * that is played by hand. */
#ifndef TESTS_UNIT_STACK_HOST_H
#define TESTS_UNIT_STACK_HOST_H

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/sched.h"
#include "base/thread.h"
#include "link/memory.h"
#include "packet/frame.h"
#include "stack/internal.h"
#include "stack/stack.h"
#include "tests/unit/packet/exact.h"

#define OUR_IP    UINT32_C(0x0a000001) /* 10.0.0.1/24 */
#define PEER_IP   UINT32_C(0x0a000002)
#define SUBNET    UINT32_C(0x0a000000)
#define BROADCAST UINT32_C(0x0a0000ff)

static const struct mac our_mac = {{2, 0, 0, 0, 0, 1}}, peer_mac = {{2, 0, 0, 0, 0, 2}};

enum {
    SENT_MAX = 128, /* later ones are counted only */
    FRAME_MAX = 1514,
};

static struct {
    struct link *link;
    struct stack *stack;
    int sent_count;
    size_t sent_len[SENT_MAX];
    uint8_t sent[SENT_MAX][FRAME_MAX];
    char dropped[64]; /* the last reason told */
} host;

static inline void keep_sent(void *arg, struct span frame)
{
    (void)arg;
    assert_true(frame.len <= FRAME_MAX);
    if (host.sent_count < SENT_MAX) {
        memcpy(host.sent[host.sent_count], frame.data, frame.len);
        host.sent_len[host.sent_count] = frame.len;
    }
    host.sent_count++;
}

static inline void keep_reason(struct event_sink *sink, const struct event *event)
{
    (void)sink;
    assert_int_equal(event->host, 'A');
    if (event->kind == EVENT_DROP)
        strncpy(host.dropped, event->text, sizeof(host.dropped) - 1);
}

static inline int open_host(void **state)
{
    static struct event_sink sink = {keep_reason};
    const struct memory_link_config link = {.mac = our_mac, .mtu = 1500, .take = keep_sent};
    struct stack_config config;
    (void)state;
    sched_begin(1);
    memset(&host, 0, sizeof(host));
    stack_config_seeded(&config, 1, 'A');
    config.ip = OUR_IP;
    config.prefix_len = 24;
    config.sink = &sink;
    if (memory_link_open(&host.link, &link) < 0)
        return -1;
    return stack_new(&host.stack, &config, host.link);
}

static inline int close_host(void **state)
{
    (void)state;
    stack_free(host.stack);
    link_close(host.link);
    sched_end();
    return 0;
}

/* The same where ARP has nothing to ask. */
static inline int open_host_beside_peer(void **state)
{
    return open_host(state) || stack_add_neighbour(host.stack, PEER_IP, &peer_mac);
}

#define ALONE(test)       cmocka_unit_test_setup_teardown(test, open_host, close_host)
#define BESIDE_PEER(test) cmocka_unit_test_setup_teardown(test, open_host_beside_peer, close_host)

/* ---- time ---- */

/* Lets `delay` pass, and everything happen that falls due in it. */
static inline void pass(usec_t delay)
{
    usec_t end = clock_now() + delay;
    while (stack_deadline(host.stack) <= end) {
        thread_sleep_until(stack_deadline(host.stack));
        stack_on_time(host.stack, clock_now());
    }
    thread_sleep_until(end);
}

/* ---- what the host gets ---- */

/* The host must not look beyond the end, so the frame's memory ends there. */
static inline void receive(const uint8_t *frame, size_t len)
{
    uint8_t *copy = exact_copy(frame, len);
    const struct link_frame received = {.parts = {{copy, len}}};
    stack_on_frames(host.stack, clock_now(), &received, 1);
    free(copy);
}

/* A frame from the peer's card to ours. */
static inline void receive_payload(uint16_t type, struct span payload)
{
    uint8_t frame[FRAME_MAX];
    const struct ethernet header = {.dst = our_mac, .src = peer_mac, .type = type};
    size_t len = ethernet_emit(&header, frame);
    memcpy(frame + len, payload.data, payload.len);
    receive(frame, len + payload.len);
}

/* A datagram from the peer to us, before any test spoils it. */
static inline struct ipv4 ip_from_peer(uint8_t protocol)
{
    return (struct ipv4){.src_ip = PEER_IP, .dst_ip = OUR_IP, .ttl = 64, .protocol = protocol};
}

static inline void receive_ip(const struct ipv4 *ip, struct span payload)
{
    uint8_t datagram[FRAME_MAX];
    size_t len = ipv4_emit(ip, payload.len, datagram);
    memcpy(datagram + len, payload.data, payload.len);
    receive_payload(ETHERNET_TYPE_IPV4, (struct span){datagram, len + payload.len});
}

static inline void receive_udp(const struct ipv4 *ip, const struct udp *udp)
{
    uint8_t payload[FRAME_MAX];
    const struct segment_addresses addresses = {ip->src_ip, ip->dst_ip};
    size_t len = udp_emit(udp, payload, sizeof(payload), &addresses);
    receive_ip(ip, (struct span){payload, len});
}

static inline void receive_icmp(const struct ipv4 *ip, const struct icmp_message *message)
{
    uint8_t payload[FRAME_MAX];
    size_t len = icmp_emit(message, payload, sizeof(payload));
    receive_ip(ip, (struct span){payload, len});
}

static inline void receive_arp(const struct arp *arp)
{
    uint8_t packet[ARP_LEN];
    size_t len = arp_emit(arp, packet);
    receive_payload(ETHERNET_TYPE_ARP, (struct span){packet, len});
}

/* ---- what it did ---- */

/* The frame sent as `index`, which must be well-formed. */
static inline struct frame_view sent_frame(int index)
{
    struct frame_view view;
    assert_true(index < host.sent_count);
    frame_parse(&view, host.sent[index], host.sent_len[index]);
    assert_null(view.problem);
    assert_true(frame_ip_checksum_ok(&view) && frame_transport_checksum_ok(&view));
    return view;
}

static inline uint64_t drops(enum stack_drop reason)
{
    struct stack_counters counters;
    stack_get_counters(host.stack, &counters);
    return counters.dropped[reason];
}

/* The last thing received was dropped once, for this reason, told so, and answered by nothing. */
static inline void assert_dropped(enum stack_drop reason)
{
    assert_int_equal(drops(reason), 1);
    assert_string_equal(host.dropped, stack_drop_name(reason));
    assert_int_equal(host.sent_count, 0);
}

static inline struct span text(const char *words)
{
    return (struct span){(const uint8_t *)words, strlen(words)};
}

#endif
