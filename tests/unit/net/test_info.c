/* info: states, bytes and microseconds from both back-ends; the kernel's TCP_INFO made into them.
 */
#include "pair.h"

#include "tests/unit/resources.h"

#include "net/net_kernel_info.h"

static struct net_info info_of(struct net *net, int sock)
{
    struct net_info info;
    assert_int_equal(net_info(net, sock, &info), 0);
    return info;
}

static void connection_tells_both_ends_and_its_windows(void **state)
{
    struct pair *pair = *state;
    struct net_info info = info_of(world.client, pair->client);
    assert_int_equal(info.state, STATE_ESTABLISHED);
    assert_int_equal(info.peer.port, pair->addr.port);
    assert_int_equal(info.peer.ip, ip_of(world.server));
    assert_int_equal(info.local.port, info_of(world.server, pair->server).peer.port);
    assert_true(info.snd_mss > 0);
    assert_true(info.cwnd >= info.snd_mss);
    assert_int_equal(info.ssthresh, UINT32_MAX);
    assert_true(info.snd_wnd > 0);
    assert_true(info.rto_us >= MS(1));
    assert_true(strlen(info.congestion) > 0);
}

static void queues_are_in_bytes(void **state)
{
    struct pair *pair = *state;
    say(world.client, pair->client, "hello");
    wait_for(world.server, pair->server, NET_IN);
    assert_int_equal(info_of(world.server, pair->server).unread, 5);
    hear(world.server, pair->server, "hello");
    assert_int_equal(info_of(world.server, pair->server).unread, 0);
}

static void what_the_peer_does_not_take_waits_unsent(void **state)
{
    struct pair *pair = *state;
    static const char much[1 << 20];
    while (net_send(world.client, pair->client, much, sizeof(much), NET_DONTWAIT) > 0)
        ;
    struct net_info info = info_of(world.client, pair->client);
    assert_true(info.unsent > 0);
}

static void listener_tells_its_queue(void **state)
{
    (void)state;
    struct net *net = world.server;
    struct net_addr addr;
    int listener = bound(net, NET_STREAM, &addr);
    assert_int_equal(net_listen(net, listener, 3), 0);
    int client = net_socket(world.client, NET_STREAM);
    assert_int_equal(net_connect(world.client, client, &addr), 0);
    wait_for(net, listener, NET_IN);
    struct net_info info = info_of(net, listener);
    assert_int_equal(info.state, STATE_LISTEN);
    assert_int_equal(info.accept_queue, 1);
    assert_int_equal(info.accept_limit, 3);
    assert_int_equal(info.peer.port, 0);
    assert_int_equal(net_close(world.client, client), 0);
    assert_int_equal(net_close(net, listener), 0);
}

/* A closed port answers with a reset and counts what it threw away; the kernel tells nothing. */
static void host_counts_what_it_threw_away(void **state)
{
    (void)state;
    struct net_addr addr;
    int unheard = bound(world.server, NET_STREAM, &addr);
    int client = net_socket(world.client, NET_STREAM);
    struct net_host_info before = info_of(world.server, unheard).host;
    assert_int_equal(net_connect(world.client, client, &addr), -ECONNREFUSED);
    struct net_host_info after = info_of(world.server, unheard).host;
    bool counts = strcmp(net_name(world.server), "own") == 0;
    assert_int_equal(after.resets_sent - before.resets_sent, counts);
    assert_int_equal(after.dropped - before.dropped, counts);
    assert_true(after.frames_in > before.frames_in || !counts);
    assert_true(after.frames_out > before.frames_out || !counts);
    assert_int_equal(net_close(world.client, client), 0);
    assert_int_equal(net_close(world.server, unheard), 0);
}

static void states_are_walked_as_the_diagram_says(void **state)
{
    struct pair *pair = *state;
    assert_int_equal(net_shutdown(world.client, pair->client, NET_SHUT_WR), 0);
    wait_for(world.server, pair->server, NET_IN);
    for (usec_t end = SOON; clock_now() < end;) /* the ACK of the FIN may still be on its way */
        if (info_of(world.client, pair->client).state == STATE_FIN_WAIT_2)
            break;
    assert_int_equal(info_of(world.client, pair->client).state, STATE_FIN_WAIT_2);
    assert_int_equal(info_of(world.server, pair->server).state, STATE_CLOSE_WAIT);
}

static void fresh_socket_is_closed(void **state)
{
    (void)state;
    struct net *net = world.client;
    int sock = net_socket(net, NET_STREAM);
    struct net_info info = info_of(net, sock);
    assert_int_equal(info.state, STATE_CLOSED);
    assert_int_equal(info.local.port, 0);
    assert_int_equal(net_close(net, sock), 0);
}

/* A record as the kernel writes it; the sockets above cannot be brought to show these values. */
static void segments_become_bytes(void **state)
{
    (void)state;
    union sock_tcp_info record = {.known = {.tcpi_state = 1,
                                            .tcpi_snd_mss = 1448,
                                            .tcpi_snd_cwnd = 10,
                                            .tcpi_snd_ssthresh = 7,
                                            .tcpi_notsent_bytes = 99,
                                            .tcpi_min_rtt = UINT32_MAX,
                                            .tcpi_options = TCPI_OPT_SACK | TCPI_OPT_WSCALE,
                                            .tcpi_snd_wscale = 7,
                                            .tcpi_rcv_wscale = 9}};
    struct net_info info = {0};
    net_kernel_info_from(&info, &record);
    assert_int_equal(info.cwnd, 14480);
    assert_int_equal(info.ssthresh, 10136);
    assert_int_equal(info.unsent, 99);
    assert_int_equal(info.min_rtt_us, 0);
    assert_true(info.sack && info.wscale && !info.timestamps && !info.ecn);
    assert_int_equal(info.snd_wscale, 7);
    assert_int_equal(info.rcv_wscale, 9);
    record.known.tcpi_snd_cwnd = UINT32_MAX;
    net_kernel_info_from(&info, &record);
    assert_int_equal(info.cwnd, UINT32_MAX);
}

static void listeners_queue_is_no_window(void **state)
{
    (void)state;
    union sock_tcp_info record = {
        .known = {.tcpi_state = 10, .tcpi_unacked = 2, .tcpi_sacked = 5, .tcpi_rto = 1}};
    struct net_info info = {0};
    net_kernel_info_from(&info, &record);
    assert_int_equal(info.accept_queue, 2);
    assert_int_equal(info.accept_limit, 5);
    assert_int_equal(info.rto_us, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAIR_EVERYWHERE(connection_tells_both_ends_and_its_windows),
        PAIR_EVERYWHERE(queues_are_in_bytes),
        PAIR_EVERYWHERE(what_the_peer_does_not_take_waits_unsent),
        EVERYWHERE(listener_tells_its_queue),
        EVERYWHERE(host_counts_what_it_threw_away),
        PAIR_EVERYWHERE(states_are_walked_as_the_diagram_says),
        EVERYWHERE(fresh_socket_is_closed),
        cmocka_unit_test(segments_become_bytes),
        cmocka_unit_test(listeners_queue_is_no_window),
    };
    worlds_enter();
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
