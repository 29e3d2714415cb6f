/* Datagrams over both back-ends: boundaries kept, truncation told, sizes refused. */
#include "pair.h"

#include "tests/unit/resources.h"

#include "sock/sock.h"

/* `from` is the client's, `to` the server's. */
struct ends {
    int from, to;
    struct net_addr from_addr, to_addr;
};

static void ends_open(struct ends *ends)
{
    ends->from = bound(world.client, NET_DGRAM, &ends->from_addr);
    ends->to = bound(world.server, NET_DGRAM, &ends->to_addr);
}

static void ends_close(const struct ends *ends)
{
    assert_int_equal(net_close(world.client, ends->from), 0);
    assert_int_equal(net_close(world.server, ends->to), 0);
}

static void send_text(const struct ends *ends, const char *text)
{
    struct span data = {(const uint8_t *)text, strlen(text)};
    assert_int_equal(net_sendto(world.client, ends->from, data, &ends->to_addr), data.len);
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
    assert_int_equal(net_recvfrom(world.server, ends.to, room, 0, &from), 3);
    assert_int_equal(from.port, ends.from_addr.port);
    assert_int_equal(from.ip, ip_of(world.client));
    assert_int_equal(net_recvfrom(world.server, ends.to, room, 0, NULL), 0);
    assert_int_equal(net_recvfrom(world.server, ends.to, room, 0, NULL), 5);
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
    assert_int_equal(net_recvfrom(world.server, ends.to, room, 0, NULL), 4);
    assert_int_equal(net_recvfrom(world.server, ends.to, room, NET_TRUNC, NULL), 10);
    assert_memory_equal(got, "0123", 4);
    assert_int_equal(net_recvfrom(world.server, ends.to, room, NET_DONTWAIT, NULL), -EAGAIN);
    ends_close(&ends);
}

static void connected_socket_hears_only_its_peer(void **state)
{
    (void)state;
    struct ends ends;
    ends_open(&ends);
    struct net_addr other_addr;
    int other = bound(world.client, NET_DGRAM, &other_addr);
    assert_int_equal(net_connect(world.server, ends.to, &ends.from_addr), 0);
    struct span data = {(const uint8_t *)"no", 2};
    assert_int_equal(net_sendto(world.client, other, data, &ends.to_addr), 2);
    send_text(&ends, "yes");
    hear(world.server, ends.to, "yes");
    say(world.server, ends.to, "back");
    hear(world.client, ends.from, "back");
    assert_int_equal(net_close(world.client, other), 0);
    ends_close(&ends);
}

static void nobody_there_is_told_to_a_connected_socket(void **state)
{
    (void)state;
    struct ends ends;
    ends_open(&ends);
    assert_int_equal(net_connect(world.client, ends.from, &ends.to_addr), 0);
    assert_int_equal(net_close(world.server, ends.to), 0);
    say(world.client, ends.from, "anybody?");
    char got;
    assert_int_equal(net_recv(world.client, ends.from, &got, 1, 0), -ECONNREFUSED);
    ends.to = net_socket(world.server, NET_DGRAM);
    ends_close(&ends);
}

static void more_than_the_network_takes_is_refused(void **state)
{
    (void)state;
    struct ends ends;
    ends_open(&ends);
    enum { HEADERS = 28, LOOPBACK = 65535, ETHERNET = 1500 }; /* IP's and UDP's; MTUs */
    static const uint8_t much[LOOPBACK];
    struct span data = {much, (world.testbed ? ETHERNET : LOOPBACK) - HEADERS + 1};
    assert_int_equal(net_sendto(world.client, ends.from, data, &ends.to_addr), -EMSGSIZE);
    data.len--;
    assert_int_equal(net_sendto(world.client, ends.from, data, &ends.to_addr), data.len);
    ends_close(&ends);
}

/* Loopback's MTU is as large as a datagram can be: on other links the kernel would cut it up. */
static void kernel_is_told_not_to_cut_up(void **state)
{
    (void)state;
    int discovery = 0, sock = net_socket(world.client, NET_DGRAM);
    assert_int_equal(sock_get(sock, IPPROTO_IP, IP_MTU_DISCOVER, &discovery), 0);
    assert_int_equal(discovery, IP_PMTUDISC_DO);
    assert_int_equal(net_close(world.client, sock), 0);
}

static void broadcast_needs_permission(void **state)
{
    (void)state;
    struct ends ends;
    ends_open(&ends);
    uint32_t host_bits = world.testbed ? 0xff : 0xffffff;
    struct net_addr all = {ends.to_addr.ip | host_bits, ends.to_addr.port};
    struct span data = {(const uint8_t *)"x", 1};
    assert_int_equal(net_sendto(world.client, ends.from, data, &all), -EACCES);
    set_option(world.client, ends.from, NET_SO_BROADCAST, 1);
    assert_int_equal(net_sendto(world.client, ends.from, data, &all), 1);
    ends_close(&ends);
}

static void info_tells_addresses_and_what_waits(void **state)
{
    (void)state;
    struct ends ends;
    ends_open(&ends);
    send_text(&ends, "four");
    wait_for(world.server, ends.to, NET_IN);
    struct net_info info;
    assert_int_equal(net_info(world.server, ends.to, &info), 0);
    assert_int_equal(info.state, STATE_CLOSED);
    assert_int_equal(info.unread, 4);
    assert_int_equal(info.local.port, ends.to_addr.port);
    ends_close(&ends);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EVERYWHERE(each_datagram_is_one_receive_from_its_sender),
        EVERYWHERE(short_buffer_cuts_silently_unless_asked),
        EVERYWHERE(connected_socket_hears_only_its_peer),
        EVERYWHERE(nobody_there_is_told_to_a_connected_socket),
        EVERYWHERE(more_than_the_network_takes_is_refused),
        ON_KERNEL(kernel_is_told_not_to_cut_up),
        EVERYWHERE(broadcast_needs_permission),
        EVERYWHERE(info_tells_addresses_and_what_waits),
    };
    worlds_enter();
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
