/* common/stack/icmp.c: echoes, errors sent, and errors believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/resources.h"
#include "tests/unit/stack/host.h"

static struct icmp_message echo_of(struct span payload)
{
    return (struct icmp_message){
        .type = ICMP_TYPE_ECHO_REQUEST, .echo_id = 77, .echo_seq = 3, .payload = payload};
}

static void an_echo_comes_back_as_it_was(void **state)
{
    (void)state;
    uint8_t payload[1472];
    for (size_t i = 0; i < sizeof(payload); i++)
        payload[i] = (uint8_t)i;
    const struct ipv4 ip = ip_from_peer(IPV4_PROTOCOL_ICMP);
    const struct icmp_message echo = echo_of((struct span){payload, sizeof(payload)});
    receive_icmp(&ip, &echo);
    struct frame_view sent = sent_frame(0);
    assert_int_equal(sent.icmp.type, ICMP_TYPE_ECHO_REPLY);
    assert_int_equal(sent.icmp.echo_id, 77);
    assert_int_equal(sent.icmp.echo_seq, 3);
    assert_int_equal(sent.icmp.payload.len, sizeof(payload));
    assert_memory_equal(sent.icmp.payload.data, payload, sizeof(payload));
}

static void an_echo_to_everybody_is_not_answered(void **state)
{
    (void)state;
    struct ipv4 ip = ip_from_peer(IPV4_PROTOCOL_ICMP);
    const struct icmp_message echo = echo_of(text("anybody?"));
    ip.dst_ip = BROADCAST;
    receive_icmp(&ip, &echo);
    assert_dropped(DROP_ICMP_TYPE);
}

static void a_message_shorter_than_its_header_is_dropped(void **state)
{
    (void)state;
    const struct ipv4 ip = ip_from_peer(IPV4_PROTOCOL_ICMP);
    const uint8_t octets[ICMP_HEADER_LEN] = {ICMP_TYPE_ECHO_REQUEST, 0, 0xf7, 0xff};
    for (size_t len = 0; len < sizeof(octets); len++)
        receive_ip(&ip, (struct span){octets, len});
    assert_int_equal(drops(DROP_ICMP_SHORT), sizeof(octets));
    assert_int_equal(host.sent_count, 0);
}

static void a_checksum_off_by_one_is_dropped(void **state)
{
    (void)state;
    const struct ipv4 ip = ip_from_peer(IPV4_PROTOCOL_ICMP);
    const struct icmp_message echo = echo_of(text("ping"));
    uint8_t octets[ICMP_HEADER_LEN + 4];
    icmp_emit(&echo, octets, sizeof(octets));
    octets[3]++;
    receive_ip(&ip, (struct span){octets, sizeof(octets)});
    assert_dropped(DROP_ICMP_CHECKSUM);
}

static void what_is_nothing_to_us_is_dropped(void **state)
{
    (void)state;
    const struct ipv4 ip = ip_from_peer(IPV4_PROTOCOL_ICMP);
    const uint8_t types[] = {ICMP_TYPE_ECHO_REPLY, 9, 13, 17, 255};
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        const struct icmp_message message = {.type = types[i]};
        receive_icmp(&ip, &message);
        assert_int_equal(drops(DROP_ICMP_TYPE), i + 1);
    }
    assert_int_equal(host.sent_count, 0);
}

static void receive_for_no_port(void)
{
    const struct ipv4 ip = ip_from_peer(IPV4_PROTOCOL_UDP);
    const struct udp udp = {5000, 7, text("anybody there?")};
    receive_udp(&ip, &udp);
}

static void errors_are_limited_and_the_limit_refills(void **state)
{
    (void)state;
    for (int i = 0; i < ICMP_ERROR_BURST + 10; i++)
        receive_for_no_port();
    assert_int_equal(host.sent_count, ICMP_ERROR_BURST);
    assert_int_equal(drops(DROP_SENT_ICMP_LIMIT), 10);
    pass(MS(5));
    for (int i = 0; i < 10; i++)
        receive_for_no_port();
    assert_int_equal(host.sent_count, ICMP_ERROR_BURST + 5);
}

static void the_limit_refills_by_the_clock_however_often_it_is_asked(void **state)
{
    (void)state;
    for (int i = 0; i < ICMP_ERROR_BURST; i++)
        receive_for_no_port();
    for (int i = 0; i < 10; i++) {
        pass(500);
        receive_for_no_port();
    }
    assert_int_equal(host.sent_count, ICMP_ERROR_BURST + 5);
}

static void an_error_quotes_the_start_of_what_it_is_about(void **state)
{
    (void)state;
    static const uint8_t long_payload[1400];
    const struct ipv4 ip = ip_from_peer(IPV4_PROTOCOL_UDP);
    const struct udp udp = {5000, 7, {long_payload, sizeof(long_payload)}};
    receive_udp(&ip, &udp);
    struct frame_view sent = sent_frame(0);
    struct icmp_quote quote;
    assert_int_equal(sent.icmp.code, ICMP_CODE_PORT);
    assert_true(icmp_parse_quote(&quote, &sent.icmp));
    assert_int_equal(quote.ip.src_ip, PEER_IP);
    assert_int_equal(quote.src_port, 5000);
    assert_int_equal(quote.dst_port, 7);
    assert_true(host.sent_len[0] <= ETHERNET_HEADER_LEN + 576);
}

/* ---- errors about what we sent: to a UDP socket at our port 4000, connected to the peer's 9 ----
 */

static struct {
    struct bell bell;
    struct udp_socket *udp;
} sender;

static int open_sender(void **state)
{
    if (open_host_beside_peer(state))
        return -1;
    const struct stack_addr local = {0, 4000}, peer = {PEER_IP, 9};
    bell_init(&sender.bell);
    stack_enter(host.stack);
    int error = udp_open_locked(&sender.udp, &sender.bell);
    if (error == 0)
        error = udp_bind_locked(host.stack, sender.udp, &local);
    if (error == 0)
        error = udp_connect_locked(host.stack, sender.udp, &peer);
    stack_leave(host.stack);
    return error;
}

static int close_sender(void **state)
{
    udp_close_locked(sender.udp);
    bell_fini(&sender.bell);
    return close_host(state);
}

#define SENDING(test) cmocka_unit_test_setup_teardown(test, open_sender, close_sender)

enum { QUOTED_LEN = IPV4_HEADER_MIN + UDP_HEADER_LEN };

/* What the sender sent, as an error quotes it. */
static struct span quote_from(uint32_t src_ip, uint8_t quoted[static QUOTED_LEN])
{
    const struct ipv4 ip = {
        .src_ip = src_ip, .dst_ip = PEER_IP, .ttl = 63, .protocol = IPV4_PROTOCOL_UDP};
    const struct segment_addresses addresses = {src_ip, PEER_IP};
    const struct udp udp = {4000, 9, {0}};
    ipv4_emit(&ip, UDP_HEADER_LEN, quoted);
    udp_emit(&udp, quoted + IPV4_HEADER_MIN, UDP_HEADER_LEN, &addresses);
    return (struct span){quoted, QUOTED_LEN};
}

static void receive_error(uint8_t type, uint8_t code, struct span quoted)
{
    const struct ipv4 ip = ip_from_peer(IPV4_PROTOCOL_ICMP);
    const struct icmp_message message = {.type = type, .code = code, .payload = quoted};
    receive_icmp(&ip, &message);
}

static void hard_errors_reach_the_socket_they_are_about(void **state)
{
    (void)state;
    static const struct {
        uint8_t code;
        int error;
    } cases[] = {
        {ICMP_CODE_PROTOCOL, -ENOPROTOOPT},
        {ICMP_CODE_PORT, -ECONNREFUSED},
        {ICMP_CODE_FRAG_NEEDED, -EMSGSIZE},
        {13, -EHOSTUNREACH},
    };
    uint8_t quoted[QUOTED_LEN];
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        receive_error(ICMP_TYPE_UNREACHABLE, cases[i].code, quote_from(OUR_IP, quoted));
        assert_int_equal(sender.udp->error, cases[i].error);
        sender.udp->error = 0;
    }
}

static void soft_errors_are_forgotten_by_udp(void **state)
{
    (void)state;
    uint8_t quoted[QUOTED_LEN];
    receive_error(ICMP_TYPE_UNREACHABLE, ICMP_CODE_NET, quote_from(OUR_IP, quoted));
    receive_error(ICMP_TYPE_UNREACHABLE, ICMP_CODE_HOST, quote_from(OUR_IP, quoted));
    receive_error(ICMP_TYPE_TIME_EXCEEDED, 0, quote_from(OUR_IP, quoted));
    assert_int_equal(sender.udp->error, 0);
}

static void an_error_about_what_another_host_sent_is_dropped(void **state)
{
    (void)state;
    uint8_t quoted[QUOTED_LEN];
    receive_error(ICMP_TYPE_UNREACHABLE, ICMP_CODE_PORT, quote_from(OUR_IP + 3, quoted));
    assert_dropped(DROP_ICMP_QUOTE);
    assert_int_equal(sender.udp->error, 0);
}

static void an_error_with_too_short_a_quote_is_dropped(void **state)
{
    (void)state;
    uint8_t quoted[QUOTED_LEN];
    struct span quote = quote_from(OUR_IP, quoted);
    for (quote.len = 0; quote.len < IPV4_HEADER_MIN + 4; quote.len++)
        receive_error(ICMP_TYPE_UNREACHABLE, ICMP_CODE_PORT, quote);
    assert_int_equal(drops(DROP_ICMP_QUOTE), IPV4_HEADER_MIN + 4);
    assert_int_equal(sender.udp->error, 0);
}

static void errors_that_nobody_defined_are_dropped(void **state)
{
    (void)state;
    uint8_t quoted[QUOTED_LEN];
    receive_error(ICMP_TYPE_UNREACHABLE, 16, quote_from(OUR_IP, quoted));
    assert_dropped(DROP_ICMP_TYPE);
    receive_error(4, 0, quote_from(OUR_IP, quoted)); /* source quench: RFC 6633 section 3 */
    receive_error(5, 1, quote_from(OUR_IP, quoted)); /* redirect: there is no router */
    assert_int_equal(drops(DROP_ICMP_TYPE), 3);
    assert_int_equal(sender.udp->error, 0);
}

static void an_error_is_never_answered_by_an_error(void **state)
{
    (void)state;
    uint8_t quoted[QUOTED_LEN];
    quote_from(OUR_IP, quoted);
    quoted[9] = 99; /* no such protocol here */
    receive_error(ICMP_TYPE_UNREACHABLE, ICMP_CODE_PROTOCOL, (struct span){quoted, QUOTED_LEN});
    assert_int_equal(host.sent_count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BESIDE_PEER(an_echo_comes_back_as_it_was),
        BESIDE_PEER(an_echo_to_everybody_is_not_answered),
        BESIDE_PEER(a_message_shorter_than_its_header_is_dropped),
        BESIDE_PEER(a_checksum_off_by_one_is_dropped),
        BESIDE_PEER(what_is_nothing_to_us_is_dropped),
        BESIDE_PEER(errors_are_limited_and_the_limit_refills),
        BESIDE_PEER(the_limit_refills_by_the_clock_however_often_it_is_asked),
        BESIDE_PEER(an_error_quotes_the_start_of_what_it_is_about),
        SENDING(hard_errors_reach_the_socket_they_are_about),
        SENDING(soft_errors_are_forgotten_by_udp),
        SENDING(an_error_about_what_another_host_sent_is_dropped),
        SENDING(an_error_with_too_short_a_quote_is_dropped),
        SENDING(errors_that_nobody_defined_are_dropped),
        SENDING(an_error_is_never_answered_by_an_error),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
