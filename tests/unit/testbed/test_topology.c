/* Namespaces, cables and what each host is given. */
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "testbed/netns.h"
#include "testbed/topology.h"
#include "tests/unit/resources.h"
#include "tests/unit/testbed/tier.h"

static struct topology build(const struct testbed_config *config)
{
    struct topology topology;
    struct fault fault = {0};
    if (topology_build(&topology, config, &fault))
        fail_msg("%s", fault.text);
    return topology;
}

static int count_addresses(int family)
{
    struct ifaddrs *all;
    int count = 0;
    if (getifaddrs(&all) < 0)
        return -errno;
    for (struct ifaddrs *each = all; each; each = each->ifa_next)
        count += each->ifa_addr && each->ifa_addr->sa_family == family &&
                 strcmp(each->ifa_name, "lo") != 0;
    freeifaddrs(all);
    return count;
}

static int count_ipv4(void *arg)
{
    (void)arg;
    return count_addresses(AF_INET);
}

static int count_ipv6(void *arg)
{
    (void)arg;
    return count_addresses(AF_INET6);
}

/* Lines of /proc/net/arp below its heading: the neighbours known. */
static int count_neighbours(void *arg)
{
    (void)arg;
    char line[256];
    int count = -1;
    FILE *table = fopen("/proc/thread-self/net/arp", "re");
    if (!table)
        return -errno;
    while (fgets(line, sizeof(line), table))
        count++;
    fclose(table);
    return count;
}

/* The card's hardware address is the one by which the other host calls this one. */
static int card_has_mac(void *mac)
{
    struct ifreq request = {.ifr_name = TOPOLOGY_HOST_DEVICE};
    int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    int error = sock < 0 || ioctl(sock, SIOCGIFHWADDR, &request) < 0 ? -errno : 0;
    close(sock);
    return error ? error : memcmp(request.ifr_hwaddr.sa_data, mac, sizeof(struct mac)) == 0;
}

static int uses_reno(void *arg)
{
    (void)arg;
    char text[16] = "";
    int fd = open("/proc/sys/net/ipv4/tcp_congestion_control", O_RDONLY | O_CLOEXEC);
    if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
        return -errno;
    close(fd);
    return strcmp(text, "reno\n") == 0;
}

static void each_host_has_one_address_and_the_wire_none(void **state)
{
    (void)state;
    tier_need_t1();
    struct topology topology = build(&(struct testbed_config){.direct = false});
    assert_int_equal(netns_run(topology.netns[HOST_A], count_ipv4, NULL), 1);
    assert_int_equal(netns_run(topology.netns[HOST_B], count_ipv4, NULL), 1);
    assert_int_equal(netns_run(topology.wire_netns, count_ipv4, NULL), 0);
    topology_free(&topology);
}

static void nobody_speaks_ipv6(void **state)
{
    (void)state;
    tier_need_t1();
    struct topology topology = build(&(struct testbed_config){.direct = false});
    assert_int_equal(netns_run(topology.netns[HOST_A], count_ipv6, NULL), 0);
    assert_int_equal(netns_run(topology.wire_netns, count_ipv6, NULL), 0);
    topology_free(&topology);
}

static void a_host_of_our_own_stack_has_a_device_without_an_address(void **state)
{
    (void)state;
    tier_need_t1();
    const struct testbed_config config = {.stack = {STACK_OWN, STACK_KERNEL}};
    struct topology topology = build(&config);
    assert_int_equal(netns_run(topology.netns[HOST_A], count_ipv4, NULL), 0);
    assert_int_equal(netns_run(topology.netns[HOST_B], count_ipv4, NULL), 1);
    topology_free(&topology);
}

static void frames_for_our_own_stack_are_for_somebody_else_to_its_kernel(void **state)
{
    (void)state;
    tier_need_t1();
    const struct testbed_config config = {.stack = {STACK_OWN, STACK_KERNEL}};
    struct mac a = testbed_mac(HOST_A), b = testbed_mac(HOST_B);
    struct topology topology = build(&config);
    assert_int_equal(netns_run(topology.netns[HOST_A], card_has_mac, &a), 0);
    assert_int_equal(netns_run(topology.netns[HOST_B], card_has_mac, &b), 1);
    topology_free(&topology);
}

static void hosts_know_each_other_unless_they_shall_ask(void **state)
{
    (void)state;
    tier_need_t1();
    struct topology told = build(&(struct testbed_config){.arp = false});
    struct topology asking = build(&(struct testbed_config){.arp = true});
    assert_int_equal(netns_run(told.netns[HOST_A], count_neighbours, NULL), 1);
    assert_int_equal(netns_run(asking.netns[HOST_A], count_neighbours, NULL), 0);
    topology_free(&told);
    topology_free(&asking);
}

static void congestion_control_is_pinned_whatever_the_machines_default(void **state)
{
    (void)state;
    tier_need_t1();
    struct topology topology = build(&(struct testbed_config){.direct = true});
    assert_int_equal(netns_run(topology.netns[HOST_A], uses_reno, NULL), 1);
    assert_int_equal(netns_run(topology.netns[HOST_B], uses_reno, NULL), 1);
    topology_free(&topology);
}

static void a_setting_the_kernel_does_not_know_leaves_nothing_behind(void **state)
{
    (void)state;
    tier_need_t1();
    static const char *const wrong[] = {"net.ipv4.tcp_hurry=1", NULL};
    struct topology topology;
    struct fault fault = {0};
    const struct testbed_config config = {.sysctls = wrong};
    assert_int_equal(topology_build(&topology, &config, &fault), -ENOENT);
    assert_non_null(strstr(fault.text, "tcp_hurry"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_host_has_one_address_and_the_wire_none),
        cmocka_unit_test(nobody_speaks_ipv6),
        cmocka_unit_test(a_host_of_our_own_stack_has_a_device_without_an_address),
        cmocka_unit_test(frames_for_our_own_stack_are_for_somebody_else_to_its_kernel),
        cmocka_unit_test(hosts_know_each_other_unless_they_shall_ask),
        cmocka_unit_test(congestion_control_is_pinned_whatever_the_machines_default),
        cmocka_unit_test(a_setting_the_kernel_does_not_know_leaves_nothing_behind),
    };
    tier_enter();
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
