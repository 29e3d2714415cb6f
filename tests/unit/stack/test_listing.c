/* common/stack/listing.c: every TCP socket of a host, with its queues and its next timer. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "stack/listing.h"
#include "tests/unit/resources.h"
#include "tests/unit/stack/peer.h"

enum { LISTED_MAX = 8 };

struct listed {
    int count;
    struct stack_entry entry[LISTED_MAX];
};

static void keep(const struct stack_entry *entry, void *arg)
{
    struct listed *listed = arg;
    if (listed->count < LISTED_MAX)
        listed->entry[listed->count] = *entry;
    listed->count++;
}

/* The one entry in `state`. */
static struct stack_entry the_one_in(enum tcp_state state)
{
    struct listed listed = {0};
    struct stack_entry found = {0};
    int matches = 0;
    stack_list(host.stack, keep, &listed);
    assert_true(listed.count <= LISTED_MAX);
    for (int i = 0; i < listed.count; i++) {
        if (listed.entry[i].state != state)
            continue;
        found = listed.entry[i];
        matches++;
    }
    assert_int_equal(matches, 1);
    return found;
}

static int count_all(void)
{
    struct listed listed = {0};
    stack_list(host.stack, keep, &listed);
    return listed.count;
}

static void a_listener_tells_who_waits_and_its_backlog(void **state)
{
    (void)state;
    int listener = listening(5);
    shake(1001);
    shake(1002);
    struct stack_entry entry = the_one_in(STATE_LISTEN);
    assert_int_equal(entry.local.port, OUR_PORT);
    assert_int_equal(entry.recv_queue, 2);
    assert_int_equal(entry.send_queue, 5);
    assert_int_equal(entry.timer, STACK_TIMER_NONE);
    assert_int_equal(count_all(), 3);
    close_all(&listener, 1);
}

static void a_half_open_connection_counts_its_time_outs(void **state)
{
    (void)state;
    int listener = listening(5);
    shake_first_half(1001);
    struct stack_entry entry = the_one_in(STATE_SYN_RECEIVED);
    assert_int_equal(entry.peer.ip, PEER_IP);
    assert_int_equal(entry.peer.port, 1001);
    assert_int_equal(entry.timer, STACK_TIMER_RETRANSMIT);
    assert_in_range(entry.timer_us, MS(999), SECONDS(1));
    assert_int_equal(entry.timer_count, 0);
    pass(MS(1500));
    entry = the_one_in(STATE_SYN_RECEIVED);
    assert_int_equal(entry.timer_count, 1);
    assert_in_range(entry.timer_us, MS(1499), MS(1501));
    close_all(&listener, 1);
}

static void octets_unread_and_unacknowledged_are_told(void **state)
{
    (void)state;
    int listener = listening(5);
    uint32_t ack = shake(PEER_PORT);
    int sock = accepted(listener);
    receive_text(PEER_ISS + 1, ack, "hello");
    assert_int_equal(socket_send(host.stack, sock, text("you too"), 0, NULL), 7);
    struct stack_entry entry = the_one_in(STATE_ESTABLISHED);
    assert_int_equal(entry.recv_queue, 5);
    assert_int_equal(entry.send_queue, 7);
    assert_int_equal(entry.timer, STACK_TIMER_RETRANSMIT);
    close_all((int[]){sock, listener}, 2);
}

static void who_ended_first_is_listed_until_time_wait_is_over(void **state)
{
    (void)state;
    int listener = listening(5);
    uint32_t ack = shake(PEER_PORT);
    int sock = accepted(listener);
    close_all((int[]){sock, listener}, 2);
    receive_flags(TCP_FIN | TCP_ACK, PEER_ISS + 1, ack + 1);
    pass(SECONDS(20));
    struct stack_entry entry = the_one_in(STATE_TIME_WAIT);
    assert_int_equal(entry.timer, STACK_TIMER_TIME_WAIT);
    assert_in_range(entry.timer_us, SECONDS(40) - MS(1), SECONDS(40));
    pass(SECONDS(40));
    assert_int_equal(count_all(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BESIDE_PEER(a_listener_tells_who_waits_and_its_backlog),
        BESIDE_PEER(a_half_open_connection_counts_its_time_outs),
        BESIDE_PEER(octets_unread_and_unacknowledged_are_told),
        BESIDE_PEER(who_ended_first_is_listed_until_time_wait_is_over),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
