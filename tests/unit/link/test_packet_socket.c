/* common/link/packet_socket.c and packet_ring.c, between the two ends of a virtual cable. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/thread.h"
#include "link/packet_socket.h"
#include "packet/ipv4.h"
#include "packet/segment.h"
#include "testbed/topology.h"
#include "tests/unit/resources.h"
#include "tests/unit/testbed/tier.h"

enum {
    TYPE = 0x88b5, /* for experiments (IEEE 802): no kernel answers it */
};

static struct topology topology;
static struct link *near, *far;
static struct link_frame got[LINK_BATCH];

static struct link *open_end(enum host host, const struct packet_socket_config *wanted)
{
    struct packet_socket_config config = *wanted;
    struct fault fault = {0};
    struct link *link;
    config.netns_fd = topology.netns[host];
    config.interface = TOPOLOGY_HOST_DEVICE;
    if (packet_socket_open(&link, &config, &fault) < 0)
        fail_msg("%s", fault.text);
    return link;
}

static void open_cable(struct packet_socket_config config)
{
    tier_need_t1();
    near = open_end(HOST_A, &config);
    far = open_end(HOST_B, &config);
}

static int close_cable(void **state)
{
    (void)state;
    link_close(near);
    link_close(far);
    near = far = NULL;
    return 0;
}

/* One cable for the whole program: making and unmaking one takes longer than any test. */
static int build(void **state)
{
    struct testbed_config config = {.direct = true};
    if (!tier_fault.error && topology_build(&topology, &config, &tier_fault) < 0)
        return -1;
    return resources_before(state);
}

static int unbuild(void **state)
{
    int result = resources_after(state);
    if (!tier_fault.error)
        topology_free(&topology);
    return result;
}

static struct frame_octets {
    uint8_t octets[1514];
} make_frame(uint8_t mark)
{
    struct frame_octets frame;
    memset(frame.octets, mark, sizeof(frame.octets));
    ethernet_emit(&(struct ethernet){.dst = mac_broadcast(), .type = TYPE}, frame.octets);
    return frame;
}

static int send_one(struct link *link, const void *octets, size_t len)
{
    struct link_frame frame = {.parts = {{octets, len}}};
    return link_send(link, &frame, 1);
}

/* Waits for the next frames, not for ever. */
static int receive_some(struct link *link)
{
    usec_t end = clock_now() + SECONDS(5);
    int count = 0;
    while (count == 0 && clock_now() < end) {
        count = link_receive(link, got, LINK_BATCH);
        if (count == 0)
            thread_sleep_until(clock_now() + 100);
    }
    return count;
}

static void what_one_end_sends_in_parts_the_other_receives_whole(void **state)
{
    (void)state;
    open_cable((struct packet_socket_config){0});
    struct frame_octets sent = make_frame('x');
    struct link_frame frame = {
        .parts = {{sent.octets, 14}, {sent.octets + 14, 1000}, {sent.octets + 1014, 500}}};
    assert_int_equal(link_send(near, &frame, 1), 1);
    assert_int_equal(receive_some(far), 1);
    assert_int_equal(got[0].parts[0].len, 1514);
    assert_memory_equal(got[0].parts[0].data, sent.octets, 1514);
}

static void an_end_does_not_hear_itself(void **state)
{
    (void)state;
    open_cable((struct packet_socket_config){0});
    struct frame_octets sent = make_frame('x');
    assert_int_equal(send_one(near, sent.octets, 60), 1);
    assert_int_equal(receive_some(far), 1);
    assert_int_equal(link_receive(near, got, LINK_BATCH), 0);
}

static void frames_keep_their_order_over_many_batches(void **state)
{
    (void)state;
    open_cable((struct packet_socket_config){0});
    uint8_t next = 0;
    for (int round = 0; round < 100; round++) {
        struct frame_octets sent[LINK_BATCH];
        struct link_frame frames[LINK_BATCH];
        for (int i = 0; i < LINK_BATCH; i++) {
            sent[i] = make_frame((uint8_t)(round * LINK_BATCH + i));
            frames[i] = (struct link_frame){.parts = {{sent[i].octets, 60}}};
        }
        assert_int_equal(link_send(near, frames, LINK_BATCH), LINK_BATCH);
        for (int left = LINK_BATCH; left > 0;) {
            int count = receive_some(far);
            assert_in_range(count, 1, left);
            for (int i = 0; i < count; i++)
                assert_int_equal(got[i].parts[0].data[20], next++);
            left -= count;
        }
    }
    assert_int_equal(link_overruns(far), 0);
}

static void a_frame_is_stamped_when_it_arrives(void **state)
{
    (void)state;
    open_cable((struct packet_socket_config){0});
    struct frame_octets sent = make_frame('x');
    usec_t before = clock_now();
    assert_int_equal(send_one(near, sent.octets, 60), 1);
    usec_t after = clock_now();
    thread_sleep_until(after + MS(30));
    assert_int_equal(receive_some(far), 1);
    /* A busy machine may take the processor away between the two; what matters is that the stamp
     * does not tell of when the frame was fetched. */
    assert_in_range(got[0].arrived, before - 50, after + MS(25));
}

static void a_link_knows_its_interface(void **state)
{
    (void)state;
    open_cable((struct packet_socket_config){0});
    struct mac mac = testbed_mac(HOST_A);
    assert_true(mac_equal(&near->mac, &mac));
    assert_int_equal(near->mtu, 1500);
    assert_true(near->fd >= 0);
}

static void a_frame_too_long_is_refused_and_the_next_goes_on(void **state)
{
    (void)state;
    open_cable((struct packet_socket_config){0});
    static const uint8_t octets[3000];
    struct frame_octets sent = make_frame('y');
    assert_int_equal(send_one(near, octets, sizeof(octets)), -EMSGSIZE);
    assert_int_equal(send_one(near, sent.octets, 60), 1);
    assert_int_equal(receive_some(far), 1);
    assert_int_equal(got[0].parts[0].data[20], 'y');
}

static void frames_that_nobody_fetches_are_counted(void **state)
{
    (void)state;
    open_cable((struct packet_socket_config){.slots = 32});
    struct frame_octets sent = make_frame('x');
    for (int i = 0; i < 100; i++)
        assert_int_equal(send_one(near, sent.octets, 60), 1);
    assert_int_equal(receive_some(far), 32);
    assert_int_equal(link_overruns(far), 68);
    assert_int_equal(link_overruns(far), 68);
    assert_int_equal(link_receive(far, got, LINK_BATCH), 0);
    assert_int_equal(send_one(near, sent.octets, 60), 1);
    assert_int_equal(receive_some(far), 1);
}

/* A TCP segment of 3000 octets of text between addresses that are neither host's. */
static size_t make_super_segment(uint8_t *out, size_t cap, const uint8_t *text)
{
    struct segment_addresses addresses = {0x0a000063, 0x0a000064};
    struct segment segment = {.src_port = 1, .dst_port = 2, .flags = TCP_ACK};
    segment.text[0] = (struct span){text, 3000};
    uint8_t *ip = out + ethernet_emit(&(struct ethernet){.type = ETHERNET_TYPE_IPV4}, out);
    size_t header = ETHERNET_HEADER_LEN + IPV4_HEADER_MIN;
    size_t len = segment_emit_partial(&segment, out + header, cap - header, &addresses);
    ipv4_emit(&(struct ipv4){.src_ip = addresses.src_ip,
                             .dst_ip = addresses.dst_ip,
                             .ttl = 64,
                             .protocol = IPV4_PROTOCOL_TCP},
              len, ip);
    return header + len;
}

static void a_super_segment_travels_whole_between_two_that_understand_it(void **state)
{
    (void)state;
    open_cable((struct packet_socket_config){.offload = true});
    static uint8_t octets[4000], text[3000];
    size_t len = make_super_segment(octets, sizeof(octets), text);
    struct link_frame frame = {
        .parts = {{octets, len}},
        .offload = {.gso_size = 1000,
                    .header_len = (uint16_t)(len - sizeof(text)),
                    .csum_start = ETHERNET_HEADER_LEN + IPV4_HEADER_MIN,
                    .csum_offset = TCP_CHECKSUM_OFFSET},
    };
    assert_int_equal(link_send(near, &frame, 1), 1);
    assert_int_equal(receive_some(far), 1);
    assert_int_equal(got[0].parts[0].len, len);
    assert_memory_equal(got[0].parts[0].data, octets, len);
    assert_int_equal(got[0].offload.gso_size, 1000);
    assert_int_equal(got[0].offload.csum_start, frame.offload.csum_start);
    assert_int_equal(got[0].offload.csum_offset, frame.offload.csum_offset);
    assert_true(got[0].checked);
}

static void a_wrong_name_or_namespace_is_told(void **state)
{
    (void)state;
    tier_need_t1();
    struct fault fault = {0};
    struct packet_socket_config config = {.netns_fd = -1, .interface = "nowhere"};
    assert_int_equal(packet_socket_open(&near, &config, &fault), -ENODEV);
    assert_string_equal(fault.text, "raw frames on nowhere: No such device");

    fault = (struct fault){0};
    config.interface = "a-name-longer-than-any-interface-has";
    assert_int_equal(packet_socket_open(&near, &config, &fault), -ENODEV);

    fault = (struct fault){0};
    config = (struct packet_socket_config){.netns_fd = STDIN_FILENO, .interface = "eth0"};
    assert_int_equal(packet_socket_open(&near, &config, &fault), -EINVAL);
}

int main(void)
{
    tier_enter();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(what_one_end_sends_in_parts_the_other_receives_whole,
                                  close_cable),
        cmocka_unit_test_teardown(an_end_does_not_hear_itself, close_cable),
        cmocka_unit_test_teardown(frames_keep_their_order_over_many_batches, close_cable),
        cmocka_unit_test_teardown(a_frame_is_stamped_when_it_arrives, close_cable),
        cmocka_unit_test_teardown(a_link_knows_its_interface, close_cable),
        cmocka_unit_test_teardown(a_frame_too_long_is_refused_and_the_next_goes_on, close_cable),
        cmocka_unit_test_teardown(frames_that_nobody_fetches_are_counted, close_cable),
        cmocka_unit_test_teardown(a_super_segment_travels_whole_between_two_that_understand_it,
                                  close_cable),
        cmocka_unit_test(a_wrong_name_or_namespace_is_told),
    };
    return cmocka_run_group_tests(tests, build, unbuild);
}
