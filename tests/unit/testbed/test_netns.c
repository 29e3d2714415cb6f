/* Namespaces as descriptors, and jobs run inside them. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/thread.h"
#include "testbed/netns.h"
#include "tests/unit/resources.h"
#include "tests/unit/testbed/tier.h"

/* What tells one namespace from another. */
static ino_t own_namespace(void)
{
    struct stat status;
    return stat("/proc/thread-self/ns/net", &status) < 0 ? 0 : status.st_ino;
}

static ino_t namespace_of(int fd)
{
    struct stat status;
    return fstat(fd, &status) < 0 ? 0 : status.st_ino;
}

static int note_namespace(void *arg)
{
    *(ino_t *)arg = own_namespace();
    return 7;
}

static void a_new_namespace_is_another_one(void **state)
{
    (void)state;
    tier_need_t1();
    int netns = netns_new();
    assert_true(netns >= 0);
    assert_int_not_equal(namespace_of(netns), own_namespace());
    close(netns);
}

static void a_job_runs_inside(void **state)
{
    (void)state;
    tier_need_t1();
    ino_t seen = 0;
    int netns = netns_new();
    assert_int_equal(netns_run(netns, note_namespace, &seen), 7);
    assert_int_equal(seen, namespace_of(netns));
    close(netns);
}

static void the_caller_stays_where_it_was(void **state)
{
    (void)state;
    tier_need_t1();
    ino_t before = own_namespace(), seen = 0;
    int netns = netns_new();
    netns_run(netns, note_namespace, &seen);
    assert_int_equal(own_namespace(), before);
    close(netns);
}

static void a_closed_descriptor_is_refused(void **state)
{
    (void)state;
    tier_need_t1();
    int netns = netns_new();
    close(netns);
    assert_int_equal(netns_run(netns, note_namespace, NULL), -EBADF);
}

static void what_is_no_namespace_is_refused(void **state)
{
    (void)state;
    tier_need_t1();
    int file = open("/dev/null", O_RDONLY | O_CLOEXEC);
    assert_int_equal(netns_run(file, note_namespace, NULL), -EINVAL);
    close(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_namespace_is_another_one),
        cmocka_unit_test(a_job_runs_inside),
        cmocka_unit_test(the_caller_stays_where_it_was),
        cmocka_unit_test(a_closed_descriptor_is_refused),
        cmocka_unit_test(what_is_no_namespace_is_refused),
    };
    tier_enter();
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
