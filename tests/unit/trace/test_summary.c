/* common/trace/summary.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "fake.h"
#include "packet/udp.h"
#include "tests/unit/resources.h"
#include "trace/summary.h"

static void an_empty_log_amounts_to_nothing(void **state)
{
    struct fake *fake = *state;
    struct trace_summary summary;
    assert_int_equal(trace_summary_init(&summary, &fake->log), 0);
    assert_int_equal(summary.count, 0);
    assert_int_equal(summary.duration, 0);
    trace_summary_fini(&summary);
}

static void segments_are_counted_by_direction(void **state)
{
    struct fake *fake = *state;
    struct trace_summary summary;
    fake_handshake(fake);
    fake_lose(fake, 'A', (struct fake_segment){TCP_ACK, 1, 1, 100}, "script");
    fake_pass_segment(fake, 'A', (struct fake_segment){TCP_ACK, 101, 1, 50});
    fake_pass_segment(fake, 'B', (struct fake_segment){TCP_ACK, 1, 1, 0});
    fake_pass_segment(fake, 'A', (struct fake_segment){TCP_ACK, 1, 1, 100});
    fake_pass_segment(fake, 'B', (struct fake_segment){TCP_RST, 1, 0, 0});
    assert_int_equal(trace_summary_init(&summary, &fake->log), 0);
    assert_int_equal(summary.count, 1);
    assert_int_equal(summary.conns[0].flow.local_port, FAKE_PORT_A);
    assert_int_equal(summary.conns[0].flow.remote_ip, FAKE_IP_B);
    assert_int_equal(summary.sent[0].segments, 5);
    assert_int_equal(summary.sent[0].text, 250);
    assert_int_equal(summary.sent[0].retransmissions, 1);
    assert_int_equal(summary.sent[0].dropped, 1);
    assert_int_equal(summary.sent[1].segments, 3);
    assert_int_equal(summary.sent[1].dup_acks, 1);
    assert_int_equal(summary.sent[0].resets, 0);
    assert_int_equal(summary.sent[1].resets, 1);
    assert_memory_equal(&summary.conns[0].sent, &summary.sent, sizeof(summary.sent));
    trace_summary_fini(&summary);
}

static void connections_are_counted_apart(void **state)
{
    struct fake *fake = *state;
    struct trace_summary summary;
    fake_handshake(fake);
    fake->port_a++;
    fake_handshake(fake);
    fake_close(fake, 0);
    assert_int_equal(trace_summary_init(&summary, &fake->log), 0);
    assert_int_equal(summary.count, 2);
    assert_int_equal(summary.conns[0].sent[0].segments, 2);
    assert_int_equal(summary.conns[1].sent[0].segments, 4);
    assert_int_equal(summary.conns[1].flow.local_port, FAKE_PORT_A + 1);
    assert_true(summary.conns[1].first >= summary.conns[0].last);
    assert_int_equal(summary.sent[0].segments, 6);
    trace_summary_fini(&summary);
}

static void what_the_wire_did_is_counted(void **state)
{
    struct fake *fake = *state;
    struct trace_summary summary;
    fake_write(fake, 'B', (struct fake_segment){TCP_SYN | TCP_ACK, 0, 1, 0});
    fake_enter(fake, 'B', FATE_DUP | FATE_DELAY, NULL);
    fake_enter(fake, 'B', FATE_CORRUPT | FATE_REORDER | FATE_REPLAY, NULL);
    fake->len = 20; /* a frame that is no TCP */
    fake_enter(fake, 'A', 0, NULL);
    assert_int_equal(trace_summary_init(&summary, &fake->log), 0);
    assert_int_equal(summary.sent[1].duplicated, 1);
    assert_int_equal(summary.sent[1].delayed, 1);
    assert_int_equal(summary.sent[1].corrupted, 1);
    assert_int_equal(summary.sent[1].reordered, 1);
    assert_int_equal(summary.sent[1].replayed, 1);
    assert_int_equal(summary.other_frames, 1);
    trace_summary_fini(&summary);
}

/* A datagram of A's with so many octets of text. */
static void write_datagram(struct fake *fake, size_t len)
{
    static const uint8_t text[64];
    const struct ipv4 ip = {
        .src_ip = FAKE_IP_A, .dst_ip = FAKE_IP_B, .ttl = 64, .protocol = IPV4_PROTOCOL_UDP};
    const struct udp udp = {FAKE_PORT_A, FAKE_PORT_B, {text, len}};
    size_t headers = ETHERNET_HEADER_LEN + IPV4_HEADER_MIN;
    fake_write(fake, 'A', (struct fake_segment){TCP_ACK, 1, 1, 0}); /* for its Ethernet header */
    size_t written = udp_emit(&udp, fake->bytes + headers, sizeof(fake->bytes) - headers,
                              &(struct segment_addresses){ip.src_ip, ip.dst_ip});
    ipv4_emit(&ip, written, fake->bytes + ETHERNET_HEADER_LEN);
    fake->len = headers + written;
}

static void datagrams_are_counted_beside_segments(void **state)
{
    struct fake *fake = *state;
    struct trace_summary summary;
    write_datagram(fake, 10);
    fake_enter(fake, 'A', 0, NULL);
    write_datagram(fake, 20);
    fake_enter(fake, 'A', FATE_DROP, NULL);
    fake_enter(fake, 'B', 0, NULL);
    assert_int_equal(trace_summary_init(&summary, &fake->log), 0);
    assert_int_equal(summary.udp[0].segments, 2);
    assert_int_equal(summary.udp[0].text, 30);
    assert_int_equal(summary.udp[0].octets, 30 + 2 * (14 + 20 + 8));
    assert_int_equal(summary.udp[0].dropped, 1);
    assert_int_equal(summary.udp[1].segments, 1);
    assert_int_equal(summary.other_frames, 3);
    assert_int_equal(summary.sent[0].segments, 0);
    trace_summary_fini(&summary);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_FAKE(an_empty_log_amounts_to_nothing),
        WITH_FAKE(segments_are_counted_by_direction),
        WITH_FAKE(connections_are_counted_apart),
        WITH_FAKE(what_the_wire_did_is_counted),
        WITH_FAKE(datagrams_are_counted_beside_segments),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
