/* common/tcp/status.c: what STATUS shows (RFC 9293 section 3.10.6). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/space.h"
#include "tcp/status.h"
#include "tests/unit/resources.h"
#include "tests/unit/tcp/handshake.h"

static void a_fresh_connection_shows_its_beginnings(void **state)
{
    (void)state;
    struct tcb t;
    struct tcp_status status;
    handshake(&t, &tcp_config_default, 0);
    tcp_status(&t, &status);
    assert_int_equal(status.state, STATE_ESTABLISHED);
    assert_int_equal(status.snd_mss, 1000);
    assert_int_equal(status.cwnd, 10000);
    assert_int_equal(status.ssthresh, UINT32_MAX);
    assert_int_equal(status.snd_wnd, 60000);
    assert_int_equal(status.srtt_us, MS(20));
    assert_int_equal(status.unacked + status.unsent + status.unread, 0);
}

static void octets_are_counted_where_they_are(void **state)
{
    (void)state;
    struct tcb t;
    static uint8_t memory[2][20000], text[12000];
    struct tcp_status status;
    handshake(&t, &tcp_config_default, 0);
    space_attach_to_send(&t, memory[0], sizeof memory[0]);
    space_attach_to_receive(&t, memory[1], sizeof memory[1]);
    const struct segment seg = {
        .seq = t.rcv.nxt, .ack = t.sent.nxt, .flags = TCP_ACK, .wnd = 60000, .text = {{text, 70}}};
    tcp_on_segment(&t, &seg, MS(30));
    assert_int_equal(tcp_send(&t, (struct span){text, sizeof text}, 0, MS(30)), sizeof text);
    handshake_drain(&t, MS(30));
    tcp_status(&t, &status);
    assert_int_equal(status.unacked, 10000);
    assert_int_equal(status.unsent, 2000);
    assert_int_equal(status.unread, 70);
}

static void a_small_segment_counts_as_one(void **state)
{
    (void)state;
    struct tcb t;
    static uint8_t memory[2000], text[1500];
    struct tcp_status status;
    handshake(&t, &tcp_config_default, 0);
    tcp_set_nodelay(&t, true);
    space_attach_to_send(&t, memory, sizeof memory);
    assert_int_equal(tcp_send(&t, (struct span){text, sizeof text}, 0, MS(30)), sizeof text);
    handshake_drain(&t, MS(30));
    tcp_status(&t, &status);
    assert_int_equal(status.segments.unacked, 2);
}

static void a_handshake_is_no_octet(void **state)
{
    (void)state;
    struct tcb t;
    struct tcp_status status;
    handshake(&t, &tcp_config_default, 0);
    tcp_status(&t, &status);
    assert_int_equal(status.acked, 0);
    assert_int_equal(status.received, 0);
}

static void a_time_out_shows(void **state)
{
    (void)state;
    struct tcb t;
    uint8_t memory[100];
    struct tcp_status status;
    handshake(&t, &tcp_config_default, 0);
    space_attach_to_send(&t, memory, sizeof memory);
    tcp_send(&t, (struct span){(const uint8_t *)"abc", 3}, 0, MS(30));
    handshake_drain(&t, MS(30));
    tcp_on_time(&t, SECONDS(2));
    handshake_drain(&t, SECONDS(2));
    tcp_status(&t, &status);
    assert_int_equal(status.backoff, 1);
    assert_int_equal(status.retransmits, 1);
    assert_int_equal(status.ssthresh, 2000);
    assert_int_equal(status.rto_us, SECONDS(2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fresh_connection_shows_its_beginnings),
        cmocka_unit_test(octets_are_counted_where_they_are),
        cmocka_unit_test(a_small_segment_counts_as_one),
        cmocka_unit_test(a_handshake_is_no_octet),
        cmocka_unit_test(a_time_out_shows),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
