/* common/link/raw_ip.c: a host of our own on an address that the kernel has too, and what the
 * kernel does about it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "link/raw_ip.h"
#include "packet/frame.h"
#include "testbed/intruder.h"
#include "tests/unit/resources.h"
#include "tests/unit/testbed/tier.h"
#include "trace/log.h"

enum { PORT = 7000, TRIES = 20 };

static struct trace_log wire;
static struct testbed *testbed;
static struct own_host own;
static int listener;

/* Host A has the kernel's stack and ours, on the same address. */
static int open_both_stacks(void **state)
{
    struct testbed_config config = {.medium.sink = &wire.sink};
    struct fault fault = {0};
    (void)state;
    if (tier_fault.error)
        return 0;
    trace_log_init(&wire);
    if (testbed_open(&testbed, &config, &fault))
        return -1;
    return intruder_open(&own, testbed, HOST_A, &fault);
}

static int close_both_stacks(void **state)
{
    (void)state;
    if (tier_fault.error)
        return 0;
    own_host_close(&own);
    testbed_close(testbed);
    trace_log_fini(&wire);
    return 0;
}

static void listen_in_b(void)
{
    const struct net_addr addr = {TESTBED_IP_B, PORT};
    struct net *net = testbed_net(testbed, HOST_B);
    listener = net_socket(net, NET_STREAM);
    assert_int_equal(net_bind(net, listener, &addr), 0);
    assert_int_equal(net_listen(net, listener, TRIES), 0);
}

/* Resets that left host A. */
static int count_resets(void)
{
    struct trace_cursor cursor = {0};
    int count = 0;
    for (const struct event *event; (event = trace_log_next(&wire, &cursor));) {
        struct frame_view frame;
        if (event->kind != EVENT_FRAME || event->host != 'A')
            continue;
        frame_parse(&frame, event->frame.bytes, event->frame.len);
        if (frame.kind == FRAME_TCP && frame.tcp.flags & TCP_RST)
            count++;
    }
    return count;
}

/* Should our ACK ever overtake the reset, the peer dies without a word to us. */
static int64_t connect_and_wait(void)
{
    const struct net_addr addr = {TESTBED_IP_B, PORT};
    char byte;
    int sock = net_socket(own.net, NET_STREAM);
    assert_true(sock >= 0);
    assert_int_equal(net_setsockopt(own.net, sock, NET_SO_RCVTIMEO, SECONDS(1)), 0);
    int64_t answer = net_connect(own.net, sock, &addr);
    if (answer == 0)
        answer = net_recv(own.net, sock, &byte, 1, 0);
    assert_int_equal(net_close(own.net, sock), 0);
    return answer;
}

static void kernel_shoots_every_handshake_down(void **state)
{
    (void)state;
    tier_need_t1();
    listen_in_b();
    for (int i = 0; i < TRIES; i++) {
        int64_t answer = connect_and_wait();
        assert_true(answer == -ECONNRESET || answer == -EAGAIN);
    }
    testbed_settle(testbed, clock_now() + SECONDS(5));
    assert_true(count_resets() >= TRIES);
    struct stack_counters counters;
    stack_get_counters(own.stack, &counters);
    assert_int_equal(counters.resets_sent, 0); /* not one of them ours */
    assert_int_equal(net_close(testbed_net(testbed, HOST_B), listener), 0);
}

static void interface_that_is_not_there_is_named(void **state)
{
    const struct raw_ip_config config = {.netns_fd = -1, .interface = "nowhere"};
    struct fault fault = {0};
    struct link *link;
    (void)state;
    tier_need_t1();
    assert_int_equal(raw_ip_open(&link, &config, &fault), -ENODEV);
    assert_string_equal(fault.text, "raw IPv4 on nowhere: No such device");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(kernel_shoots_every_handshake_down, open_both_stacks,
                                        close_both_stacks),
        cmocka_unit_test(interface_that_is_not_there_is_named),
    };
    tier_enter();
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
