/* Kernel settings of one namespace. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "testbed/netns.h"
#include "testbed/sysctl.h"
#include "tests/unit/resources.h"
#include "tests/unit/testbed/tier.h"

/* tcp_sack of the calling thread's namespace. */
static int read_sack(void *arg)
{
    (void)arg;
    char text[8] = "";
    int fd = open("/proc/sys/net/ipv4/tcp_sack", O_RDONLY | O_CLOEXEC);
    if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
        return -errno;
    close(fd);
    return atoi(text);
}

static void a_setting_is_made_in_that_namespace_alone(void **state)
{
    (void)state;
    tier_need_t1();
    static const char *const off[] = {"net.ipv4.tcp_sack=0", NULL};
    struct fault fault = {0};
    int netns = netns_new();
    assert_int_equal(read_sack(NULL), 1);
    assert_int_equal(sysctl_set_all(netns, off, &fault), 0);
    assert_int_equal(netns_run(netns, read_sack, NULL), 0);
    assert_int_equal(read_sack(NULL), 1);
    close(netns);
}

static void the_later_of_two_wins(void **state)
{
    (void)state;
    tier_need_t1();
    static const char *const both[] = {"net.ipv4.tcp_sack=1", "net.ipv4.tcp_sack=0", NULL};
    struct fault fault = {0};
    int netns = netns_new();
    assert_int_equal(sysctl_set_all(netns, both, &fault), 0);
    assert_int_equal(netns_run(netns, read_sack, NULL), 0);
    close(netns);
}

static void the_first_that_fails_ends_the_list(void **state)
{
    (void)state;
    tier_need_t1();
    static const char *const list[] = {"net.ipv4.tcp_sock=1", "net.ipv4.tcp_sack=0", NULL};
    struct fault fault = {0};
    int netns = netns_new();
    assert_int_equal(sysctl_set_all(netns, list, &fault), -ENOENT);
    assert_int_equal(netns_run(netns, read_sack, NULL), 1);
    close(netns);
}

static void no_list_sets_nothing(void **state)
{
    (void)state;
    struct fault fault = {0};
    assert_int_equal(sysctl_set_all(-1, NULL, &fault), 0);
}

static void an_unknown_setting_is_named(void **state)
{
    (void)state;
    struct fault fault = {0};
    assert_int_equal(sysctl_set("net.ipv4.tcp_sock=1", &fault), -ENOENT);
    assert_non_null(strstr(fault.text, "net.ipv4.tcp_sock=1"));
}

static void an_optional_one_that_is_unknown_or_refused_is_passed_over(void **state)
{
    (void)state;
    tier_need_t1();
    struct fault fault = {0};
    assert_int_equal(sysctl_set("-net.ipv4.tcp_sock=1", &fault), 0);
    assert_int_equal(sysctl_set("-net.ipv4.tcp_sack=often", &fault), 0);
    assert_int_equal(sysctl_set("-net.ipv4.tcp_congestion_control=cubic", &fault), 0);
}

static void an_optional_one_is_set_where_it_is_known(void **state)
{
    (void)state;
    tier_need_t1();
    static const char *const off[] = {"-net.ipv4.tcp_sack=0", NULL};
    struct fault fault = {0};
    int netns = netns_new();
    assert_int_equal(sysctl_set_all(netns, off, &fault), 0);
    assert_int_equal(netns_run(netns, read_sack, NULL), 0);
    close(netns);
}

static void a_refused_value_is_named(void **state)
{
    (void)state;
    tier_need_t1();
    struct fault fault = {0};
    assert_int_equal(sysctl_set("net.ipv4.tcp_sack=often", &fault), -EINVAL);
    assert_non_null(strstr(fault.text, "tcp_sack=often"));
}

static void a_setting_without_a_value_is_refused(void **state)
{
    (void)state;
    struct fault fault = {0};
    assert_int_equal(sysctl_set("net.ipv4.tcp_sack", &fault), -EINVAL);
    assert_non_null(strstr(fault.text, "name=value"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_setting_is_made_in_that_namespace_alone),
        cmocka_unit_test(the_later_of_two_wins),
        cmocka_unit_test(the_first_that_fails_ends_the_list),
        cmocka_unit_test(no_list_sets_nothing),
        cmocka_unit_test(an_unknown_setting_is_named),
        cmocka_unit_test(an_optional_one_that_is_unknown_or_refused_is_passed_over),
        cmocka_unit_test(an_optional_one_is_set_where_it_is_known),
        cmocka_unit_test(a_refused_value_is_named),
        cmocka_unit_test(a_setting_without_a_value_is_refused),
    };
    tier_enter();
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
