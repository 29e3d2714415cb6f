/* Offloads by the ethtool ioctl. */
#include <errno.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "testbed/netlink.h"
#include "testbed/netns.h"
#include "testbed/offload.h"
#include "tests/unit/resources.h"
#include "tests/unit/testbed/tier.h"

/* How many of the offloads are on at "veth0" in the calling thread's namespace. */
static int count_offloads(void *arg)
{
    static const uint32_t offloads[] = {ETHTOOL_GTXCSUM, ETHTOOL_GSG, ETHTOOL_GTSO, ETHTOOL_GGSO,
                                        ETHTOOL_GGRO};
    (void)arg;
    int on = 0;
    int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    for (size_t i = 0; i < ARRAY_LEN(offloads); i++) {
        struct ethtool_value value = {.cmd = offloads[i]};
        struct ifreq request = {.ifr_name = "veth0", .ifr_data = (void *)&value};
        if (ioctl(sock, SIOCETHTOOL, &request) == 0)
            on += value.data != 0;
    }
    close(sock);
    return on;
}

static int netns_with_veth(void)
{
    const struct veth_end ends[2] = {{"veth0", -1, {{2, 0, 0, 0, 0, 1}}},
                                     {"veth1", -1, {{2, 0, 0, 0, 0, 2}}}};
    struct netlink netlink;
    int netns = netns_new();
    assert_int_equal(netlink_open(&netlink, netns), 0);
    assert_int_equal(netlink_add_veth(&netlink, ends, 0), 0);
    netlink_close(&netlink);
    return netns;
}

static void a_fresh_cable_has_them_on_and_none_is_left_afterwards(void **state)
{
    (void)state;
    tier_need_t1();
    int netns = netns_with_veth();
    assert_true(netns_run(netns, count_offloads, NULL) >= 4); /* GRO is off on veth by default */
    assert_int_equal(offload_disable(netns, "veth0"), 0);
    assert_int_equal(netns_run(netns, count_offloads, NULL), 0);
    close(netns);
}

static void a_device_that_is_not_there_is_an_error(void **state)
{
    (void)state;
    tier_need_t1();
    int netns = netns_new();
    assert_int_equal(offload_disable(netns, "veth0"), -ENODEV);
    close(netns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fresh_cable_has_them_on_and_none_is_left_afterwards),
        cmocka_unit_test(a_device_that_is_not_there_is_an_error),
    };
    tier_enter();
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
