/* The kernel's states and windows, told as events. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "tests/unit/resources.h"
#include "tests/unit/testbed/listener.h"
#include "tests/unit/testbed/talk.h"
#include "tests/unit/testbed/tier.h"

static struct listener listener;

/* Delayed, so that each state lasts longer than a sample takes, and a busy machine stalls. */
static struct testbed *open_sampled(bool sample)
{
    const struct testbed_config config = {
        .medium.both.delay = MS(100), .sink = &listener.sink, .sample = sample};
    struct testbed *testbed = NULL;
    struct fault fault = {0};
    listener.count = 0;
    if (testbed_open(&testbed, &config, &fault))
        fail_msg("%s", fault.text);
    return testbed;
}

static bool has_come(char host, enum tcp_state from, enum tcp_state to)
{
    bool found = false;
    monitor_enter(&listener.monitor);
    for (size_t i = 0; i < listener.count && !found; i++) {
        const struct event *event = &listener.events[i];
        found = event->kind == EVENT_STATE && event->host == host && event->state.from == from &&
                event->state.to == to && event->state.sampled;
    }
    monitor_leave(&listener.monitor);
    return found;
}

static bool comes(char host, enum tcp_state from, enum tcp_state to)
{
    usec_t end = clock_now() + SECONDS(5);
    while (!has_come(host, from, to) && clock_now() < end)
        thread_sleep_until(clock_now() + MS(1));
    return has_come(host, from, to);
}

static void both_ends_of_a_connection_are_followed_to_the_end(void **state)
{
    (void)state;
    tier_need_t1();
    struct testbed *testbed = open_sampled(true);
    struct talk talk;
    assert_int_equal(talk_open(&talk, testbed), 0);
    assert_true(comes('A', STATE_CLOSED, STATE_SYN_SENT));
    assert_true(comes('A', STATE_SYN_SENT, STATE_ESTABLISHED));
    assert_true(comes('B', STATE_CLOSED, STATE_SYN_RECEIVED));
    assert_true(comes('B', STATE_SYN_RECEIVED, STATE_ESTABLISHED));
    net_shutdown(talk.net[HOST_A], talk.sock[HOST_A], NET_SHUT_WR);
    assert_true(comes('A', STATE_ESTABLISHED, STATE_FIN_WAIT_1));
    assert_true(comes('B', STATE_ESTABLISHED, STATE_CLOSE_WAIT));
    assert_true(comes('A', STATE_FIN_WAIT_1, STATE_FIN_WAIT_2));
    net_shutdown(talk.net[HOST_B], talk.sock[HOST_B], NET_SHUT_WR);
    assert_true(comes('B', STATE_CLOSE_WAIT, STATE_LAST_ACK));
    assert_true(comes('A', STATE_FIN_WAIT_2, STATE_TIME_WAIT));
    assert_true(comes('B', STATE_LAST_ACK, STATE_CLOSED));
    talk_close(&talk);
    testbed_close(testbed);
}

static struct event_flow first_told_of(char host)
{
    struct event_flow flow = {0};
    for (size_t i = 0; i < listener.count && !flow.local_ip; i++) {
        if (listener.events[i].kind == EVENT_STATE && listener.events[i].host == host)
            flow = listener.events[i].flow;
    }
    return flow;
}

static void an_event_names_the_connection_as_its_host_sees_it(void **state)
{
    (void)state;
    tier_need_t1();
    struct testbed *testbed = open_sampled(true);
    struct talk talk;
    assert_int_equal(talk_open(&talk, testbed), 0);
    assert_true(comes('A', STATE_CLOSED, STATE_SYN_SENT));
    talk_close(&talk);
    testbed_close(testbed);
    const struct event_flow flow = first_told_of('A');
    assert_int_equal(flow.local_ip, TESTBED_IP_A);
    assert_int_equal(flow.remote_ip, TESTBED_IP_B);
    assert_int_equal(flow.remote_port, TALK_PORT);
}

/* The last window told by A, in bytes. */
static uint32_t last_cwnd(void)
{
    uint32_t cwnd = 0;
    for (size_t i = 0; i < listener.count; i++) {
        const struct event *event = &listener.events[i];
        if (event->kind == EVENT_SAMPLE && event->host == 'A')
            cwnd = event->sample.cwnd;
    }
    return cwnd;
}

static void windows_are_told_in_bytes_and_only_when_they_change(void **state)
{
    (void)state;
    tier_need_t1();
    struct testbed *testbed = open_sampled(true);
    struct talk talk;
    assert_int_equal(talk_open(&talk, testbed), 0);
    assert_true(talk_say(&talk, "How are you"));
    net_shutdown(talk.net[HOST_A], talk.sock[HOST_A], NET_SHUT_WR);
    assert_true(comes('A', STATE_FIN_WAIT_1, STATE_FIN_WAIT_2)); /* 150 samples after the start */
    talk_close(&talk);
    testbed_close(testbed);
    assert_in_range(listener_count(&listener, EVENT_SAMPLE, 'A'), 1, 20);
    assert_int_equal(last_cwnd() % 1448, 0);
}

static void nothing_is_sampled_unless_asked(void **state)
{
    (void)state;
    tier_need_t1();
    struct testbed *testbed = open_sampled(false);
    struct talk talk;
    assert_int_equal(talk_open(&talk, testbed), 0);
    talk_close(&talk);
    testbed_close(testbed);
    assert_int_equal(listener_count(&listener, EVENT_STATE, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_ends_of_a_connection_are_followed_to_the_end),
        cmocka_unit_test(an_event_names_the_connection_as_its_host_sees_it),
        cmocka_unit_test(windows_are_told_in_bytes_and_only_when_they_change),
        cmocka_unit_test(nothing_is_sampled_unless_asked),
    };
    tier_enter();
    listener_init(&listener);
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
