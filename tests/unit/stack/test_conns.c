/* common/stack/conns.c: who gets a segment, and what becomes of those that nobody should get. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stack/conn.h"
#include "tests/unit/resources.h"
#include "tests/unit/stack/peer.h"

/* ---- segments to nobody: RFC 9293 section 3.10.7.1 ---- */

static void a_syn_to_nobody_is_reset(void **state)
{
    (void)state;
    receive_flags(TCP_SYN, PEER_ISS, 0);
    struct segment reset = expect_sent(TCP_RST | TCP_ACK);
    assert_int_equal(reset.seq.value, 0);
    assert_int_equal(reset.ack.value, PEER_ISS + 1);
    assert_int_equal(drops(DROP_TCP_PORT), 1);
}

static void an_ack_to_nobody_is_reset_at_its_number(void **state)
{
    (void)state;
    receive_flags(TCP_ACK, PEER_ISS, 7777);
    assert_int_equal(expect_sent(TCP_RST).seq.value, 7777);
    int listener = listening(1); /* where somebody listens, too */
    receive_flags(TCP_ACK, PEER_ISS, 8888);
    assert_int_equal(expect_sent(TCP_RST).seq.value, 8888);
    close_all(&listener, 1);
}

static void a_reset_to_nobody_is_not_answered(void **state)
{
    (void)state;
    receive_flags(TCP_RST, PEER_ISS, 0);
    receive_flags(TCP_RST | TCP_ACK, PEER_ISS, 1);
    assert_int_equal(drops(DROP_TCP_PORT), 2);
    assert_int_equal(host.sent_count, 0);
}

static void text_without_a_connection_means_nothing_to_a_listener(void **state)
{
    (void)state;
    int listener = listening(1);
    receive_flags(TCP_FIN, PEER_ISS, 0);
    assert_dropped(DROP_TCP_PORT);
    assert_int_equal(connections(), 0);
    close_all(&listener, 1);
}

/* ---- octets that are no segment ---- */

enum { SYN_LEN = 24, OFFSET_AT = 12, OPTION_LEN_AT = 21 };

/* Sends the first `len` octets of a SYN with an option, of which the one at `at` is `value`. The
 * checksum is right all the same. */
static void receive_spoilt(uint32_t len, size_t at, uint8_t value)
{
    const struct ipv4 ip = ip_from_peer(IPV4_PROTOCOL_TCP);
    const struct segment_addresses addresses = {ip.src_ip, ip.dst_ip};
    struct segment syn = from_port(PEER_PORT, TCP_SYN, PEER_ISS, 0);
    struct checksum sum = {0};
    uint8_t octets[64];
    syn.options = (struct tcp_options){.has_mss = true, .mss = 1460};
    assert_int_equal(segment_emit(&syn, octets, sizeof(octets), &addresses), SYN_LEN);
    octets[at] = value;
    put_be16(octets + TCP_CHECKSUM_OFFSET, 0);
    checksum_add_pseudo(&sum, &addresses, IPV4_PROTOCOL_TCP, len);
    checksum_add(&sum, octets, len);
    put_be16(octets + TCP_CHECKSUM_OFFSET, checksum_finish(&sum));
    receive_ip(&ip, (struct span){octets, len});
}

static void a_segment_shorter_than_its_header_is_dropped(void **state)
{
    (void)state;
    int listener = listening(1);
    for (uint32_t len = 0; len < TCP_HEADER_MIN; len++)
        receive_spoilt(len, 0, 0);
    assert_int_equal(drops(DROP_TCP_SHORT), TCP_HEADER_MIN);
    assert_int_equal(host.sent_count, 0);
    close_all(&listener, 1);
}

static void a_data_offset_that_lies_is_dropped(void **state)
{
    (void)state;
    int listener = listening(1);
    for (unsigned offset = 0; offset < 16; offset++)
        if (offset < 5 || offset > 6) /* too small, and past the end */
            receive_spoilt(SYN_LEN, OFFSET_AT, (uint8_t)(offset << 4));
    assert_int_equal(drops(DROP_TCP_OFFSET), 14);
    assert_int_equal(host.sent_count, 0);
    close_all(&listener, 1);
}

static void an_option_whose_length_lies_is_dropped(void **state)
{
    (void)state;
    static const uint8_t lengths[] = {0, 1, 255};
    int listener = listening(1);
    for (size_t i = 0; i < ARRAY_LEN(lengths); i++)
        receive_spoilt(SYN_LEN, OPTION_LEN_AT, lengths[i]);
    assert_int_equal(drops(DROP_TCP_OPTION), 3);
    assert_int_equal(host.sent_count, 0);
    close_all(&listener, 1);
}

static void a_checksum_off_by_one_is_dropped(void **state)
{
    (void)state;
    int listener = listening(1);
    const struct ipv4 ip = ip_from_peer(IPV4_PROTOCOL_TCP);
    const struct segment_addresses addresses = {ip.src_ip, ip.dst_ip};
    const struct segment syn = from_port(PEER_PORT, TCP_SYN, PEER_ISS, 0);
    uint8_t octets[32];
    size_t len = segment_emit(&syn, octets, sizeof(octets), &addresses);
    octets[TCP_CHECKSUM_OFFSET + 1] ^= 1;
    receive_ip(&ip, (struct span){octets, len});
    assert_dropped(DROP_TCP_CHECKSUM);
    close_all(&listener, 1);
}

static void a_syn_to_everybody_is_dropped(void **state)
{
    (void)state;
    int listener = listening(1);
    struct ipv4 ip = ip_from_peer(IPV4_PROTOCOL_TCP);
    ip.dst_ip = BROADCAST;
    const struct segment_addresses addresses = {ip.src_ip, ip.dst_ip};
    const struct segment syn = from_port(PEER_PORT, TCP_SYN, PEER_ISS, 0);
    uint8_t octets[32];
    size_t len = segment_emit(&syn, octets, sizeof(octets), &addresses);
    receive_ip(&ip, (struct span){octets, len});
    assert_dropped(DROP_TCP_BROADCAST);
    close_all(&listener, 1);
}

/* ---- segments that do not fit their connection ---- */

static void an_ack_of_what_was_never_sent_gets_an_ack(void **state)
{
    (void)state;
    struct ends ends = connected();
    receive_flags(TCP_ACK, PEER_ISS + 1, ends.ack + 1000000);
    struct segment ack = expect_sent(TCP_ACK);
    assert_int_equal(ack.seq.value, ends.ack);
    assert_int_equal(info_of(ends.sock).tcp.state, STATE_ESTABLISHED);
    close_ends(&ends);
}

static void text_beyond_the_window_gets_an_ack_and_is_not_kept(void **state)
{
    (void)state;
    struct ends ends = connected();
    uint32_t window = info_of(ends.sock).tcp.rcv_wnd;
    receive_text(PEER_ISS + 1 + window, ends.ack, "too far");
    assert_int_equal(expect_sent(TCP_ACK).ack.value, PEER_ISS + 1);
    assert_int_equal(info_of(ends.sock).unread, 0);
    close_ends(&ends);
}

static void a_reset_in_the_window_must_hit_the_number(void **state)
{
    (void)state;
    struct ends ends = connected();
    receive_flags(TCP_RST, PEER_ISS + 2, 0);
    expect_sent(TCP_ACK); /* RFC 5961 section 3: ask the true peer */
    assert_int_equal(info_of(ends.sock).tcp.state, STATE_ESTABLISHED);
    receive_flags(TCP_RST, PEER_ISS + 1, 0);
    assert_int_equal(info_of(ends.sock).tcp.state, STATE_CLOSED);
    close_ends(&ends);
}

/* ---- the end of a connection ---- */

/* The host closes first, and comes into TIME-WAIT. */
static struct ends in_time_wait(void)
{
    struct ends ends = connected();
    close_all(&ends.sock, 1);
    assert_int_equal(expect_sent(TCP_FIN | TCP_ACK).seq.value, ends.ack);
    receive_flags(TCP_ACK, PEER_ISS + 1, ends.ack + 1);
    receive_flags(TCP_FIN | TCP_ACK, PEER_ISS + 1, ends.ack + 1);
    expect_sent(TCP_ACK);
    assert_int_equal(connections(), 1);
    return ends;
}

static void time_wait_ends_by_itself(void **state)
{
    (void)state;
    struct ends ends = in_time_wait();
    pass(host.stack->config.tcp.time_wait_us);
    assert_int_equal(connections(), 0);
    assert_int_equal(stack_deadline(host.stack), NEVER);
    close_all(&ends.listener, 1);
}

static void time_wait_keeps_no_buffers_and_answers_all_the_same(void **state)
{
    (void)state;
    struct ends ends = connected();
    char got[4];
    assert_int_equal(socket_send(host.stack, ends.sock, text("ours"), 0, NULL), 4);
    receive_text(PEER_ISS + 1, ends.ack + 4, "its");
    assert_int_equal(recv_from(ends.sock, got, sizeof(got)), 3);
    close_all(&ends.sock, 1);
    receive_flags(TCP_FIN | TCP_ACK, PEER_ISS + 4, ends.ack + 5);
    const struct conn *conn = conn_table_next(&host.stack->conns->table, NULL);
    assert_int_equal(conn->tcb.state, STATE_TIME_WAIT);
    assert_null(conn->tcb.sndbuf.mem);
    assert_null(conn->tcb.rcvbuf.mem);
    host.sent_count = 0;
    receive_flags(TCP_FIN | TCP_ACK, PEER_ISS + 4, ends.ack + 5);
    struct segment ack = expect_sent(TCP_ACK);
    assert_int_equal(ack.seq.value, ends.ack + 5);
    assert_int_equal(ack.ack.value, PEER_ISS + 5);
    pass(host.stack->config.tcp.time_wait_us);
    assert_int_equal(connections(), 0);
    close_all(&ends.listener, 1);
}

static void time_wait_gives_way_to_a_newer_connection(void **state)
{
    (void)state;
    struct ends ends = in_time_wait();
    receive_flags(TCP_SYN, PEER_ISS + 1, 0); /* no newer than the FIN */
    expect_sent(TCP_ACK);
    receive_flags(TCP_SYN, PEER_ISS + 2, 0);
    struct segment synack = expect_sent(TCP_SYN | TCP_ACK);
    assert_int_equal(synack.ack.value, PEER_ISS + 3);
    assert_true(seq_gt(synack.seq, seq_make(ends.ack + 1))); /* RFC 9293 MAY-2 (1) */
    assert_int_equal(connections(), 1);
    close_all(&ends.listener, 1);
}

static void time_wait_gives_way_when_the_host_is_full(void **state)
{
    (void)state;
    struct ends ends = in_time_wait();
    host.stack->config.socket_limit = 1;
    shake_first_half(1001);
    assert_int_equal(connections(), 1);
    close_all(&ends.listener, 1);
}

static void time_wait_stays_where_nobody_listens(void **state)
{
    (void)state;
    struct ends ends = in_time_wait();
    close_all(&ends.listener, 1);
    receive_flags(TCP_SYN, PEER_ISS + 3, 0);
    expect_sent(TCP_ACK);
    assert_int_equal(connections(), 1);
}

static void time_wait_stays_while_its_socket_is_open(void **state)
{
    (void)state;
    struct ends ends = connected();
    assert_int_equal(socket_shutdown(host.stack, ends.sock, false, true), 0);
    receive_flags(TCP_FIN | TCP_ACK, PEER_ISS + 1, ends.ack + 1);
    host.sent_count = 0;
    receive_flags(TCP_SYN, PEER_ISS + 3, 0);
    expect_sent(TCP_ACK);
    assert_int_equal(info_of(ends.sock).tcp.state, STATE_TIME_WAIT);
    close_ends(&ends);
}

static void a_peer_that_never_closes_is_not_waited_for_without_a_user(void **state)
{
    (void)state;
    struct ends ends = connected();
    close_all(&ends.sock, 1);
    receive_flags(TCP_ACK, PEER_ISS + 1, ends.ack + 1);
    assert_int_equal(connections(), 1);
    pass(host.stack->config.tcp.fin_wait_2_us);
    assert_int_equal(connections(), 0);
    close_all(&ends.listener, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BESIDE_PEER(a_syn_to_nobody_is_reset),
        BESIDE_PEER(an_ack_to_nobody_is_reset_at_its_number),
        BESIDE_PEER(a_reset_to_nobody_is_not_answered),
        BESIDE_PEER(text_without_a_connection_means_nothing_to_a_listener),
        BESIDE_PEER(a_segment_shorter_than_its_header_is_dropped),
        BESIDE_PEER(a_data_offset_that_lies_is_dropped),
        BESIDE_PEER(an_option_whose_length_lies_is_dropped),
        BESIDE_PEER(a_checksum_off_by_one_is_dropped),
        BESIDE_PEER(a_syn_to_everybody_is_dropped),
        BESIDE_PEER(an_ack_of_what_was_never_sent_gets_an_ack),
        BESIDE_PEER(text_beyond_the_window_gets_an_ack_and_is_not_kept),
        BESIDE_PEER(a_reset_in_the_window_must_hit_the_number),
        BESIDE_PEER(time_wait_ends_by_itself),
        BESIDE_PEER(time_wait_keeps_no_buffers_and_answers_all_the_same),
        BESIDE_PEER(time_wait_gives_way_to_a_newer_connection),
        BESIDE_PEER(time_wait_gives_way_when_the_host_is_full),
        BESIDE_PEER(time_wait_stays_where_nobody_listens),
        BESIDE_PEER(time_wait_stays_while_its_socket_is_open),
        BESIDE_PEER(a_peer_that_never_closes_is_not_waited_for_without_a_user),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
