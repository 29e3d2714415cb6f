/* common/stack/stack.c: which frames get in, and how a host is set up. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/resources.h"
#include "tests/unit/stack/host.h"

static void a_frame_shorter_than_its_header_is_dropped(void **state)
{
    (void)state;
    const uint8_t frame[ETHERNET_HEADER_LEN] = {0};
    for (size_t len = 0; len < sizeof(frame); len++)
        receive(frame, len);
    assert_int_equal(drops(DROP_ETHERNET_SHORT), sizeof(frame));
    assert_int_equal(host.sent_count, 0);
}

static void receive_from_to(const struct mac *from, const struct mac *to)
{
    uint8_t frame[60] = {0};
    const struct ethernet header = {.dst = *to, .src = *from, .type = ETHERNET_TYPE_IPV4};
    ethernet_emit(&header, frame);
    receive(frame, sizeof(frame));
}

static void a_frame_for_another_station_is_dropped(void **state)
{
    (void)state;
    const struct mac other = {{2, 0, 0, 0, 0, 9}};
    receive_from_to(&peer_mac, &other);
    assert_dropped(DROP_ETHERNET_NOT_FOR_US);
}

static void a_multicast_is_dropped(void **state)
{
    (void)state;
    const struct mac group = {{1, 0, 0x5e, 0, 0, 1}};
    receive_from_to(&peer_mac, &group);
    assert_dropped(DROP_ETHERNET_NOT_FOR_US);
}

static void a_frame_from_our_own_address_is_dropped(void **state)
{
    (void)state;
    receive_from_to(&our_mac, &our_mac);
    assert_dropped(DROP_ETHERNET_SOURCE);
}

static void a_frame_from_a_group_is_dropped(void **state)
{
    (void)state;
    const struct mac everybody = mac_broadcast();
    receive_from_to(&everybody, &our_mac);
    assert_dropped(DROP_ETHERNET_SOURCE);
}

static void a_frame_of_unknown_type_is_dropped(void **state)
{
    (void)state;
    receive_payload(0x86dd, text("IPv6, perhaps"));
    assert_dropped(DROP_ETHERNET_TYPE);
}

static void every_reason_has_words_of_its_own(void **state)
{
    (void)state;
    for (int i = 0; i < STACK_DROPS; i++) {
        assert_non_null(stack_drop_name((enum stack_drop)i));
        for (int j = 0; j < i; j++)
            assert_string_not_equal(stack_drop_name((enum stack_drop)i),
                                    stack_drop_name((enum stack_drop)j));
    }
}

static void random_bytes_are_survived(void **state)
{
    (void)state;
    struct prng prng;
    uint8_t payload[80];
    prng_seed(&prng, 7);
    for (int i = 0; i < 20000; i++) {
        for (size_t at = 0; at < sizeof(payload); at++)
            payload[at] = (uint8_t)prng_next(&prng);
        payload[0] = 0x45;
        size_t len = prng_below(&prng, sizeof(payload) + 1);
        receive_payload(prng_chance(&prng, PPM / 2) ? ETHERNET_TYPE_IPV4 : ETHERNET_TYPE_ARP,
                        (struct span){payload, len});
    }
    struct stack_counters counters;
    stack_get_counters(host.stack, &counters);
    assert_int_equal(counters.frames_in, 20000);
}

static void equal_seeds_give_equal_secrets(void **state)
{
    (void)state;
    struct stack_config a, again, b;
    stack_config_seeded(&a, 42, 'A');
    stack_config_seeded(&again, 42, 'A');
    stack_config_seeded(&b, 42, 'B');
    assert_memory_equal(&a.tcp.key, &again.tcp.key, sizeof(a.tcp.key));
    assert_int_equal(a.seed, again.seed);
    assert_memory_not_equal(&a.tcp.key, &b.tcp.key, sizeof(a.tcp.key));
    assert_memory_not_equal(&a.tcp.key, &a.key, sizeof(a.tcp.key));
}

static void the_system_gives_other_secrets_each_time(void **state)
{
    (void)state;
    struct stack_config a, b;
    assert_int_equal(stack_config_random(&a, 'A'), 0);
    assert_int_equal(stack_config_random(&b, 'A'), 0);
    assert_memory_not_equal(&a.tcp.key, &b.tcp.key, sizeof(a.tcp.key));
}

static void a_full_batch_does_not_stop_the_next(void **state)
{
    (void)state;
    stack_add_neighbour(host.stack, PEER_IP, &peer_mac);
    struct ip_sending sending = {.dst_ip = PEER_IP, .protocol = 99, .payload_len = 1480};
    usec_t now = stack_enter(host.stack);
    for (int i = 0; i < 200; i++) {
        memset(ip_room_locked(host.stack).data, i, sending.payload_len);
        assert_int_equal(ip_send_locked(host.stack, now, &sending), 0);
    }
    stack_leave(host.stack);
    assert_int_equal(host.sent_count, 200);
    assert_int_equal(sent_frame(100).ip.payload.data[0], 100);
    assert_int_equal(sent_frame(100).ip.payload.data[1479], 100);
}

static void a_datagram_longer_than_the_link_takes_is_refused(void **state)
{
    (void)state;
    struct ip_sending sending = {.dst_ip = PEER_IP, .protocol = 99, .payload_len = 1481};
    usec_t now = stack_enter(host.stack);
    assert_int_equal(ip_send_locked(host.stack, now, &sending), -EMSGSIZE);
    stack_leave(host.stack);
}

static void what_the_link_refuses_is_dropped_and_counted(void **state)
{
    (void)state;
    struct link *good = host.link;
    const struct memory_link_config smaller = {.mac = our_mac, .mtu = 100, .take = keep_sent};
    struct link *bad;
    assert_int_equal(memory_link_open(&bad, &smaller), 0);
    stack_add_neighbour(host.stack, PEER_IP, &peer_mac);
    usec_t now = stack_enter(host.stack);
    for (size_t len = 79; len <= 82; len++) {
        struct ip_sending sending = {.dst_ip = PEER_IP, .protocol = 99, .payload_len = len};
        memset(ip_room_locked(host.stack).data, 0, len);
        assert_int_equal(ip_send_locked(host.stack, now, &sending), 0);
    }
    host.stack->link = bad;
    stack_leave(host.stack);
    host.stack->link = good;
    assert_int_equal(host.sent_count, 2);
    assert_int_equal(drops(DROP_SENT_LINK_FULL), 2);
    link_close(bad);
}

static uint64_t seven_overruns(struct link *link)
{
    (void)link;
    return 7;
}

static void what_the_device_lost_is_counted_too(void **state)
{
    (void)state;
    static const struct link_ops losing_ops = {.overruns = seven_overruns};
    struct link losing = {.ops = &losing_ops};
    struct stack_counters counters;
    host.stack->link = &losing;
    stack_get_counters(host.stack, &counters);
    host.stack->link = host.link;
    assert_int_equal(counters.dropped[DROP_LINK_OVERRUN], 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ALONE(a_frame_shorter_than_its_header_is_dropped),
        ALONE(a_frame_for_another_station_is_dropped),
        ALONE(a_multicast_is_dropped),
        ALONE(a_frame_from_our_own_address_is_dropped),
        ALONE(a_frame_from_a_group_is_dropped),
        ALONE(a_frame_of_unknown_type_is_dropped),
        cmocka_unit_test(every_reason_has_words_of_its_own),
        ALONE(random_bytes_are_survived),
        cmocka_unit_test(equal_seeds_give_equal_secrets),
        cmocka_unit_test(the_system_gives_other_secrets_each_time),
        ALONE(a_full_batch_does_not_stop_the_next),
        ALONE(a_datagram_longer_than_the_link_takes_is_refused),
        ALONE(what_the_link_refuses_is_dropped_and_counted),
        ALONE(what_the_device_lost_is_counted_too),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
