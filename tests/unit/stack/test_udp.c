/* common/stack/udp.c: who gets a datagram, and which are dropped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/resources.h"
#include "tests/unit/stack/udp_sockets.h"

static void a_datagram_reaches_its_port_with_its_sender(void **state)
{
    (void)state;
    struct udp_socket *udp = bound_to(0, 4000);
    receive_text(PEER_IP, 9, 4000, "hello");
    uint8_t data[16];
    struct udp_receiving receiving = {.out = {data, sizeof(data)}};
    assert_int_equal(udp_receive_locked(udp, &receiving), 5);
    assert_memory_equal(data, "hello", 5);
    assert_int_equal(receiving.from.ip, PEER_IP);
    assert_int_equal(receiving.from.port, 9);
    assert_int_equal(reads_nothing(udp), -EAGAIN);
}

static void datagrams_are_read_in_order_and_one_at_a_time(void **state)
{
    (void)state;
    struct udp_socket *udp = bound_to(0, 4000);
    receive_text(PEER_IP, 9, 4000, "one");
    receive_text(PEER_IP, 9, 4000, "");
    receive_text(PEER_IP, 9, 4000, "three");
    assert_reads(udp, "one");
    assert_reads(udp, "");
    assert_reads(udp, "three");
}

static void a_short_buffer_loses_the_rest_of_one_datagram(void **state)
{
    (void)state;
    struct udp_socket *udp = bound_to(0, 4000);
    receive_text(PEER_IP, 9, 4000, "a long one");
    receive_text(PEER_IP, 9, 4000, "next");
    uint8_t data[6];
    struct udp_receiving receiving = {.out = {data, sizeof(data)}};
    assert_int_equal(udp_receive_locked(udp, &receiving), 6);
    assert_int_equal(receiving.whole_len, 10);
    assert_reads(udp, "next");
}

static void peeking_leaves_the_datagram(void **state)
{
    (void)state;
    struct udp_socket *udp = bound_to(0, 4000);
    receive_text(PEER_IP, 9, 4000, "stay");
    uint8_t data[16];
    struct udp_receiving receiving = {.out = {data, sizeof(data)}, .peek = true};
    assert_int_equal(udp_receive_locked(udp, &receiving), 4);
    assert_reads(udp, "stay");
}

static void a_port_without_socket_is_reported_unreachable(void **state)
{
    (void)state;
    receive_text(PEER_IP, 9, 4000, "anybody?");
    assert_int_equal(drops(DROP_UDP_PORT), 1);
    assert_int_equal(sent_frame(0).icmp.code, ICMP_CODE_PORT);
}

static void a_closed_socket_gives_its_port_back(void **state)
{
    (void)state;
    struct udp_socket *udp = bound_to(0, 4000);
    receive_text(PEER_IP, 9, 4000, "unread");
    udp_close_locked(udp);
    ours.count--;
    receive_text(PEER_IP, 9, 4000, "late");
    assert_int_equal(drops(DROP_UDP_PORT), 1);
    bound_to(0, 4000);
}

static void a_connected_socket_hears_its_peer_alone(void **state)
{
    (void)state;
    struct udp_socket *udp = bound_to(0, 4000);
    assert_int_equal(connect_to(udp, PEER_IP, 9), 0);
    receive_text(PEER_IP, 10, 4000, "other port");
    receive_text(PEER_IP + 1, 9, 4000, "other host");
    assert_int_equal(drops(DROP_UDP_PORT), 2);
    receive_text(PEER_IP, 9, 4000, "peer");
    assert_reads(udp, "peer");
}

static void the_most_particular_socket_gets_the_datagram(void **state)
{
    (void)state;
    struct udp_socket *udp[3];
    for (int i = 0; i < 3; i++) {
        udp[i] = open_socket();
        udp[i]->reuse_addr = true;
    }
    assert_int_equal(bind_to(udp[0], OUR_IP, 4000), 0);
    assert_int_equal(bind_to(udp[1], OUR_IP, 4000), 0);
    assert_int_equal(connect_to(udp[0], PEER_IP, 9), 0);
    assert_int_equal(bind_to(udp[2], 0, 4000), 0);
    receive_text(PEER_IP, 9, 4000, "peer");
    receive_text(PEER_IP, 10, 4000, "stranger");
    assert_reads(udp[0], "peer");
    assert_reads(udp[1], "stranger");
    assert_int_equal(reads_nothing(udp[2]), -EAGAIN);
}

static void a_broadcast_reaches_every_socket_of_its_port(void **state)
{
    (void)state;
    struct udp_socket *a = open_socket(), *b = open_socket();
    struct ipv4 ip = ip_from_peer(IPV4_PROTOCOL_UDP);
    const struct udp udp = {9, 4000, text("all")}, nobody = {9, 4001, text("none")};
    a->reuse_addr = b->reuse_addr = true;
    bind_to(a, 0, 4000);
    bind_to(b, 0, 4000);
    ip.dst_ip = BROADCAST;
    receive_udp(&ip, &udp);
    assert_reads(a, "all");
    assert_reads(b, "all");
    receive_udp(&ip, &nobody);
    assert_dropped(DROP_UDP_PORT);
}

static void a_full_queue_drops_what_comes(void **state)
{
    (void)state;
    struct udp_socket *udp = bound_to(0, 4000);
    udp->queue_limit = 2 * (UDP_DATAGRAM_COST + 3);
    receive_text(PEER_IP, 9, 4000, "one");
    receive_text(PEER_IP, 9, 4000, "two");
    receive_text(PEER_IP, 9, 4000, "six");
    assert_dropped(DROP_UDP_FULL);
    assert_reads(udp, "one");
    receive_text(PEER_IP, 9, 4000, "ten");
    assert_reads(udp, "two");
    assert_reads(udp, "ten");
}

/* A datagram of 4 octets to port 4000 with one octet of its header changed. */
static void receive_changed(size_t at, uint8_t value)
{
    const struct ipv4 ip = ip_from_peer(IPV4_PROTOCOL_UDP);
    const struct segment_addresses addresses = {PEER_IP, OUR_IP};
    const struct udp udp = {9, 4000, text("text")};
    uint8_t octets[UDP_HEADER_LEN + 4];
    udp_emit(&udp, octets, sizeof(octets), &addresses);
    octets[at] = value;
    receive_ip(&ip, (struct span){octets, sizeof(octets)});
}

static void a_datagram_shorter_than_its_header_is_dropped(void **state)
{
    (void)state;
    const struct ipv4 ip = ip_from_peer(IPV4_PROTOCOL_UDP);
    const uint8_t octets[UDP_HEADER_LEN] = {0};
    for (size_t len = 0; len < sizeof(octets); len++)
        receive_ip(&ip, (struct span){octets, len});
    assert_int_equal(drops(DROP_UDP_SHORT), sizeof(octets));
    assert_int_equal(host.sent_count, 0);
}

static void a_length_that_lies_is_dropped(void **state)
{
    (void)state;
    bound_to(0, 4000);
    receive_changed(5, UDP_HEADER_LEN - 1);
    receive_changed(5, UDP_HEADER_LEN + 5);
    assert_int_equal(drops(DROP_UDP_LEN), 2);
    assert_int_equal(host.sent_count, 0);
}

static void a_wrong_checksum_is_dropped(void **state)
{
    (void)state;
    bound_to(0, 4000);
    receive_changed(UDP_HEADER_LEN, 'T');
    assert_dropped(DROP_UDP_CHECKSUM);
}

static void a_checksum_of_zero_means_none(void **state)
{
    (void)state;
    const struct ipv4 ip = ip_from_peer(IPV4_PROTOCOL_UDP);
    struct udp_socket *udp = bound_to(0, 4000);
    uint8_t octets[UDP_HEADER_LEN + 2] = {0, 9, 4000 >> 8, 4000 & 0xff, 0, sizeof(octets), 0, 0};
    octets[UDP_HEADER_LEN] = 'o';
    octets[UDP_HEADER_LEN + 1] = 'k';
    receive_ip(&ip, (struct span){octets, sizeof(octets)});
    assert_reads(udp, "ok");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        UDP(a_datagram_reaches_its_port_with_its_sender),
        UDP(datagrams_are_read_in_order_and_one_at_a_time),
        UDP(a_short_buffer_loses_the_rest_of_one_datagram),
        UDP(peeking_leaves_the_datagram),
        UDP(a_port_without_socket_is_reported_unreachable),
        UDP(a_closed_socket_gives_its_port_back),
        UDP(a_connected_socket_hears_its_peer_alone),
        UDP(the_most_particular_socket_gets_the_datagram),
        UDP(a_broadcast_reaches_every_socket_of_its_port),
        UDP(a_full_queue_drops_what_comes),
        UDP(a_datagram_shorter_than_its_header_is_dropped),
        UDP(a_length_that_lies_is_dropped),
        UDP(a_wrong_checksum_is_dropped),
        UDP(a_checksum_of_zero_means_none),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
