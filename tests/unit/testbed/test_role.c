/* common/testbed/role.c and common/stack/leave.c: a client alone on our own stack, and how it goes.
 * What programs say about it is in tests/e2e/own_strangers.bats. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "testbed/netns.h"
#include "testbed/role.h"
#include "tests/unit/resources.h"
#include "tests/unit/testbed/tier.h"

enum { PORT = 7000 };

static struct testbed *testbed;
static struct fault fault;
static struct role role;

/* A server in host B, and a connection to it from the role in host A. */
static struct net *net_b;
static int listener, server, client;

static int open_here(void *arg)
{
    return role_open(&role, arg, &fault);
}

static void open_role(const char *script)
{
    const struct testbed_config config = {
        .stack[HOST_A] = STACK_OWN, .for_visitors = true, .medium.script = script};
    struct role_config own = {.program = "test", .experiment = "test", .stack = STACK_OWN};
    tier_need_t1();
    fault = (struct fault){0};
    assert_int_equal(testbed_open(&testbed, &config, &fault), 0);
    int netns = testbed_host_device(testbed, HOST_A).netns_fd;
    assert_int_equal(netns_run(netns, open_here, &own), 0);
}

static void connect_to_b(void)
{
    const struct net_addr addr = {TESTBED_IP_B, PORT};
    net_b = testbed_net(testbed, HOST_B);
    listener = net_socket(net_b, NET_STREAM);
    assert_int_equal(net_bind(net_b, listener, &addr), 0);
    assert_int_equal(net_listen(net_b, listener, 1), 0);
    client = net_socket(role.net, NET_STREAM);
    assert_int_equal(net_connect(role.net, client, &addr), 0);
    server = net_accept(net_b, listener, NULL);
    assert_true(server >= 0);
    assert_int_equal(net_setsockopt(net_b, server, NET_SO_RCVTIMEO, SECONDS(5)), 0);
}

static void close_b(void)
{
    assert_int_equal(net_close(net_b, server), 0);
    assert_int_equal(net_close(net_b, listener), 0);
    testbed_close(testbed);
}

static void last_words_arrive_although_one_is_lost(void **state)
{
    char heard[8];
    (void)state;
    open_role("drop data 1 a>b; drop fin");
    connect_to_b();
    assert_int_equal(net_send(role.net, client, "farewell", 8, 0), 8);
    assert_int_equal(net_close(role.net, client), 0);
    role_close(&role);
    assert_int_equal(net_recv(net_b, server, heard, sizeof(heard), 0), 8);
    assert_int_equal(net_recv(net_b, server, heard, sizeof(heard), 0), 0);
    close_b();
}

static void a_peer_that_does_not_end_is_reset(void **state)
{
    struct net_info info = {0};
    (void)state;
    open_role(NULL);
    connect_to_b();
    assert_int_equal(net_close(role.net, client), 0);
    role_close(&role);
    testbed_settle(testbed, usec_after(clock_now(), SECONDS(5)));
    assert_int_equal(net_info(net_b, server, &info), 0);
    assert_int_equal(info.state, STATE_CLOSED);
    close_b();
}

static void a_role_on_the_kernel_needs_no_host(void **state)
{
    const struct role_config kernel = {.stack = STACK_KERNEL};
    (void)state;
    fault = (struct fault){0};
    assert_int_equal(role_open(&role, &kernel, &fault), 0);
    int sock = net_socket(role.net, NET_STREAM);
    assert_true(sock >= 0);
    assert_int_equal(net_close(role.net, sock), 0);
    role_close(&role);
}

static void a_role_finds_no_peer_in_a_simulation(void **state)
{
    const struct role_config sim = {.experiment = "echo", .stack = STACK_SIM};
    (void)state;
    fault = (struct fault){0};
    assert_int_equal(role_open(&role, &sim, &fault), -EINVAL);
    assert_int_equal(fault_exit_code(&fault), 2);
    assert_non_null(strstr(fault.text, "make exp-echo STACK=sim"));
}

static void assert_refused(const struct role_config *config, const char *words)
{
    fault = (struct fault){0};
    assert_int_equal(role_open(&role, config, &fault), -EINVAL);
    assert_non_null(strstr(fault.text, words));
}

static void a_setting_that_our_stack_does_not_have_is_refused(void **state)
{
    const struct role_config odd = {.stack = STACK_OWN, .sysctl = "net.ipv4.tcp_magic=1"};
    const struct role_config kernel = {.stack = STACK_KERNEL, .sysctl = "net.ipv4.tcp_sack=0"};
    (void)state;
    assert_refused(&odd, "no setting net.ipv4.tcp_magic=1");
    assert_refused(&kernel, "sysctl -w net.ipv4.tcp_sack=0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(last_words_arrive_although_one_is_lost),
        cmocka_unit_test(a_peer_that_does_not_end_is_reset),
        cmocka_unit_test(a_role_on_the_kernel_needs_no_host),
        cmocka_unit_test(a_role_finds_no_peer_in_a_simulation),
        cmocka_unit_test(a_setting_that_our_stack_does_not_have_is_refused),
    };
    tier_enter();
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
