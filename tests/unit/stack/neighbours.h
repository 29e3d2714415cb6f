/* Datagrams to neighbours, and what a peer says and hears by ARP: for the tests of the cache. */
#ifndef TESTS_UNIT_STACK_NEIGHBOURS_H
#define TESTS_UNIT_STACK_NEIGHBOURS_H

#include "tests/unit/stack/host.h"

static const struct mac nobody = {{0}};

static inline struct arp request_from_peer(uint32_t target_ip)
{
    return (struct arp){ARP_REQUEST, peer_mac, nobody, PEER_IP, target_ip};
}

static inline struct arp reply_from_peer(void)
{
    return (struct arp){ARP_REPLY, peer_mac, our_mac, PEER_IP, OUR_IP};
}

/* A datagram whose payload tells which it is. */
static inline int send_to(uint32_t ip, uint8_t mark)
{
    const struct ip_sending sending = {.dst_ip = ip, .protocol = 99, .payload_len = 1};
    usec_t now = stack_enter(host.stack);
    ip_room_locked(host.stack).data[0] = mark;
    int result = ip_send_locked(host.stack, now, &sending);
    stack_leave(host.stack);
    return result;
}

static inline void assert_asks_everybody_for(int index, uint32_t ip)
{
    struct frame_view sent = sent_frame(index);
    assert_int_equal(sent.kind, FRAME_ARP);
    assert_true(mac_is_broadcast(&sent.ethernet.dst));
    assert_int_equal(sent.arp.operation, ARP_REQUEST);
    assert_int_equal(sent.arp.target_ip, ip);
    assert_int_equal(sent.arp.sender_ip, OUR_IP);
    assert_true(mac_equal(&sent.arp.sender_mac, &our_mac));
}

static inline void assert_datagram(int index, const struct mac *to, uint8_t mark)
{
    struct frame_view sent = sent_frame(index);
    assert_int_equal(sent.kind, FRAME_IPV4);
    assert_true(mac_equal(&sent.ethernet.dst, to));
    assert_int_equal(sent.ip.payload.data[0], mark);
}

static inline void learn_peer(void)
{
    const struct arp reply = reply_from_peer();
    send_to(PEER_IP, 0);
    receive_arp(&reply);
    host.sent_count = 0;
}

#endif
