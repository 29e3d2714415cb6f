/* common/stack/ip.c: whom a datagram may come from and go to, and what a header may say. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "packet/checksum.h"
#include "tests/unit/resources.h"
#include "tests/unit/stack/host.h"

/* A datagram that would be answered: an echo request of 4 octets. */
enum { DATAGRAM_LEN = IPV4_HEADER_MIN + ICMP_HEADER_LEN + 4 };

static void echo_request(const struct ipv4 *ip, uint8_t datagram[static DATAGRAM_LEN])
{
    const struct icmp_message echo = {
        .type = ICMP_TYPE_ECHO_REQUEST, .echo_id = 1, .echo_seq = 2, .payload = text("ping")};
    ipv4_emit(ip, DATAGRAM_LEN - IPV4_HEADER_MIN, datagram);
    icmp_emit(&echo, datagram + IPV4_HEADER_MIN, DATAGRAM_LEN - IPV4_HEADER_MIN);
}

static void fix_checksum(uint8_t *header)
{
    put_be16(header + 10, 0);
    put_be16(header + 10, checksum_of(header, IPV4_HEADER_MIN));
}

/* The request with one octet of its header changed, and a right checksum if `fixed`. */
static void receive_changed(size_t at, uint8_t value, bool fixed)
{
    const struct ipv4 ip = ip_from_peer(IPV4_PROTOCOL_ICMP);
    uint8_t datagram[DATAGRAM_LEN];
    echo_request(&ip, datagram);
    datagram[at] = value;
    if (fixed)
        fix_checksum(datagram);
    receive_payload(ETHERNET_TYPE_IPV4, (struct span){datagram, sizeof(datagram)});
}

static void receive_from(uint32_t src_ip)
{
    struct ipv4 ip = ip_from_peer(IPV4_PROTOCOL_ICMP);
    uint8_t datagram[DATAGRAM_LEN];
    ip.src_ip = src_ip;
    echo_request(&ip, datagram);
    receive_payload(ETHERNET_TYPE_IPV4, (struct span){datagram, sizeof(datagram)});
}

static void receive_to(uint32_t dst_ip, const struct mac *dst)
{
    struct ipv4 ip = ip_from_peer(99);
    uint8_t frame[ETHERNET_HEADER_LEN + DATAGRAM_LEN];
    const struct ethernet header = {.dst = *dst, .src = peer_mac, .type = ETHERNET_TYPE_IPV4};
    ip.dst_ip = dst_ip;
    ethernet_emit(&header, frame);
    echo_request(&ip, frame + ETHERNET_HEADER_LEN);
    receive(frame, sizeof(frame));
}

static void a_good_datagram_is_answered(void **state)
{
    (void)state;
    receive_from(PEER_IP);
    assert_int_equal(host.sent_count, 1);
    struct frame_view sent = sent_frame(0);
    assert_int_equal(sent.ip.src_ip, OUR_IP);
    assert_int_equal(sent.ip.dst_ip, PEER_IP);
    assert_int_equal(sent.ip.ttl, 64);
    assert_true(sent.ip.dont_fragment);
    assert_false(ipv4_is_fragment(&sent.ip));
}

static void padding_behind_a_datagram_is_ignored(void **state)
{
    (void)state;
    const struct ipv4 ip = ip_from_peer(IPV4_PROTOCOL_ICMP);
    uint8_t padded[46] = {0};
    echo_request(&ip, padded);
    receive_payload(ETHERNET_TYPE_IPV4, (struct span){padded, sizeof(padded)});
    assert_int_equal(sent_frame(0).icmp.payload.len, 4);
}

static void a_datagram_shorter_than_its_header_is_dropped(void **state)
{
    (void)state;
    const struct ipv4 ip = ip_from_peer(IPV4_PROTOCOL_ICMP);
    uint8_t datagram[DATAGRAM_LEN];
    echo_request(&ip, datagram);
    for (size_t len = 0; len < IPV4_HEADER_MIN; len++)
        receive_payload(ETHERNET_TYPE_IPV4, (struct span){datagram, len});
    assert_int_equal(drops(DROP_IP_SHORT), IPV4_HEADER_MIN);
    assert_int_equal(host.sent_count, 0);
}

static void another_version_is_dropped(void **state)
{
    (void)state;
    receive_changed(0, 0x65, true);
    assert_dropped(DROP_IP_VERSION);
}

static void a_header_length_below_five_words_is_dropped(void **state)
{
    (void)state;
    receive_changed(0, 0x44, true);
    assert_dropped(DROP_IP_HEADER_LEN);
}

static void a_header_length_past_the_end_is_dropped(void **state)
{
    (void)state;
    receive_changed(0, 0x4f, true);
    assert_dropped(DROP_IP_HEADER_LEN);
}

static void a_total_length_past_the_end_is_dropped(void **state)
{
    (void)state;
    receive_changed(3, DATAGRAM_LEN + 1, true);
    assert_dropped(DROP_IP_TOTAL_LEN);
}

static void a_total_length_below_the_header_is_dropped(void **state)
{
    (void)state;
    receive_changed(3, IPV4_HEADER_MIN - 1, true);
    assert_dropped(DROP_IP_TOTAL_LEN);
}

static void a_checksum_off_by_one_is_dropped(void **state)
{
    (void)state;
    const struct ipv4 ip = ip_from_peer(IPV4_PROTOCOL_ICMP);
    uint8_t datagram[DATAGRAM_LEN];
    echo_request(&ip, datagram);
    receive_changed(11, (uint8_t)(datagram[11] + 1), false);
    assert_dropped(DROP_IP_CHECKSUM);
}

static void fragments_are_dropped(void **state)
{
    (void)state;
    receive_changed(6, 0x20, true); /* more follow */
    assert_dropped(DROP_IP_FRAGMENT);
    receive_changed(7, 0x01, true); /* not the first */
    assert_int_equal(drops(DROP_IP_FRAGMENT), 2);
    assert_int_equal(host.sent_count, 0);
}

static void a_time_to_live_of_zero_is_no_reason_to_drop(void **state)
{
    (void)state;
    receive_changed(8, 0, true);
    assert_int_equal(host.sent_count, 1);
}

static void our_own_source_address_is_refused(void **state)
{
    (void)state;
    receive_from(OUR_IP);
    assert_dropped(DROP_IP_OWN_SOURCE);
}

static void impossible_sources_are_refused(void **state)
{
    (void)state;
    const uint32_t sources[] = {
        0,          0x00000001, 0x7f000001, 0x7fffffff, 0xe0000001,
        0xefffffff, 0xf0000001, UINT32_MAX, BROADCAST,  SUBNET,
    };
    for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
        receive_from(sources[i]);
        assert_int_equal(drops(DROP_IP_SOURCE), i + 1);
    }
    assert_int_equal(host.sent_count, 0);
}

static void a_datagram_for_another_host_is_dropped(void **state)
{
    (void)state;
    receive_to(OUR_IP + 5, &our_mac);
    assert_dropped(DROP_IP_NOT_FOR_US);
}

static void a_multicast_is_dropped(void **state)
{
    (void)state;
    receive_to(0xe0000001, &our_mac);
    assert_dropped(DROP_IP_NOT_FOR_US);
}

static void a_unicast_in_a_broadcast_frame_is_dropped(void **state)
{
    (void)state;
    const struct mac everybody = mac_broadcast();
    receive_to(OUR_IP, &everybody);
    assert_dropped(DROP_IP_NOT_FOR_US);
}

static void broadcasts_come_up_in_both_spellings(void **state)
{
    (void)state;
    const struct mac everybody = mac_broadcast();
    receive_to(BROADCAST, &everybody);
    receive_to(UINT32_MAX, &everybody);
    assert_int_equal(drops(DROP_IP_PROTOCOL), 2);
    assert_int_equal(host.sent_count, 0); /* and get no ICMP error */
}

static void options_are_stepped_over(void **state)
{
    (void)state;
    const struct ipv4 ip = ip_from_peer(IPV4_PROTOCOL_ICMP);
    uint8_t plain[DATAGRAM_LEN], datagram[DATAGRAM_LEN + 4];
    echo_request(&ip, plain);
    memcpy(datagram, plain, IPV4_HEADER_MIN);
    memset(datagram + IPV4_HEADER_MIN, 1, 4); /* no operation, four times */
    memcpy(datagram + IPV4_HEADER_MIN + 4, plain + IPV4_HEADER_MIN, DATAGRAM_LEN - IPV4_HEADER_MIN);
    datagram[0] = 0x46;
    put_be16(datagram + 2, sizeof(datagram));
    put_be16(datagram + 10, 0);
    put_be16(datagram + 10, checksum_of(datagram, IPV4_HEADER_MIN + 4));
    receive_payload(ETHERNET_TYPE_IPV4, (struct span){datagram, sizeof(datagram)});
    assert_int_equal(host.sent_count, 1);
}

static void an_unknown_protocol_is_reported_unreachable(void **state)
{
    (void)state;
    receive_to(OUR_IP, &our_mac);
    assert_int_equal(drops(DROP_IP_PROTOCOL), 1);
    assert_int_equal(host.sent_count, 1);
    struct frame_view sent = sent_frame(0);
    assert_int_equal(sent.icmp.type, ICMP_TYPE_UNREACHABLE);
    assert_int_equal(sent.icmp.code, ICMP_CODE_PROTOCOL);
    assert_int_equal(sent.icmp.payload.len, DATAGRAM_LEN);
}

static void each_datagram_has_an_identification_of_its_own(void **state)
{
    (void)state;
    uint16_t last = 0;
    int same = 0;
    for (int i = 0; i < 64; i++) {
        receive_from(PEER_IP);
        same += sent_frame(i).ip.id == last;
        last = sent_frame(i).ip.id;
    }
    assert_in_range(same, 0, 1);
}

static void a_segment_for_nobody_is_reset(void **state)
{
    (void)state;
    const struct ipv4 ip = ip_from_peer(IPV4_PROTOCOL_TCP);
    const struct segment_addresses addresses = {PEER_IP, OUR_IP};
    const struct segment syn = {
        .src_port = 1234, .dst_port = 80, .seq = seq_make(100), .flags = TCP_SYN};
    uint8_t octets[TCP_HEADER_MIN];
    segment_emit(&syn, octets, sizeof(octets), &addresses);
    receive_ip(&ip, (struct span){octets, sizeof(octets)});
    struct frame_view sent = sent_frame(0);
    assert_int_equal(sent.kind, FRAME_TCP);
    assert_int_equal(sent.tcp.flags, TCP_RST | TCP_ACK);
    assert_int_equal(sent.tcp.ack.value, 101);
    assert_int_equal(sent.tcp.dst_port, 1234);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BESIDE_PEER(a_good_datagram_is_answered),
        BESIDE_PEER(padding_behind_a_datagram_is_ignored),
        BESIDE_PEER(a_datagram_shorter_than_its_header_is_dropped),
        BESIDE_PEER(another_version_is_dropped),
        BESIDE_PEER(a_header_length_below_five_words_is_dropped),
        BESIDE_PEER(a_header_length_past_the_end_is_dropped),
        BESIDE_PEER(a_total_length_past_the_end_is_dropped),
        BESIDE_PEER(a_total_length_below_the_header_is_dropped),
        BESIDE_PEER(a_checksum_off_by_one_is_dropped),
        BESIDE_PEER(fragments_are_dropped),
        BESIDE_PEER(a_time_to_live_of_zero_is_no_reason_to_drop),
        BESIDE_PEER(our_own_source_address_is_refused),
        BESIDE_PEER(impossible_sources_are_refused),
        BESIDE_PEER(a_datagram_for_another_host_is_dropped),
        BESIDE_PEER(a_multicast_is_dropped),
        BESIDE_PEER(a_unicast_in_a_broadcast_frame_is_dropped),
        BESIDE_PEER(broadcasts_come_up_in_both_spellings),
        BESIDE_PEER(options_are_stepped_over),
        BESIDE_PEER(an_unknown_protocol_is_reported_unreachable),
        BESIDE_PEER(each_datagram_has_an_identification_of_its_own),
        BESIDE_PEER(a_segment_for_nobody_is_reset),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
