/* SOCK_DIAG finds the sockets that loopback shows, each in its state. */
#include "kernel.h"

#include "tests/unit/resources.h"

#include "sock/diag.h"

/* The sockets at one port, local or remote; between two ports when `other` is not 0, because what
 * an earlier run left in TIME_WAIT may share one. */
struct found {
    uint16_t port, other;
    size_t count;
    struct sock_diag_entry entries[8];
};

static bool has_port(const struct sock_diag_entry *entry, uint16_t port)
{
    return entry->local_port == port || entry->remote_port == port;
}

static void take(const struct sock_diag_entry *entry, void *arg)
{
    struct found *found = arg;
    if (!has_port(entry, found->port) || (found->other && !has_port(entry, found->other)))
        return;
    if (found->count < 8)
        found->entries[found->count] = *entry;
    found->count++;
}

static struct found list(uint16_t port, uint16_t other, uint32_t states)
{
    struct sock_diag *diag;
    struct found found = {.port = port, .other = other};
    assert_int_equal(sock_diag_open(&diag, -1), 0);
    assert_int_equal(sock_diag_list(diag, states, take, &found), 0);
    sock_diag_close(diag);
    return found;
}

/* Until exactly one such socket is in one of `states`. */
static struct sock_diag_entry wait_for_one(uint16_t port, uint16_t other, uint32_t states)
{
    struct found found;
    usec_t end = clock_now() + SECONDS(10);
    do {
        found = list(port, other, states);
    } while (found.count != 1 && clock_now() < end);
    assert_int_equal(found.count, 1);
    return found.entries[0];
}

static void listener_shows_its_queue_and_limit(void **state)
{
    (void)state;
    struct sockaddr_in addr;
    int listener = listening(&addr, 3), client = connected(&addr);
    uint16_t port = ntohs(addr.sin_port);
    struct sock_diag_entry entry = wait_for_one(port, 0, 1U << STATE_LISTEN);
    assert_int_equal(entry.local_port, port);
    assert_int_equal(entry.local_ip, INADDR_LOOPBACK);
    assert_int_equal(entry.remote_port, 0);
    assert_int_equal(entry.recv_queue, 1);
    assert_int_equal(entry.send_queue, 3);
    assert_int_equal(sock_close(client), 0);
    assert_int_equal(sock_close(listener), 0);
}

static void both_ends_show_with_info_and_queues(void **state)
{
    (void)state;
    struct sockaddr_in addr;
    int listener = listening(&addr, 1), client = connected(&addr), server = accepted(listener);
    uint16_t port = ntohs(addr.sin_port);
    struct span hello = {(const uint8_t *)"hello", 5};
    assert_int_equal(sock_send(client, hello, 0, NULL, NEVER), 5);
    assert_int_equal(sock_poll(&(struct pollfd){.fd = server, .events = POLLIN}, 1, NEVER), 1);
    struct found found = list(port, 0, 1U << STATE_ESTABLISHED);
    assert_int_equal(found.count, 2);
    const struct sock_diag_entry *entry = &found.entries[found.entries[0].local_port != port];
    assert_int_equal(entry->local_port, port);
    assert_int_equal(entry->recv_queue, 5);
    assert_true(entry->has_info);
    assert_int_equal(sock_tcp_state(entry->info.known.tcpi_state), STATE_ESTABLISHED);
    assert_true(entry->inode > 0);
    assert_int_equal(sock_close(client), 0);
    assert_int_equal(sock_close(server), 0);
    assert_int_equal(sock_close(listener), 0);
}

static void time_wait_shows_its_timer_after_the_descriptor_is_gone(void **state)
{
    (void)state;
    struct sockaddr_in addr;
    int listener = listening(&addr, 1), client = connected(&addr), server = accepted(listener);
    struct sockaddr_in local;
    assert_int_equal(sock_local(client, &local), 0);
    uint16_t port = ntohs(addr.sin_port), other = ntohs(local.sin_port);
    assert_int_equal(sock_close(client), 0);
    assert_int_equal(sock_poll(&(struct pollfd){.fd = server, .events = POLLIN}, 1, NEVER), 1);
    assert_int_equal(sock_close(server), 0);
    struct sock_diag_entry entry = wait_for_one(port, other, 1U << STATE_TIME_WAIT);
    assert_int_equal(entry.remote_port, port);
    assert_int_equal(entry.timer, SOCK_TIMER_TIME_WAIT);
    assert_in_range(entry.timer_us, SECONDS(30), SECONDS(61));
    assert_int_equal(entry.inode, 0);
    assert_false(entry.has_info);
    assert_int_equal(sock_close(listener), 0);
}

/* The listener has room for one: the second SYN goes unanswered and is resent. */
static void syn_sent_shows_its_retransmit_timer(void **state)
{
    (void)state;
    struct sockaddr_in addr;
    int listener = listening(&addr, 0), first = connected(&addr), second = tcp_socket();
    assert_int_equal(sock_connect(second, &addr, clock_now() + MS(10)), -EINPROGRESS);
    struct sock_diag_entry entry = wait_for_one(ntohs(addr.sin_port), 0, 1U << STATE_SYN_SENT);
    assert_int_equal(entry.timer, SOCK_TIMER_RETRANSMIT);
    assert_in_range(entry.timer_us, 0, SECONDS(3));
    assert_int_equal(sock_close(second), 0);
    assert_int_equal(sock_close(first), 0);
    assert_int_equal(sock_close(listener), 0);
}

static void one_conversation_lists_as_often_as_asked(void **state)
{
    (void)state;
    struct sockaddr_in addr;
    int listener = listening(&addr, 1);
    struct sock_diag *diag;
    struct found found = {.port = ntohs(addr.sin_port)};
    assert_int_equal(sock_diag_open(&diag, -1), 0);
    for (size_t i = 1; i <= 5; i++) {
        assert_int_equal(sock_diag_list(diag, 1U << STATE_LISTEN, take, &found), 0);
        assert_int_equal(found.count, i);
    }
    sock_diag_close(diag);
    assert_int_equal(sock_close(listener), 0);
}

static void more_sockets_than_one_answer_holds(void **state)
{
    (void)state;
    enum { MANY = 200 };
    struct sockaddr_in addr;
    int listener = listening(&addr, MANY), clients[MANY];
    for (int i = 0; i < MANY; i++)
        clients[i] = connected(&addr);
    struct found found = list(ntohs(addr.sin_port), 0, 1U << STATE_ESTABLISHED);
    assert_int_equal(found.count, 2 * MANY);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(sock_close(clients[i]), 0);
    assert_int_equal(sock_close(listener), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(listener_shows_its_queue_and_limit),
        cmocka_unit_test(both_ends_show_with_info_and_queues),
        cmocka_unit_test(time_wait_shows_its_timer_after_the_descriptor_is_gone),
        cmocka_unit_test(syn_sent_shows_its_retransmit_timer),
        cmocka_unit_test(one_conversation_lists_as_often_as_asked),
        cmocka_unit_test(more_sockets_than_one_answer_holds),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
