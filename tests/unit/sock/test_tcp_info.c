/* Reading the kernel's TCP_INFO record. */
#include "kernel.h"

#include "tests/unit/resources.h"

#include "sock/tcp_info.h"

static void established_socket_has_a_record(void **state)
{
    (void)state;
    struct sockaddr_in addr;
    int listener = listening(&addr, 1), client = connected(&addr);
    union sock_tcp_info info;
    assert_int_equal(sock_tcp_info(client, &info), 0);
    assert_int_equal(sock_tcp_state(info.known.tcpi_state), STATE_ESTABLISHED);
    assert_true(info.known.tcpi_snd_wnd > 0);
    assert_int_equal(sock_close(client), 0);
    assert_int_equal(sock_close(listener), 0);
}

/* What the client offers is what the server may send: both ends of one window. */
static void offered_window_is_the_peers_to_use(void **state)
{
    (void)state;
    struct sockaddr_in addr;
    int listener = listening(&addr, 1), client = connected(&addr), server = accepted(listener);
    struct span hello = {(const uint8_t *)"hello", 5};
    uint8_t got[8];
    assert_int_equal(sock_send(client, hello, 0, NULL, NEVER), 5);
    assert_int_equal(sock_recv(server, (struct buffer){got, 8}, 0, NULL, NEVER), 5);
    union sock_tcp_info info, peer;
    assert_int_equal(sock_tcp_info(client, &info), 0);
    assert_int_equal(sock_tcp_info(server, &peer), 0);
    uint32_t offered = sock_tcp_rcv_wnd(&info);
    if (offered) /* kernels before 6.2 do not tell */
        assert_in_range(peer.known.tcpi_snd_wnd, offered - 128, offered + 128);
    assert_int_equal(sock_close(client), 0);
    assert_int_equal(sock_close(server), 0);
    assert_int_equal(sock_close(listener), 0);
}

static void datagram_socket_has_none(void **state)
{
    (void)state;
    int fd = netns_socket(-1, (struct socket_kind){.domain = AF_INET, .type = SOCK_DGRAM});
    union sock_tcp_info info;
    assert_true(sock_tcp_info(fd, &info) < 0);
    assert_int_equal(sock_close(fd), 0);
}

static void shorter_records_are_filled_with_zeros(void **state)
{
    (void)state;
    union sock_tcp_info info;
    memset(&info, 0xff, sizeof(info));
    uint8_t record[8] = {1};
    sock_tcp_info_copy(&info, record, sizeof(record));
    assert_int_equal(info.known.tcpi_state, 1);
    assert_int_equal(info.known.tcpi_snd_cwnd, 0);
    assert_int_equal(sock_tcp_rcv_wnd(&info), 0);
}

static void kernel_states_have_the_rfcs_names(void **state)
{
    (void)state;
    assert_string_equal(tcp_state_name(sock_tcp_state(1)), "ESTABLISHED");
    assert_string_equal(tcp_state_name(sock_tcp_state(6)), "TIME_WAIT");
    assert_string_equal(tcp_state_name(sock_tcp_state(11)), "CLOSING");
    assert_int_equal(sock_tcp_state(12), STATE_SYN_RECEIVED);
    assert_int_equal(sock_tcp_state(13), STATE_CLOSED);
    assert_int_equal(sock_tcp_state(0), STATE_CLOSED);
    assert_int_equal(sock_tcp_state(-1), STATE_CLOSED);
    assert_int_equal(sock_tcp_state(1000), STATE_CLOSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(established_socket_has_a_record),
        cmocka_unit_test(offered_window_is_the_peers_to_use),
        cmocka_unit_test(datagram_socket_has_none),
        cmocka_unit_test(shorter_records_are_filled_with_zeros),
        cmocka_unit_test(kernel_states_have_the_rfcs_names),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
