/* common/stack/conns.c: errors about segments of ours, by ICMP and by silence: to whom they are
 * told, and what they end. RFC 9293 sections 3.8.3 and 3.9.2.2. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/params.h"
#include "tests/unit/resources.h"
#include "tests/unit/stack/peer.h"

enum { ICMP_SOURCE_QUENCH = 4 };

/* A router says that what the host sent with the number `seq` cannot be delivered. */
static void receive_report(uint8_t type, uint8_t code, uint32_t seq)
{
    receive_error((struct icmp_message){.type = type, .code = code}, seq);
}

static void an_unreachable_port_refuses_a_connection(void **state)
{
    (void)state;
    int64_t error;
    int sock = connecting();
    uint32_t iss = expect_sent(TCP_SYN).seq.value;
    receive_report(ICMP_TYPE_UNREACHABLE, ICMP_CODE_PORT,
                   iss + 1); /* forged: no such number is on its way */
    assert_int_equal(info_of(sock).tcp.state, STATE_SYN_SENT);
    receive_report(ICMP_TYPE_UNREACHABLE, ICMP_CODE_PORT, iss);
    assert_int_equal(info_of(sock).tcp.state, STATE_CLOSED);
    assert_int_equal(socket_get_option(host.stack, sock, SOCKET_ERROR, &error), 0);
    assert_int_equal(error, -ECONNREFUSED);
    close_all(&sock, 1);
}

/* Who forged it would else keep the host from connecting anywhere. */
static void a_datagram_too_long_for_the_path_ends_nothing(void **state)
{
    (void)state;
    int sock = connecting();
    receive_report(ICMP_TYPE_UNREACHABLE, ICMP_CODE_FRAG_NEEDED, expect_sent(TCP_SYN).seq.value);
    assert_int_equal(info_of(sock).tcp.state, STATE_SYN_SENT);
    close_all(&sock, 1);
}

static void a_router_tells_what_the_path_takes(void **state)
{
    (void)state;
    const struct icmp_message narrow = {
        .type = ICMP_TYPE_UNREACHABLE, .code = ICMP_CODE_FRAG_NEEDED, .next_hop_mtu = 560};
    int listener = listening(1);
    uint32_t ack = shake(PEER_PORT);
    int sock = accepted(listener);
    uint8_t octets[MSS_DEFAULT] = {0};
    const struct span whole = {octets, sizeof(octets)};
    assert_int_equal(socket_send(host.stack, sock, whole, 0, NULL), sizeof(octets));
    host.sent_count = 0;
    receive_error(narrow, ack);
    assert_int_equal(info_of(sock).tcp.snd_mss, 520);
    assert_int_equal(host.sent_count, 2); /* 520 and 16 octets */
    close_all((int[]){sock, listener}, 2);
}

static void an_unreachable_host_is_why_connecting_times_out(void **state)
{
    (void)state;
    const struct stack_addr peer = {PEER_IP, PEER_PORT};
    int sock = connecting();
    receive_report(ICMP_TYPE_UNREACHABLE, ICMP_CODE_HOST, expect_sent(TCP_SYN).seq.value);
    assert_int_equal(info_of(sock).tcp.state, STATE_SYN_SENT); /* it may pass */
    pass(SECONDS(400));
    assert_int_equal(socket_connect(host.stack, sock, &peer), -EHOSTUNREACH);
    close_all(&sock, 1);
}

static void an_error_about_nobodys_segment_is_ignored(void **state)
{
    (void)state;
    receive_report(ICMP_TYPE_UNREACHABLE, ICMP_CODE_PORT, 1);
    assert_int_equal(host.sent_count, 0);
}

static int64_t error_of(int sock)
{
    int64_t error;
    assert_int_equal(socket_get_option(host.stack, sock, SOCKET_ERROR, &error), 0);
    return error;
}

/* Text of ours to the peer, of which nothing is acknowledged. */
static int talking(uint32_t *seq)
{
    int listener = listening(4);
    *seq = shake(PEER_PORT);
    int sock = accepted(listener);
    assert_int_equal(socket_send(host.stack, sock, text("hello"), 0, NULL), 5);
    host.sent_count = 0;
    close_all(&listener, 1);
    return sock;
}

static const struct {
    uint8_t type, code;
    int error;
} soft[] = {
    {ICMP_TYPE_UNREACHABLE, ICMP_CODE_NET, -ENETUNREACH},
    {ICMP_TYPE_UNREACHABLE, ICMP_CODE_HOST, -EHOSTUNREACH},
    {ICMP_TYPE_UNREACHABLE, 5, -EOPNOTSUPP}, /* source route failed */
    {ICMP_TYPE_TIME_EXCEEDED, 0, -EHOSTUNREACH},
    {ICMP_TYPE_TIME_EXCEEDED, 1, -EHOSTUNREACH},
    {ICMP_TYPE_PARAMETER_PROBLEM, 0, -EPROTO},
};

/* RFC 9293 MUST-54, MUST-56 and SHLD-25: told to who asks, and no connection ends of it. */
static void soft_errors_are_told_and_end_nothing(void **state)
{
    (void)state;
    uint32_t seq;
    int sock = talking(&seq);
    for (size_t i = 0; i < ARRAY_LEN(soft); i++) {
        receive_report(soft[i].type, soft[i].code, seq);
        assert_int_equal(info_of(sock).tcp.state, STATE_ESTABLISHED);
        assert_int_equal(error_of(sock), soft[i].error);
    }
    close_all(&sock, 1);
}

/* The same while it opens, where a hard error would be its end. */
static void soft_errors_end_no_opening_either(void **state)
{
    (void)state;
    int sock = connecting();
    uint32_t seq = take_sent().seq.value;
    for (size_t i = 0; i < ARRAY_LEN(soft); i++) {
        receive_report(soft[i].type, soft[i].code, seq);
        assert_int_equal(info_of(sock).tcp.state, STATE_SYN_SENT);
        assert_int_equal(error_of(sock), soft[i].error);
    }
    close_all(&sock, 1);
}

/* RFC 9293 MUST-55. */
static void a_source_quench_is_discarded(void **state)
{
    (void)state;
    uint32_t seq;
    int sock = talking(&seq);
    uint32_t cwnd = info_of(sock).tcp.cwnd;
    receive_report(ICMP_SOURCE_QUENCH, 0, seq);
    assert_dropped(DROP_ICMP_TYPE);
    assert_int_equal(info_of(sock).tcp.cwnd, cwnd);
    assert_int_equal(error_of(sock), 0);
    close_all(&sock, 1);
}

/* RFC 9293 MUST-47: IP_RECVERR. */
static void who_wants_reports_is_woken_by_one(void **state)
{
    (void)state;
    uint32_t seq;
    int sock = talking(&seq);
    struct socket_poll poll = {.sock = sock, .events = SOCKET_IN};
    char room[8];
    receive_report(ICMP_TYPE_UNREACHABLE, ICMP_CODE_HOST, seq);
    assert_int_equal(socket_poll(host.stack, &poll, 1, 0), 0);
    assert_int_equal(socket_set_option(host.stack, sock, SOCKET_RECVERR, 1), 0);
    receive_report(ICMP_TYPE_UNREACHABLE, ICMP_CODE_HOST, seq);
    assert_int_equal(socket_poll(host.stack, &poll, 1, 0), 1);
    assert_int_equal(recv_from(sock, room, sizeof(room)), -EHOSTUNREACH);
    assert_int_equal(recv_from(sock, room, sizeof(room)), -EAGAIN);
    close_all(&sock, 1);
}

/* RFC 9293 MUST-20 (b), RFC 1122 section 2.3.2.1 (4): the peer's card may have been exchanged. */
static void a_silent_neighbour_is_asked_for_anew(void **state)
{
    (void)state;
    static const struct mac other_mac = {{2, 0, 0, 0, 0, 3}};
    struct arp told = {ARP_REPLY, peer_mac, our_mac, PEER_IP, OUR_IP};
    int sock = connecting();
    receive_arp(&told);
    assert_int_equal(sent_frame(1).kind, FRAME_TCP);
    pass(SECONDS(1 + 2)); /* 1 and 2 s after the first */
    assert_int_equal(host.sent_count, 4);
    pass(SECONDS(4));
    assert_int_equal(host.sent_count, 5);
    assert_int_equal(sent_frame(4).kind, FRAME_ARP);
    const struct ethernet header = {.dst = our_mac, .src = other_mac, .type = ETHERNET_TYPE_ARP};
    uint8_t frame[FRAME_MAX];
    size_t len = ethernet_emit(&header, frame);
    told.sender_mac = other_mac;
    len += arp_emit(&told, frame + len);
    receive(frame, len);
    struct frame_view again = sent_frame(5);
    assert_int_equal(again.kind, FRAME_TCP);
    assert_true(mac_equal(&again.ethernet.dst, &other_mac));
    close_all(&sock, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BESIDE_PEER(an_unreachable_port_refuses_a_connection),
        BESIDE_PEER(a_datagram_too_long_for_the_path_ends_nothing),
        BESIDE_PEER(a_router_tells_what_the_path_takes),
        BESIDE_PEER(an_unreachable_host_is_why_connecting_times_out),
        BESIDE_PEER(an_error_about_nobodys_segment_is_ignored),
        BESIDE_PEER(soft_errors_are_told_and_end_nothing),
        BESIDE_PEER(soft_errors_end_no_opening_either),
        BESIDE_PEER(a_source_quench_is_discarded),
        BESIDE_PEER(who_wants_reports_is_woken_by_one),
        ALONE(a_silent_neighbour_is_asked_for_anew),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
