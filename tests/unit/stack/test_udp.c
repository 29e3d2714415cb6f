/* common/stack/udp.c: who may have a port, who gets a datagram, and what sending may not do. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "packet/checksum.h"
#include "tests/unit/resources.h"
#include "tests/unit/stack/host.h"

enum { SOCKETS_MAX = 4 };

/* The sockets of a test, closed after it. */
static struct {
    struct bell bell;
    struct udp_socket *udp[SOCKETS_MAX];
    int count;
} ours;

static int open_with_sockets(void **state)
{
    bell_init(&ours.bell);
    ours.count = 0;
    return open_host_beside_peer(state);
}

static int close_with_sockets(void **state)
{
    while (ours.count > 0)
        udp_close_locked(ours.udp[--ours.count]);
    bell_fini(&ours.bell);
    return close_host(state);
}

#define UDP(test) cmocka_unit_test_setup_teardown(test, open_with_sockets, close_with_sockets)

static struct udp_socket *open_socket(void)
{
    struct udp_socket **udp = &ours.udp[ours.count++];
    assert_int_equal(udp_open_locked(udp, &ours.bell), 0);
    return *udp;
}

static int bind_to(struct udp_socket *udp, uint32_t ip, uint16_t port)
{
    const struct stack_addr addr = {ip, port};
    stack_enter(host.stack);
    int result = udp_bind_locked(host.stack, udp, &addr);
    stack_leave(host.stack);
    return result;
}

static int connect_to(struct udp_socket *udp, uint32_t ip, uint16_t port)
{
    const struct stack_addr addr = {ip, port};
    stack_enter(host.stack);
    int result = udp_connect_locked(host.stack, udp, &addr);
    stack_leave(host.stack);
    return result;
}

static int64_t send_to(struct udp_socket *udp, struct span data, const struct stack_addr *to)
{
    usec_t now = stack_enter(host.stack);
    int64_t result = udp_send_locked(host.stack, now, udp, data, to);
    stack_leave(host.stack);
    return result;
}

static int64_t send_text(struct udp_socket *udp, const char *words, uint32_t ip, uint16_t port)
{
    const struct stack_addr to = {ip, port};
    return send_to(udp, text(words), &to);
}

static struct udp_socket *bound_to(uint32_t ip, uint16_t port)
{
    struct udp_socket *udp = open_socket();
    assert_int_equal(bind_to(udp, ip, port), 0);
    return udp;
}

/* ---- what arrives ---- */

static void receive_text(uint32_t src_ip, uint16_t src_port, uint16_t dst_port, const char *words)
{
    struct ipv4 ip = ip_from_peer(IPV4_PROTOCOL_UDP);
    const struct udp udp = {src_port, dst_port, text(words)};
    ip.src_ip = src_ip;
    receive_udp(&ip, &udp);
}

static void assert_reads(struct udp_socket *udp, const char *words)
{
    char data[64] = {0};
    struct udp_receiving receiving = {.out = {(uint8_t *)data, sizeof(data) - 1}};
    assert_int_equal(udp_receive_locked(udp, &receiving), strlen(words));
    assert_string_equal(data, words);
}

static int64_t reads_nothing(struct udp_socket *udp)
{
    struct udp_receiving receiving = {0};
    return udp_receive_locked(udp, &receiving);
}

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
    assert_int_equal(connect_to(udp[1], PEER_IP, 9), 0);
    assert_int_equal(bind_to(udp[2], 0, 4000), 0);
    receive_text(PEER_IP, 9, 4000, "peer");
    receive_text(PEER_IP, 10, 4000, "stranger");
    assert_reads(udp[1], "peer");
    assert_reads(udp[0], "stranger");
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

/* ---- sending ---- */

static void a_datagram_leaves_from_a_port_of_its_own(void **state)
{
    (void)state;
    struct udp_socket *udp = open_socket();
    assert_int_equal(send_text(udp, "hello", PEER_IP, 9), 5);
    struct frame_view sent = sent_frame(0);
    assert_int_equal(sent.kind, FRAME_UDP);
    assert_int_equal(sent.ip.dst_ip, PEER_IP);
    assert_int_equal(sent.udp.dst_port, 9);
    assert_in_range(sent.udp.src_port, 32768, 60999);
    assert_memory_equal(sent.udp.payload.data, "hello", 5);
    receive_text(PEER_IP, 9, sent.udp.src_port, "answer");
    assert_reads(udp, "answer");
}

static void a_connected_socket_needs_no_address(void **state)
{
    (void)state;
    struct udp_socket *udp = open_socket();
    assert_int_equal(send_to(udp, text("x"), NULL), -EDESTADDRREQ);
    assert_int_equal(connect_to(udp, PEER_IP, 9), 0);
    assert_int_equal(udp->local.ip, OUR_IP);
    assert_int_equal(send_to(udp, text("x"), NULL), 1);
    assert_int_equal(sent_frame(0).udp.dst_port, 9);
}

static void a_datagram_fills_a_frame_and_no_more(void **state)
{
    (void)state;
    static const uint8_t octets[1473];
    const struct stack_addr to = {PEER_IP, 9};
    struct udp_socket *udp = open_socket();
    assert_int_equal(send_to(udp, (struct span){octets, 1472}, &to), 1472);
    assert_int_equal(send_to(udp, (struct span){octets, 1473}, &to), -EMSGSIZE);
    assert_int_equal(host.sent_count, 1);
    assert_int_equal(host.sent_len[0], FRAME_MAX);
}

static void a_broadcast_needs_permission(void **state)
{
    (void)state;
    struct udp_socket *udp = open_socket();
    assert_int_equal(send_text(udp, "all", BROADCAST, 9), -EACCES);
    assert_int_equal(connect_to(udp, BROADCAST, 9), -EACCES);
    udp->broadcast = true;
    assert_int_equal(send_text(udp, "all", BROADCAST, 9), 3);
    assert_int_equal(send_text(udp, "all", UINT32_MAX, 9), 3);
    for (int i = 0; i < 2; i++) {
        struct frame_view sent = sent_frame(i);
        assert_true(mac_is_broadcast(&sent.ethernet.dst));
    }
}

static void impossible_targets_are_refused(void **state)
{
    (void)state;
    struct udp_socket *udp = open_socket();
    assert_int_equal(send_text(udp, "x", PEER_IP, 0), -EINVAL);
    assert_int_equal(send_text(udp, "x", 0x0a000102, 9), -ENETUNREACH);
    assert_int_equal(connect_to(udp, 0x0a000102, 9), -ENETUNREACH);
    assert_int_equal(host.sent_count, 0);
}

static void after_shutdown_nothing_is_sent_and_the_queue_ends(void **state)
{
    (void)state;
    struct udp_socket *udp = bound_to(0, 4000);
    receive_text(PEER_IP, 9, 4000, "last");
    stack_enter(host.stack);
    udp_shutdown_locked(host.stack, udp, true, true);
    stack_leave(host.stack);
    assert_int_equal(send_text(udp, "x", PEER_IP, 9), -EPIPE);
    assert_reads(udp, "last");
    assert_int_equal(reads_nothing(udp), 0);
    receive_text(PEER_IP, 9, 4000, "too late");
    assert_int_equal(reads_nothing(udp), 0);
}

/* ---- ports ---- */

static void a_port_has_one_owner(void **state)
{
    (void)state;
    bound_to(OUR_IP, 4000);
    struct udp_socket *udp = open_socket();
    assert_int_equal(bind_to(udp, OUR_IP, 4000), -EADDRINUSE);
    assert_int_equal(bind_to(udp, 0, 4000), -EADDRINUSE);
    assert_int_equal(bind_to(udp, BROADCAST, 4000), 0);
    assert_int_equal(bind_to(udp, 0, 4001), -EINVAL);
}

static void a_port_is_shared_only_when_all_agree(void **state)
{
    (void)state;
    struct udp_socket *first = open_socket(), *second = open_socket();
    first->reuse_addr = true;
    assert_int_equal(bind_to(first, 0, 4000), 0);
    assert_int_equal(bind_to(second, 0, 4000), -EADDRINUSE);
    second->reuse_addr = true;
    assert_int_equal(bind_to(second, 0, 4000), 0);
}

static void another_hosts_address_cannot_be_bound(void **state)
{
    (void)state;
    assert_int_equal(bind_to(open_socket(), PEER_IP, 4000), -EADDRNOTAVAIL);
}

static void port_zero_is_given_a_free_one(void **state)
{
    (void)state;
    struct udp_socket *a = bound_to(0, 0), *b = bound_to(0, 0);
    assert_in_range(a->local.port, 32768, 60999);
    assert_int_not_equal(a->local.port, b->local.port);
}

/* ---- errors ---- */

/* The peer says that nobody has the port to which `index` was sent. */
static void receive_refusal(int index)
{
    struct frame_view sent = sent_frame(index);
    const struct ipv4 ip = ip_from_peer(IPV4_PROTOCOL_ICMP);
    const struct icmp_message refusal = {
        .type = ICMP_TYPE_UNREACHABLE,
        .code = ICMP_CODE_PORT,
        .payload = sent.ethernet.payload,
    };
    receive_icmp(&ip, &refusal);
}

static void a_refusal_is_told_once_to_a_connected_socket(void **state)
{
    (void)state;
    struct udp_socket *udp = open_socket();
    connect_to(udp, PEER_IP, 9);
    send_to(udp, text("x"), NULL);
    receive_refusal(0);
    assert_int_equal(reads_nothing(udp), -ECONNREFUSED);
    assert_int_equal(reads_nothing(udp), -EAGAIN);
    receive_refusal(0);
    assert_int_equal(send_to(udp, text("x"), NULL), -ECONNREFUSED);
    assert_int_equal(send_to(udp, text("x"), NULL), 1);
}

static void a_refusal_means_nothing_to_an_unconnected_socket(void **state)
{
    (void)state;
    struct udp_socket *udp = open_socket();
    send_text(udp, "x", PEER_IP, 9);
    receive_refusal(0);
    assert_int_equal(reads_nothing(udp), -EAGAIN);
}

static void a_missing_neighbour_is_told_to_a_connected_socket(void **state)
{
    (void)state;
    struct udp_socket *udp = open_socket();
    connect_to(udp, PEER_IP + 1, 9);
    assert_int_equal(send_to(udp, text("x"), NULL), 1);
    pass(SECONDS(3));
    assert_int_equal(reads_nothing(udp), -EHOSTUNREACH);
}

/* ---- waiting ---- */

static struct udp_socket *awaited;

static void wait_for_datagram(void *arg)
{
    usec_t now = stack_enter(host.stack);
    while (reads_nothing(awaited) == -EAGAIN)
        now = bell_wait_locked(host.stack, &ours.bell, NEVER);
    *(usec_t *)arg = now;
    stack_leave(host.stack);
}

static void who_waits_is_woken_by_a_datagram(void **state)
{
    (void)state;
    struct thread *thread;
    usec_t woken = 0;
    awaited = bound_to(0, 4000);
    assert_int_equal(thread_start(&thread, "reader", wait_for_datagram, &woken), 0);
    pass(MS(7));
    usec_t sent = clock_now();
    receive_text(PEER_IP, 9, 4000, "wake up");
    thread_join(thread);
    assert_in_range(woken, sent, sent + 10);
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
        UDP(a_datagram_leaves_from_a_port_of_its_own),
        UDP(a_connected_socket_needs_no_address),
        UDP(a_datagram_fills_a_frame_and_no_more),
        UDP(a_broadcast_needs_permission),
        UDP(impossible_targets_are_refused),
        UDP(after_shutdown_nothing_is_sent_and_the_queue_ends),
        UDP(a_port_has_one_owner),
        UDP(a_port_is_shared_only_when_all_agree),
        UDP(another_hosts_address_cannot_be_bound),
        UDP(port_zero_is_given_a_free_one),
        UDP(a_refusal_is_told_once_to_a_connected_socket),
        UDP(a_refusal_means_nothing_to_an_unconnected_socket),
        UDP(a_missing_neighbour_is_told_to_a_connected_socket),
        UDP(who_waits_is_woken_by_a_datagram),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
