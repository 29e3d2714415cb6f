/* common/packet/frame.c: how far down a frame is read, and what is said where it stops. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/prng.h"
#include "exact.h"
#include "packet/frame.h"
#include "tests/unit/resources.h"

enum {
    IP_AT = ETHERNET_HEADER_LEN,
    TRANSPORT_AT = IP_AT + IPV4_HEADER_MIN,
    FRAME_MAX = 128,
};

static const struct segment_addresses addresses = {0x0a000001, 0x0a000002};

struct built {
    uint8_t octets[FRAME_MAX];
    size_t len;
};

static void put_ethernet(struct built *frame, uint16_t type)
{
    const struct ethernet ethernet = {
        .dst = {{2, 0, 0, 0, 0, 0x0b}}, .src = {{2, 0, 0, 0, 0, 0x0a}}, .type = type};
    ethernet_emit(&ethernet, frame->octets);
}

/* The two headers around a transport of `len` octets that is already in place. */
static void put_around(struct built *frame, uint8_t protocol, size_t len)
{
    const struct ipv4 ip = {
        .src_ip = addresses.src_ip, .dst_ip = addresses.dst_ip, .ttl = 64, .protocol = protocol};
    put_ethernet(frame, ETHERNET_TYPE_IPV4);
    ipv4_emit(&ip, len, frame->octets + IP_AT);
    frame->len = TRANSPORT_AT + len;
}

static struct built tcp_frame(void)
{
    struct built frame = {0};
    const struct segment seg = {.src_port = 40000,
                                .dst_port = 80,
                                .flags = TCP_ACK,
                                .options = {.has_tstamp = true},
                                .text = {{(const uint8_t *)"abc", 3}}};
    size_t len =
        segment_emit(&seg, frame.octets + TRANSPORT_AT, FRAME_MAX - TRANSPORT_AT, &addresses);
    put_around(&frame, IPV4_PROTOCOL_TCP, len);
    return frame;
}

static struct built udp_frame(void)
{
    struct built frame = {0};
    const struct udp udp = {.src_port = 5, .dst_port = 7, .payload = {(const uint8_t *)"abc", 3}};
    size_t len = udp_emit(&udp, frame.octets + TRANSPORT_AT, FRAME_MAX - TRANSPORT_AT, &addresses);
    put_around(&frame, IPV4_PROTOCOL_UDP, len);
    return frame;
}

static struct built icmp_frame(void)
{
    struct built frame = {0};
    const struct icmp_message icmp = {.type = ICMP_TYPE_ECHO_REQUEST, .echo_id = 9};
    size_t len = icmp_emit(&icmp, frame.octets + TRANSPORT_AT, FRAME_MAX - TRANSPORT_AT);
    put_around(&frame, IPV4_PROTOCOL_ICMP, len);
    return frame;
}

static struct built arp_frame(void)
{
    struct built frame = {.len = IP_AT + ARP_LEN};
    const struct arp arp = {.operation = ARP_REPLY, .sender_ip = 0x0a000002};
    put_ethernet(&frame, ETHERNET_TYPE_ARP);
    arp_emit(&arp, frame.octets + IP_AT);
    return frame;
}

static struct frame_view view_of(const struct built *frame)
{
    struct frame_view view;
    frame_parse(&view, frame->octets, frame->len);
    return view;
}

/* Reads a frame that should stop at `kind` with `problem`, or NULL. */
static void assert_stops(const struct built *frame, enum frame_kind kind, const char *problem)
{
    struct frame_view view = view_of(frame);
    assert_int_equal(view.kind, kind);
    if (problem)
        assert_string_equal(view.problem, problem);
    else
        assert_null(view.problem);
}

static void a_tcp_frame_is_read_down_to_its_text(void **state)
{
    (void)state;
    struct built frame = tcp_frame();
    struct frame_view view = view_of(&frame);
    assert_int_equal(view.kind, FRAME_TCP);
    assert_null(view.problem);
    assert_ptr_equal(view.bytes.data, frame.octets);
    assert_int_equal(view.bytes.len, frame.len);
    assert_int_equal(view.ethernet.src.octets[5], 0x0a);
    assert_int_equal(view.ip.dst_ip, addresses.dst_ip);
    assert_int_equal(view.tcp.dst_port, 80);
    assert_true(view.tcp.options.has_tstamp);
    assert_memory_equal(view.tcp.text[0].data, "abc", 3);
}

static void the_other_kinds_are_read_too(void **state)
{
    (void)state;
    struct built udp = udp_frame(), icmp = icmp_frame(), arp = arp_frame();
    struct frame_view view = view_of(&udp);
    assert_int_equal(view.kind, FRAME_UDP);
    assert_int_equal(view.udp.dst_port, 7);
    view = view_of(&icmp);
    assert_int_equal(view.kind, FRAME_ICMP);
    assert_int_equal(view.icmp.echo_id, 9);
    view = view_of(&arp);
    assert_int_equal(view.kind, FRAME_ARP);
    assert_int_equal(view.arp.sender_ip, 0x0a000002);
}

static void padding_to_the_ethernet_minimum_is_not_text(void **state)
{
    (void)state;
    struct built frame = tcp_frame();
    frame.len = FRAME_MAX;
    struct frame_view view = view_of(&frame);
    assert_int_equal(segment_text_len(&view.tcp), 3);
    assert_true(frame_transport_checksum_ok(&view));
}

static void what_is_not_ours_is_other_and_no_problem(void **state)
{
    (void)state;
    struct built frame = tcp_frame();
    put_ethernet(&frame, 0x86dd);
    assert_stops(&frame, FRAME_OTHER, NULL);
    put_around(&frame, 132, 20);
    assert_stops(&frame, FRAME_IPV4, NULL);
}

static void a_fragment_is_not_looked_into(void **state)
{
    (void)state;
    struct built frame = tcp_frame();
    const struct ipv4 ip = {.protocol = IPV4_PROTOCOL_TCP, .more_fragments = true};
    ipv4_emit(&ip, frame.len - TRANSPORT_AT, frame.octets + IP_AT);
    assert_stops(&frame, FRAME_IPV4, NULL);
}

static void a_lie_stops_the_reading_at_its_layer(void **state)
{
    (void)state;
    struct built frame = {.len = ETHERNET_HEADER_LEN - 1};
    assert_stops(&frame, FRAME_RUNT, "Ethernet: shorter than a header");
    frame = tcp_frame();
    frame.octets[IP_AT] = 0x65;
    assert_stops(&frame, FRAME_OTHER, ipv4_problem(IPV4_BAD_VERSION));
    frame = tcp_frame();
    frame.octets[TRANSPORT_AT + 12] = 0x40;
    assert_stops(&frame, FRAME_IPV4, segment_problem(SEGMENT_BAD_OFFSET));
    frame = tcp_frame();
    frame.octets[TRANSPORT_AT + 23] = 0; /* the timestamps' length, behind two no-operations */
    assert_stops(&frame, FRAME_IPV4, segment_problem(SEGMENT_BAD_OPTION));
    frame = udp_frame();
    put_be16(frame.octets + TRANSPORT_AT + 4, 7);
    assert_stops(&frame, FRAME_IPV4, udp_problem(UDP_BAD_LEN));
    frame = icmp_frame();
    put_around(&frame, IPV4_PROTOCOL_ICMP, 7);
    assert_stops(&frame, FRAME_IPV4, icmp_problem(ICMP_SHORT));
    frame = arp_frame();
    frame.octets[IP_AT] = 1;
    assert_stops(&frame, FRAME_OTHER, arp_problem(ARP_FOREIGN));
}

static void good_checksums_are_found_good(void **state)
{
    (void)state;
    const struct built frames[] = {tcp_frame(), udp_frame(), icmp_frame(), arp_frame()};
    for (size_t i = 0; i < ARRAY_LEN(frames); i++) {
        struct frame_view view = view_of(&frames[i]);
        assert_true(frame_ip_checksum_ok(&view));
        assert_true(frame_transport_checksum_ok(&view));
    }
}

static void each_checksum_is_judged_on_its_own(void **state)
{
    (void)state;
    struct built frames[] = {tcp_frame(), udp_frame(), icmp_frame()};
    for (size_t i = 0; i < ARRAY_LEN(frames); i++) {
        frames[i].octets[IP_AT + 8]--; /* TTL, which the pseudo-header leaves out */
        struct frame_view view = view_of(&frames[i]);
        assert_false(frame_ip_checksum_ok(&view));
        assert_true(frame_transport_checksum_ok(&view));
        frames[i].octets[IP_AT + 8]++;
        frames[i].octets[TRANSPORT_AT + 1] ^= 1;
        view = view_of(&frames[i]);
        assert_true(frame_ip_checksum_ok(&view));
        assert_false(frame_transport_checksum_ok(&view));
    }
}

static void a_datagram_without_checksum_is_not_wrong(void **state)
{
    (void)state;
    struct built frame = udp_frame();
    put_be16(frame.octets + TRANSPORT_AT + 6, 0);
    struct frame_view view = view_of(&frame);
    assert_true(frame_transport_checksum_ok(&view));
}

static void every_frame_can_be_cut_anywhere_without_reading_past_it(void **state)
{
    (void)state;
    const struct built frames[] = {tcp_frame(), udp_frame(), icmp_frame(), arp_frame()};
    for (size_t i = 0; i < ARRAY_LEN(frames); i++) {
        for (size_t len = 0; len < frames[i].len; len++) {
            uint8_t *data = exact_copy(frames[i].octets, len);
            struct frame_view view;
            frame_parse(&view, data, len);
            assert_int_equal(view.kind, len < ETHERNET_HEADER_LEN ? FRAME_RUNT : FRAME_OTHER);
            assert_non_null(view.problem);
            free(data);
        }
    }
}

static void damaged_frames_are_read_without_reading_past_them(void **state)
{
    (void)state;
    const struct built frames[] = {tcp_frame(), udp_frame(), icmp_frame(), arp_frame()};
    for (uint64_t seed = 0; seed < 50000; seed++) {
        struct prng prng;
        prng_seed(&prng, seed);
        const struct built *frame = &frames[prng_below(&prng, ARRAY_LEN(frames))];
        uint8_t *data = exact_copy(frame->octets, frame->len);
        for (int damage = 0; damage < 3; damage++)
            data[prng_below(&prng, frame->len)] = (uint8_t)prng_next(&prng);
        struct frame_view view;
        frame_parse(&view, data, frame->len);
        frame_ip_checksum_ok(&view);
        frame_transport_checksum_ok(&view);
        free(data);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tcp_frame_is_read_down_to_its_text),
        cmocka_unit_test(the_other_kinds_are_read_too),
        cmocka_unit_test(padding_to_the_ethernet_minimum_is_not_text),
        cmocka_unit_test(what_is_not_ours_is_other_and_no_problem),
        cmocka_unit_test(a_fragment_is_not_looked_into),
        cmocka_unit_test(a_lie_stops_the_reading_at_its_layer),
        cmocka_unit_test(good_checksums_are_found_good),
        cmocka_unit_test(each_checksum_is_judged_on_its_own),
        cmocka_unit_test(a_datagram_without_checksum_is_not_wrong),
        cmocka_unit_test(every_frame_can_be_cut_anywhere_without_reading_past_it),
        cmocka_unit_test(damaged_frames_are_read_without_reading_past_them),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
