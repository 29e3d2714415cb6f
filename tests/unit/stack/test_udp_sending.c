/* common/stack/udp.c: what sending may not do, who may have a port, and who hears of errors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/resources.h"
#include "tests/unit/stack/udp_sockets.h"

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
