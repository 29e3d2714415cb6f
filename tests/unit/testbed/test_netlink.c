/* Virtual cables by rtnetlink. */
#include <errno.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "testbed/netlink.h"
#include "testbed/netns.h"
#include "tests/unit/resources.h"
#include "tests/unit/testbed/tier.h"

/* A cable from `near` here to `far` there. */
struct cable {
    int here, there;
    struct netlink near, far;
};

static const struct mac near_mac = {{2, 0, 0, 0, 0, 1}}, far_mac = {{2, 0, 0, 0, 0, 2}};

static void lay(struct cable *cable)
{
    *cable = (struct cable){.here = netns_new(), .there = netns_new()};
    assert_int_equal(netlink_open(&cable->near, cable->here), 0);
    assert_int_equal(netlink_open(&cable->far, cable->there), 0);
    const struct veth_end ends[2] = {{"near", -1, near_mac}, {"far", cable->there, far_mac}};
    assert_int_equal(netlink_add_veth(&cable->near, ends, 1400), 0);
}

static void tear(struct cable *cable)
{
    netlink_close(&cable->near);
    netlink_close(&cable->far);
    close(cable->here);
    close(cable->there);
}

static int find_device(void *arg)
{
    return if_nametoindex(arg) ? 0 : -errno;
}

static void each_end_of_a_cable_is_in_its_namespace(void **state)
{
    (void)state;
    tier_need_t1();
    struct cable cable;
    lay(&cable);
    assert_int_equal(netns_run(cable.here, find_device, "near"), 0);
    assert_int_equal(netns_run(cable.there, find_device, "far"), 0);
    assert_int_equal(netns_run(cable.there, find_device, "near"), -ENODEV);
    tear(&cable);
}

static void a_name_in_use_is_refused(void **state)
{
    (void)state;
    tier_need_t1();
    struct cable cable;
    lay(&cable);
    const struct veth_end again[2] = {{"near", -1, near_mac}, {"other", -1, far_mac}};
    assert_int_equal(netlink_add_veth(&cable.near, again, 0), -EEXIST);
    tear(&cable);
}

static void a_device_that_is_not_there_is_refused(void **state)
{
    (void)state;
    tier_need_t1();
    struct cable cable;
    lay(&cable);
    assert_int_equal(netlink_set_up(&cable.near, "far"), -ENODEV);
    assert_int_equal(netlink_add_address(&cable.near, "far", 1, 24), -ENODEV);
    assert_int_equal(netlink_add_neighbour(&cable.near, "far", 1, &near_mac), -ENODEV);
    assert_int_equal(netlink_await_carrier(&cable.near, "far", 0), -ENODEV);
    tear(&cable);
}

static void a_cable_carries_once_both_ends_are_up(void **state)
{
    (void)state;
    tier_need_t1();
    struct cable cable;
    lay(&cable);
    assert_int_equal(netlink_set_up(&cable.near, "near"), 0);
    assert_int_equal(netlink_await_carrier(&cable.near, "near", clock_now() + MS(5)), -ETIMEDOUT);
    assert_int_equal(netlink_set_up(&cable.far, "far"), 0);
    assert_int_equal(netlink_await_carrier(&cable.near, "near", clock_now() + SECONDS(5)), 0);
    tear(&cable);
}

/* The IPv4 address of "near" in the calling thread's namespace, into *arg. */
static int read_address(void *arg)
{
    struct ifaddrs *all;
    if (getifaddrs(&all) < 0)
        return -errno;
    for (struct ifaddrs *each = all; each; each = each->ifa_next) {
        if (each->ifa_addr && each->ifa_addr->sa_family == AF_INET)
            *(uint32_t *)arg =
                ntohl(((struct sockaddr_in *)(void *)each->ifa_addr)->sin_addr.s_addr);
    }
    freeifaddrs(all);
    return 0;
}

static void an_address_is_given_in_host_byte_order(void **state)
{
    (void)state;
    tier_need_t1();
    struct cable cable;
    uint32_t address = 0;
    lay(&cable);
    assert_int_equal(netlink_add_address(&cable.near, "near", TESTBED_IP_A, 24), 0);
    assert_int_equal(netns_run(cable.here, read_address, &address), 0);
    assert_int_equal(address, TESTBED_IP_A);
    tear(&cable);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_end_of_a_cable_is_in_its_namespace),
        cmocka_unit_test(a_name_in_use_is_refused),
        cmocka_unit_test(a_device_that_is_not_there_is_refused),
        cmocka_unit_test(a_cable_carries_once_both_ends_are_up),
        cmocka_unit_test(an_address_is_given_in_host_byte_order),
    };
    tier_enter();
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
