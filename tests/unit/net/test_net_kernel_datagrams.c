/* Datagrams of the kernel: boundaries kept, truncation told, sizes refused. */
#include "pair.h"

#include "tests/unit/resources.h"

#include "sock/sock.h"

struct ends {
    struct net *net;
    int from, to;
    struct net_addr from_addr, to_addr;
};

static void ends_open(struct ends *ends)
{
    ends->net = kernel_net();
    ends->from = bound(ends->net, NET_DGRAM, &ends->from_addr);
    ends->to = bound(ends->net, NET_DGRAM, &ends->to_addr);
}

static void ends_close(struct ends *ends)
{
    assert_int_equal(net_close(ends->net, ends->from), 0);
    assert_int_equal(net_close(ends->net, ends->to), 0);
    net_free(ends->net);
}

static void send_text(struct ends *ends, const char *text)
{
    struct span data = {(const uint8_t *)text, strlen(text)};
    assert_int_equal(net_sendto(ends->net, ends->from, data, &ends->to_addr), data.len);
}

static void each_datagram_is_one_receive_from_its_sender(void **state)
{
    (void)state;
    struct ends ends;
    ends_open(&ends);
    send_text(&ends, "one");
    send_text(&ends, "");
    send_text(&ends, "three");
    uint8_t got[64];
    struct buffer room = {got, sizeof(got)};
    struct net_addr from = {0};
    assert_int_equal(net_recvfrom(ends.net, ends.to, room, 0, &from), 3);
    assert_int_equal(from.port, ends.from_addr.port);
    assert_int_equal(from.ip, NET_LOOPBACK);
    assert_int_equal(net_recvfrom(ends.net, ends.to, room, 0, NULL), 0);
    assert_int_equal(net_recvfrom(ends.net, ends.to, room, 0, NULL), 5);
    assert_memory_equal(got, "three", 5);
    ends_close(&ends);
}

static void short_buffer_cuts_silently_unless_asked(void **state)
{
    (void)state;
    struct ends ends;
    ends_open(&ends);
    send_text(&ends, "0123456789");
    send_text(&ends, "0123456789");
    uint8_t got[4];
    struct buffer room = {got, sizeof(got)};
    assert_int_equal(net_recvfrom(ends.net, ends.to, room, 0, NULL), 4);
    assert_int_equal(net_recvfrom(ends.net, ends.to, room, NET_TRUNC, NULL), 10);
    assert_memory_equal(got, "0123", 4);
    assert_int_equal(net_recvfrom(ends.net, ends.to, room, NET_DONTWAIT, NULL), -EAGAIN);
    ends_close(&ends);
}

static void connected_socket_hears_only_its_peer(void **state)
{
    (void)state;
    struct ends ends;
    ends_open(&ends);
    struct net_addr other_addr;
    int other = bound(ends.net, NET_DGRAM, &other_addr);
    assert_int_equal(net_connect(ends.net, ends.to, &ends.from_addr), 0);
    struct span data = {(const uint8_t *)"no", 2};
    assert_int_equal(net_sendto(ends.net, other, data, &ends.to_addr), 2);
    send_text(&ends, "yes");
    hear(ends.net, ends.to, "yes");
    say(ends.net, ends.to, "back");
    hear(ends.net, ends.from, "back");
    assert_int_equal(net_close(ends.net, other), 0);
    ends_close(&ends);
}

static void nobody_there_is_told_to_a_connected_socket(void **state)
{
    (void)state;
    struct ends ends;
    ends_open(&ends);
    assert_int_equal(net_connect(ends.net, ends.from, &ends.to_addr), 0);
    assert_int_equal(net_close(ends.net, ends.to), 0);
    say(ends.net, ends.from, "anybody?");
    char got;
    assert_int_equal(net_recv(ends.net, ends.from, &got, 1, 0), -ECONNREFUSED);
    ends.to = net_socket(ends.net, NET_DGRAM);
    ends_close(&ends);
}

static void more_than_the_network_takes_is_refused(void **state)
{
    (void)state;
    struct ends ends;
    ends_open(&ends);
    static const uint8_t much[65508]; /* one more than fits behind the IP and UDP headers */
    struct span data = {much, sizeof(much)};
    assert_int_equal(net_sendto(ends.net, ends.from, data, &ends.to_addr), -EMSGSIZE);
    data.len--;
    assert_int_equal(net_sendto(ends.net, ends.from, data, &ends.to_addr), data.len);
    int discovery = 0; /* loopback's MTU is as large as a datagram can be: others are smaller */
    assert_int_equal(sock_get(ends.from, IPPROTO_IP, IP_MTU_DISCOVER, &discovery), 0);
    assert_int_equal(discovery, IP_PMTUDISC_DO);
    ends_close(&ends);
}

static void broadcast_needs_permission(void **state)
{
    (void)state;
    struct ends ends;
    ends_open(&ends);
    struct net_addr all = {.ip = UINT32_C(0x7fffffff), .port = ends.to_addr.port};
    struct span data = {(const uint8_t *)"x", 1};
    assert_int_equal(net_sendto(ends.net, ends.from, data, &all), -EACCES);
    set_option(ends.net, ends.from, NET_SO_BROADCAST, 1);
    assert_int_equal(net_sendto(ends.net, ends.from, data, &all), 1);
    ends_close(&ends);
}

static void info_tells_addresses_and_what_waits(void **state)
{
    (void)state;
    struct ends ends;
    ends_open(&ends);
    send_text(&ends, "four");
    struct net_info info;
    assert_int_equal(net_info(ends.net, ends.to, &info), 0);
    assert_int_equal(info.state, STATE_CLOSED);
    assert_int_equal(info.unread, 4);
    assert_int_equal(info.local.port, ends.to_addr.port);
    ends_close(&ends);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_datagram_is_one_receive_from_its_sender),
        cmocka_unit_test(short_buffer_cuts_silently_unless_asked),
        cmocka_unit_test(connected_socket_hears_only_its_peer),
        cmocka_unit_test(nobody_there_is_told_to_a_connected_socket),
        cmocka_unit_test(more_than_the_network_takes_is_refused),
        cmocka_unit_test(broadcast_needs_permission),
        cmocka_unit_test(info_tells_addresses_and_what_waits),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
