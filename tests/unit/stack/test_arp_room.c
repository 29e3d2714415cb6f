/* common/stack/arp.c: a cache of bounded size among more neighbours than it has room for, there or
 * not there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/resources.h"
#include "tests/unit/stack/neighbours.h"

static void strangers_cannot_push_out_whom_we_talk_to(void **state)
{
    (void)state;
    learn_peer();
    for (uint32_t i = 0; i < ARP_CACHE_ENTRIES; i++) {
        const struct arp question = {ARP_REQUEST, peer_mac, nobody, PEER_IP + 1 + i, OUR_IP};
        receive_arp(&question);
    }
    assert_int_equal(drops(DROP_ARP_FULL), 1);
    host.sent_count = 0;
    send_to(PEER_IP, 1);
    assert_datagram(0, &peer_mac, 1);
}

static void a_full_cache_makes_room_for_our_own_questions(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < ARP_CACHE_ENTRIES; i++) {
        const struct arp question = {ARP_REQUEST, peer_mac, nobody, PEER_IP + i, OUR_IP};
        receive_arp(&question);
        pass(1);
    }
    host.sent_count = 0;
    send_to(PEER_IP + ARP_CACHE_ENTRIES, 1);
    assert_asks_everybody_for(0, PEER_IP + ARP_CACHE_ENTRIES);
    send_to(PEER_IP + 1, 2);
    assert_datagram(1, &peer_mac, 2);
    send_to(PEER_IP, 3); /* of the oldest entry */
    assert_asks_everybody_for(2, PEER_IP);
}

/* What a flood from neighbours that do not exist makes of us. */
static void answer_a_thousand_who_are_not_there(void)
{
    for (uint32_t i = 0; i < 1000; i++) {
        send_to(PEER_IP + 1 + i % 200, 1);
        pass(10);
    }
}

static void only_so_many_are_asked_for_at_once_and_none_twice_within_a_second(void **state)
{
    (void)state;
    answer_a_thousand_who_are_not_there();
    assert_int_equal(host.sent_count, ARP_ASKING_MAX);
    for (uint32_t i = 0; i < ARP_ASKING_MAX; i++)
        assert_asks_everybody_for((int)i, PEER_IP + 1 + i);
    assert_int_equal(drops(DROP_SENT_WAITING_FULL), 1000 - ARP_WAITING_MAX);
    pass(SECONDS(10));
    assert_int_equal(host.sent_count, ARP_ASKING_MAX * ARP_ASK_MAX);
    assert_int_equal(host.stack->arp.waiting_count, 0);
}

static void who_asks_us_gets_in_beside_a_thousand_who_are_not_there(void **state)
{
    (void)state;
    answer_a_thousand_who_are_not_there();
    const struct arp question = request_from_peer(OUR_IP);
    receive_arp(&question);
    answer_a_thousand_who_are_not_there();
    host.sent_count = 0;
    send_to(PEER_IP, 1);
    assert_datagram(0, &peer_mac, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ALONE(strangers_cannot_push_out_whom_we_talk_to),
        ALONE(a_full_cache_makes_room_for_our_own_questions),
        ALONE(only_so_many_are_asked_for_at_once_and_none_twice_within_a_second),
        ALONE(who_asks_us_gets_in_beside_a_thousand_who_are_not_there),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
