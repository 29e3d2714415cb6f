/* common/trace/label.c and pieces.c: what is written on an arrow, and how much of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "packet/arp.h"
#include "packet/ethernet.h"
#include "packet/icmp.h"
#include "packet/ipv4.h"
#include "packet/segment.h"
#include "packet/udp.h"
#include "tests/unit/resources.h"
#include "trace/label.h"

enum { WIDE = 200 };

static const struct label_options plain = {.again = "R"};

static void expect_tcp(struct track_segment tcp, unsigned columns, const char *expected)
{
    char text[LABEL_MAX];
    struct row row = {.kind = ROW_ARROW, .tcp = &tcp};
    label_arrow(&row, &plain, columns, text);
    assert_string_equal(text, expected);
}

/* The label of a frame whose payload of `type` has been written behind the Ethernet header. */
static void expect_frame(uint8_t *frame, uint16_t type, size_t payload, const char *expected)
{
    char text[LABEL_MAX];
    struct event event = {.kind = EVENT_FRAME};
    struct row row = {.kind = ROW_ARROW, .event = &event};
    ethernet_emit(&(struct ethernet){.type = type}, frame);
    event.frame = (struct event_frame){.bytes = frame, .len = ETHERNET_HEADER_LEN + payload};
    label_arrow(&row, &plain, WIDE, text);
    assert_string_equal(text, expected);
}

static void a_narrow_label_keeps_flags_and_numbers(void **state)
{
    (void)state;
    struct track_segment data = {.flags = TCP_PSH | TCP_ACK,
                                 .seq = 1,
                                 .text_len = 5,
                                 .ack = 9,
                                 .window = 100,
                                 .window_is_new = true};
    expect_tcp(data, WIDE, "PSH+ACK seq 1..6 (5 bytes) ack 9 win 100");
    expect_tcp(data, 32, "PSH+ACK seq 1..6 (5 bytes) ack 9");
    expect_tcp(data, 31, "PSH+ACK seq 1..6 (5 bytes)");
    expect_tcp(data, 22, "PSH+ACK seq 1..6 ack 9");
    expect_tcp(data, 0, "PSH+ACK seq 1..6");
}

static void a_pure_ack_is_its_number(void **state)
{
    (void)state;
    expect_tcp((struct track_segment){.flags = TCP_ACK, .ack = 7}, WIDE, "ACK 7");
    expect_tcp((struct track_segment){.flags = TCP_ACK, .ack = 7, .marks = MARK_ZERO_WINDOW}, WIDE,
               "ACK 7 win 0");
}

static void duplicates_are_counted_in_words(void **state)
{
    (void)state;
    static const struct {
        unsigned number;
        const char *label;
    } cases[] = {
        {1, "ACK 7 (1st duplicate)"},   {2, "ACK 7 (2nd duplicate)"},
        {3, "ACK 7 (3rd duplicate)"},   {4, "ACK 7 (4th duplicate)"},
        {11, "ACK 7 (11th duplicate)"}, {112, "ACK 7 (112th duplicate)"},
        {21, "ACK 7 (21st duplicate)"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        expect_tcp(
            (struct track_segment){
                .flags = TCP_ACK, .ack = 7, .marks = MARK_DUP_ACK, .dup_acks = cases[i].number},
            WIDE, cases[i].label);
}

static void marks_are_named(void **state)
{
    (void)state;
    struct track_segment segment = {.flags = TCP_ACK, .seq = 6, .ack = 1};
    segment.marks = MARK_KEEPALIVE;
    expect_tcp(segment, WIDE, "ACK seq 6 ack 1 keepalive");
    segment.marks = MARK_PROBE;
    expect_tcp(segment, WIDE, "ACK seq 6 ack 1 window probe");
    segment.marks = MARK_WINDOW_UPDATE;
    expect_tcp(segment, WIDE, "ACK 1 window update win 0");
    segment.marks = MARK_RETRANSMISSION;
    segment.text_len = 1;
    expect_tcp(segment, WIDE, "R ACK seq 6..7 (1 byte) ack 1");
}

static void a_syn_tells_its_options_in_the_order_of_their_weight(void **state)
{
    (void)state;
    struct track_segment syn = {.flags = TCP_SYN};
    syn.options = (struct tcp_options){
        .has_mss = true, .mss = 536, .has_wscale = true, .wscale = 7, .sack_permitted = true};
    expect_tcp(syn, WIDE, "SYN seq 0 mss 536 wscale 7 sack ok");
    expect_tcp(syn, 20, "SYN seq 0 mss 536");
}

static void udp_shows_length_and_ports(void **state)
{
    (void)state;
    uint8_t frame[128];
    struct udp udp = {.src_port = 5000, .dst_port = 53, .payload = {(const uint8_t *)"abc", 3}};
    struct ipv4 ip = {.src_ip = 1, .dst_ip = 2, .ttl = 64, .protocol = IPV4_PROTOCOL_UDP};
    size_t len = udp_emit(&udp, frame + ETHERNET_HEADER_LEN + IPV4_HEADER_MIN, 64,
                          &(struct segment_addresses){1, 2});
    ipv4_emit(&ip, len, frame + ETHERNET_HEADER_LEN);
    expect_frame(frame, ETHERNET_TYPE_IPV4, IPV4_HEADER_MIN + len, "UDP (3 bytes) port 5000 to 53");
}

static void icmp_is_told_in_words(void **state)
{
    (void)state;
    static const struct {
        uint8_t type, code;
        const char *label;
    } cases[] = {
        {ICMP_TYPE_ECHO_REQUEST, 0, "ICMP echo request 1"},
        {ICMP_TYPE_ECHO_REPLY, 0, "ICMP echo reply 1"},
        {ICMP_TYPE_UNREACHABLE, ICMP_CODE_PORT, "ICMP port unreachable"},
        {ICMP_TYPE_UNREACHABLE, 13, "ICMP type 3 code 13"},
        {ICMP_TYPE_TIME_EXCEEDED, 0, "ICMP type 11 code 0"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        uint8_t frame[128];
        struct icmp_message icmp = {.type = cases[i].type, .code = cases[i].code, .echo_seq = 1};
        struct ipv4 ip = {.src_ip = 1, .dst_ip = 2, .ttl = 64, .protocol = IPV4_PROTOCOL_ICMP};
        size_t len = icmp_emit(&icmp, frame + ETHERNET_HEADER_LEN + IPV4_HEADER_MIN, 64);
        ipv4_emit(&ip, len, frame + ETHERNET_HEADER_LEN);
        expect_frame(frame, ETHERNET_TYPE_IPV4, IPV4_HEADER_MIN + len, cases[i].label);
    }
}

static void arp_asks_and_answers(void **state)
{
    (void)state;
    uint8_t frame[64];
    struct arp arp = {.operation = ARP_REQUEST, .sender_ip = 0x0a000001, .target_ip = 0x0a000002};
    size_t len = arp_emit(&arp, frame + ETHERNET_HEADER_LEN);
    expect_frame(frame, ETHERNET_TYPE_ARP, len, "ARP who has 10.0.0.2?");
    arp.operation = ARP_REPLY;
    arp_emit(&arp, frame + ETHERNET_HEADER_LEN);
    expect_frame(frame, ETHERNET_TYPE_ARP, len, "ARP 10.0.0.1 is here");
}

static void what_cannot_be_read_says_why(void **state)
{
    (void)state;
    uint8_t frame[64] = {0};
    char text[LABEL_MAX];
    struct event event = {.kind = EVENT_FRAME, .frame = {.bytes = frame, .len = 5}};
    struct row row = {.kind = ROW_ARROW, .event = &event};
    label_arrow(&row, &plain, WIDE, text);
    assert_string_equal(text, "frame of 5 bytes Ethernet: shorter than a header");
}

static void the_same_segment_has_the_same_key_whatever_its_window(void **state)
{
    (void)state;
    char key[LABEL_MAX], other_key[LABEL_MAX];
    struct track conn = {.number = 1};
    struct track_segment tcp = {.conn = &conn, .flags = TCP_ACK, .seq = 1, .text_len = 5};
    struct track_segment other = tcp;
    struct row row = {.kind = ROW_ARROW, .tcp = &tcp},
               other_row = {.kind = ROW_ARROW, .tcp = &other};
    other.window = 999;
    other.flags |= TCP_PSH;
    other_row.at = 12345;
    label_key(&row, key);
    label_key(&other_row, other_key);
    assert_string_equal(key, other_key);
    other_row.fate = ARROW_LOST;
    label_key(&other_row, other_key);
    assert_string_not_equal(key, other_key);
    other_row.fate = row.fate;
    other.marks = MARK_RETRANSMISSION;
    label_key(&other_row, other_key);
    assert_string_not_equal(key, other_key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_narrow_label_keeps_flags_and_numbers),
        cmocka_unit_test(a_pure_ack_is_its_number),
        cmocka_unit_test(duplicates_are_counted_in_words),
        cmocka_unit_test(marks_are_named),
        cmocka_unit_test(a_syn_tells_its_options_in_the_order_of_their_weight),
        cmocka_unit_test(udp_shows_length_and_ports),
        cmocka_unit_test(icmp_is_told_in_words),
        cmocka_unit_test(arp_asks_and_answers),
        cmocka_unit_test(what_cannot_be_read_says_why),
        cmocka_unit_test(the_same_segment_has_the_same_key_whatever_its_window),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
