/* common/stack/arp.c: asking, answering, waiting, forgetting, and what is not believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/resources.h"
#include "tests/unit/stack/neighbours.h"

static void a_question_for_us_is_answered_to_the_asker_alone(void **state)
{
    (void)state;
    const struct arp question = request_from_peer(OUR_IP);
    receive_arp(&question);
    assert_int_equal(host.sent_count, 1);
    struct frame_view sent = sent_frame(0);
    assert_int_equal(sent.arp.operation, ARP_REPLY);
    assert_true(mac_equal(&sent.ethernet.dst, &peer_mac));
    assert_true(mac_equal(&sent.arp.sender_mac, &our_mac));
    assert_true(mac_equal(&sent.arp.target_mac, &peer_mac));
    assert_int_equal(sent.arp.sender_ip, OUR_IP);
    assert_int_equal(sent.arp.target_ip, PEER_IP);
}

static void a_question_for_another_is_not_answered(void **state)
{
    (void)state;
    const struct arp question = request_from_peer(OUR_IP + 7);
    receive_arp(&question);
    assert_int_equal(host.sent_count, 0);
}

static void who_asks_us_needs_not_be_asked(void **state)
{
    (void)state;
    const struct arp question = request_from_peer(OUR_IP);
    receive_arp(&question);
    assert_int_equal(send_to(PEER_IP, 'x'), 0);
    assert_int_equal(host.sent_count, 2);
    assert_datagram(1, &peer_mac, 'x');
}

static void who_asks_for_another_is_not_remembered(void **state)
{
    (void)state;
    const struct arp question = request_from_peer(OUR_IP + 7);
    receive_arp(&question);
    send_to(PEER_IP, 'x');
    assert_int_equal(host.sent_count, 1);
    assert_asks_everybody_for(0, PEER_IP);
}

static void a_probe_is_answered_and_not_remembered(void **state)
{
    (void)state;
    const struct arp probe = {ARP_REQUEST, peer_mac, nobody, 0, OUR_IP};
    receive_arp(&probe);
    assert_int_equal(host.sent_count, 1);
    assert_int_equal(sent_frame(0).arp.operation, ARP_REPLY);
    for (size_t i = 0; i < ARP_CACHE_ENTRIES; i++)
        assert_int_equal(host.stack->arp.entries[i].state, ARP_FREE);
}

static void datagrams_wait_for_the_answer_and_leave_in_order(void **state)
{
    (void)state;
    for (uint8_t i = 0; i < 3; i++)
        assert_int_equal(send_to(PEER_IP, i), 0);
    assert_int_equal(host.sent_count, 1);
    assert_asks_everybody_for(0, PEER_IP);
    const struct arp reply = reply_from_peer();
    receive_arp(&reply);
    assert_int_equal(host.sent_count, 4);
    for (uint8_t i = 0; i < 3; i++)
        assert_datagram(1 + i, &peer_mac, i);
    assert_int_equal(stack_deadline(host.stack), NEVER);
}

static void an_answer_releases_only_its_own(void **state)
{
    (void)state;
    send_to(PEER_IP + 1, 1);
    send_to(PEER_IP, 2);
    const struct arp reply = reply_from_peer();
    receive_arp(&reply);
    assert_int_equal(host.sent_count, 3);
    assert_datagram(2, &peer_mac, 2);
    assert_int_equal(host.stack->arp.waiting_count, 1);
}

static void a_full_queue_drops_its_oldest(void **state)
{
    (void)state;
    for (int i = 0; i < ARP_WAITING_MAX + 2; i++)
        send_to(PEER_IP, (uint8_t)i);
    assert_int_equal(drops(DROP_SENT_WAITING_FULL), 2);
    const struct arp reply = reply_from_peer();
    receive_arp(&reply);
    assert_int_equal(host.sent_count, 1 + ARP_WAITING_MAX);
    assert_datagram(1, &peer_mac, 2);
}

static void it_asks_three_times_a_second_apart_and_gives_up(void **state)
{
    (void)state;
    send_to(PEER_IP, 1);
    usec_t start = clock_now();
    pass(SECONDS(1) - 1);
    assert_int_equal(host.sent_count, 1);
    pass(1);
    assert_int_equal(host.sent_count, 2);
    pass(SECONDS(1));
    assert_int_equal(host.sent_count, 3);
    assert_int_equal(stack_deadline(host.stack), start + SECONDS(3));
    assert_int_equal(drops(DROP_SENT_NO_NEIGHBOUR), 0);
    pass(SECONDS(10));
    assert_int_equal(host.sent_count, 3);
    assert_int_equal(drops(DROP_SENT_NO_NEIGHBOUR), 1);
    assert_int_equal(stack_deadline(host.stack), NEVER);
}

static void after_giving_up_it_asks_anew(void **state)
{
    (void)state;
    send_to(PEER_IP, 1);
    pass(SECONDS(3));
    send_to(PEER_IP, 2);
    assert_asks_everybody_for(3, PEER_IP);
    const struct arp reply = reply_from_peer();
    receive_arp(&reply);
    assert_int_equal(host.sent_count, 5);
    assert_datagram(4, &peer_mac, 2);
}

static void an_idle_entry_expires_in_silence(void **state)
{
    (void)state;
    learn_peer();
    pass(ARP_LIFETIME);
    assert_int_equal(host.sent_count, 0);
    send_to(PEER_IP, 1);
    assert_int_equal(host.sent_count, 1);
    assert_asks_everybody_for(0, PEER_IP);
}

static void an_entry_in_use_is_asked_after_before_it_expires(void **state)
{
    (void)state;
    learn_peer();
    pass(ARP_REFRESH);
    send_to(PEER_IP, 1);
    send_to(PEER_IP, 2);
    assert_int_equal(host.sent_count, 3);
    assert_datagram(0, &peer_mac, 1);
    struct frame_view question = sent_frame(1);
    assert_int_equal(question.kind, FRAME_ARP);
    assert_true(mac_equal(&question.ethernet.dst, &peer_mac));
    assert_datagram(2, &peer_mac, 2);

    const struct arp reply = reply_from_peer();
    receive_arp(&reply);
    pass(ARP_LIFETIME - 1);
    send_to(PEER_IP, 3);
    assert_datagram(3, &peer_mac, 3);
}

static void a_neighbour_may_say_that_it_moved(void **state)
{
    (void)state;
    learn_peer();
    const struct mac moved = {{2, 0, 0, 0, 0, 7}};
    uint8_t frame[ETHERNET_HEADER_LEN + ARP_LEN];
    const struct ethernet header = {
        .dst = mac_broadcast(), .src = moved, .type = ETHERNET_TYPE_ARP};
    const struct arp announcement = {ARP_REQUEST, moved, nobody, PEER_IP, PEER_IP};
    arp_emit(&announcement, frame + ethernet_emit(&header, frame));
    receive(frame, sizeof(frame));
    send_to(PEER_IP, 1);
    assert_datagram(0, &moved, 1);
}

static void an_answer_to_no_question_is_not_remembered(void **state)
{
    (void)state;
    const struct arp reply = reply_from_peer();
    receive_arp(&reply);
    assert_dropped(DROP_ARP_UNASKED);
    send_to(PEER_IP, 1);
    assert_asks_everybody_for(0, PEER_IP);
}

static void a_claim_to_our_address_is_denied_but_not_too_often(void **state)
{
    (void)state;
    const struct arp claim = {ARP_REPLY, peer_mac, our_mac, OUR_IP, OUR_IP};
    receive_arp(&claim);
    assert_int_equal(drops(DROP_ARP_CONFLICT), 1);
    assert_int_equal(host.sent_count, 1);
    assert_asks_everybody_for(0, OUR_IP);
    receive_arp(&claim);
    assert_int_equal(host.sent_count, 1);
    pass(ARP_DEFEND_INTERVAL);
    receive_arp(&claim);
    assert_int_equal(host.sent_count, 2);
    assert_int_equal(drops(DROP_ARP_CONFLICT), 3);
}

static void a_permanent_neighbour_is_never_asked_for_nor_overwritten(void **state)
{
    (void)state;
    const struct mac known = {{2, 0, 0, 0, 0, 5}};
    assert_int_equal(stack_add_neighbour(host.stack, PEER_IP, &known), 0);
    const struct arp lie = reply_from_peer();
    receive_arp(&lie);
    pass(SECONDS(3600));
    send_to(PEER_IP, 1);
    assert_int_equal(host.sent_count, 1);
    assert_datagram(0, &known, 1);
}

static void permanent_neighbours_leave_room_for_others(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < ARP_CACHE_ENTRIES / 2; i++)
        assert_int_equal(stack_add_neighbour(host.stack, PEER_IP + i, &peer_mac), 0);
    assert_int_equal(stack_add_neighbour(host.stack, PEER_IP + 100, &peer_mac), -ENOSPC);
    assert_int_equal(stack_add_neighbour(host.stack, PEER_IP, &peer_mac), 0);
}

static void a_lie_about_the_sender_is_dropped(void **state)
{
    (void)state;
    const struct mac other = {{2, 0, 0, 0, 0, 9}};
    const struct arp lies[] = {
        {ARP_REQUEST, other, nobody, PEER_IP, OUR_IP}, /* not where the frame came from */
        {ARP_REPLY, other, our_mac, PEER_IP, OUR_IP},
        {ARP_REPLY, peer_mac, our_mac, 0, OUR_IP},          /* nobody's address */
        {ARP_REQUEST, peer_mac, nobody, BROADCAST, OUR_IP}, /* everybody's */
        {ARP_REQUEST, peer_mac, nobody, UINT32_MAX, OUR_IP},
        {ARP_REQUEST, peer_mac, nobody, SUBNET, OUR_IP},
        {ARP_REQUEST, peer_mac, nobody, 0xe0000001, OUR_IP},
        {ARP_REQUEST, peer_mac, nobody, 0x0a000102, OUR_IP}, /* not of this link */
    };
    for (size_t i = 0; i < ARRAY_LEN(lies); i++) {
        receive_arp(&lies[i]);
        assert_int_equal(drops(DROP_ARP_SENDER), i + 1);
    }
    assert_int_equal(host.sent_count, 0);
}

static void malformed_packets_are_dropped(void **state)
{
    (void)state;
    const struct arp good = request_from_peer(OUR_IP);
    uint8_t packet[ARP_LEN];
    uint64_t count = 0;
    arp_emit(&good, packet);
    for (size_t len = 0; len < ARP_LEN; len++, count++)
        receive_payload(ETHERNET_TYPE_ARP, (struct span){packet, len});
    for (size_t at = 0; at < 8; at++, count++) { /* hardware, protocol, lengths, operation */
        packet[at] ^= 0x40;
        receive_payload(ETHERNET_TYPE_ARP, (struct span){packet, ARP_LEN});
        packet[at] ^= 0x40;
    }
    assert_int_equal(drops(DROP_ARP_MALFORMED), count);
    assert_int_equal(host.sent_count, 0);
}

static void what_is_not_on_the_link_is_unreachable(void **state)
{
    (void)state;
    assert_int_equal(send_to(0x0a000102, 1), -ENETUNREACH);
    assert_int_equal(send_to(SUBNET, 1), -ENETUNREACH);
    assert_int_equal(send_to(OUR_IP, 1), -ENETUNREACH);
    assert_int_equal(host.sent_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ALONE(a_question_for_us_is_answered_to_the_asker_alone),
        ALONE(a_question_for_another_is_not_answered),
        ALONE(who_asks_us_needs_not_be_asked),
        ALONE(who_asks_for_another_is_not_remembered),
        ALONE(a_probe_is_answered_and_not_remembered),
        ALONE(datagrams_wait_for_the_answer_and_leave_in_order),
        ALONE(an_answer_releases_only_its_own),
        ALONE(a_full_queue_drops_its_oldest),
        ALONE(it_asks_three_times_a_second_apart_and_gives_up),
        ALONE(after_giving_up_it_asks_anew),
        ALONE(an_idle_entry_expires_in_silence),
        ALONE(an_entry_in_use_is_asked_after_before_it_expires),
        ALONE(a_neighbour_may_say_that_it_moved),
        ALONE(an_answer_to_no_question_is_not_remembered),
        ALONE(a_claim_to_our_address_is_denied_but_not_too_often),
        ALONE(a_permanent_neighbour_is_never_asked_for_nor_overwritten),
        ALONE(permanent_neighbours_leave_room_for_others),
        ALONE(a_lie_about_the_sender_is_dropped),
        ALONE(malformed_packets_are_dropped),
        ALONE(what_is_not_on_the_link_is_unreachable),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
