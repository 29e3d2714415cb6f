/* common/testbed: a process that may open one descriptor more, and one more, until a testbed fits:
 * each time before, opening it fails with -EMFILE and one line, and everything that was open
 * already is closed again, threads joined. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "testbed/testbed.h"
#include "tests/unit/resources.h"
#include "tests/unit/testbed/tier.h"

enum { DESCRIPTORS_MOST = 200, REFUSALS_LEAST = 5 };

/* How many descriptors may be open from now on. */
static void allow(rlim_t count)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = count < limit.rlim_max ? count : limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

/* The lowest number that is free, below which all are taken in a test. */
static rlim_t first_free(void)
{
    int fd = dup(STDIN_FILENO);
    assert_true(fd >= 0);
    close(fd);
    return (rlim_t)fd;
}

static int open_with(const struct testbed_config *config, rlim_t limit, struct fault *fault)
{
    struct testbed *testbed;
    allow(limit);
    int error = testbed_open(&testbed, config, fault);
    allow(RLIM_INFINITY);
    if (!error)
        testbed_close(testbed);
    return error;
}

static void fails_until_it_fits(enum stack_kind a, enum stack_kind b)
{
    const struct testbed_config config = {.stack = {a, b}, .sample = true};
    int refusals = 0, error, before = resources_count("/proc/self/fd");
    tier_need_t1();
    do {
        struct fault fault = {0};
        error = open_with(&config, first_free() + (rlim_t)refusals, &fault);
        if (error) {
            assert_int_equal(fault.error, error);
            assert_int_equal(error, -EMFILE);
            assert_true(fault.text[0] != '\0');
        }
        assert_int_equal(resources_count("/proc/self/fd"), before);
    } while (error && refusals++ < DESCRIPTORS_MOST);
    assert_int_equal(error, 0);
    assert_true(refusals >= REFUSALS_LEAST);
}

static void a_testbed_of_our_own_hosts_fails_cleanly_without_descriptors(void **state)
{
    (void)state;
    fails_until_it_fits(STACK_OWN, STACK_OWN);
}

static void a_testbed_of_the_kernels_hosts_fails_cleanly_without_descriptors(void **state)
{
    (void)state;
    fails_until_it_fits(STACK_KERNEL, STACK_KERNEL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_testbed_of_our_own_hosts_fails_cleanly_without_descriptors),
        cmocka_unit_test(a_testbed_of_the_kernels_hosts_fails_cleanly_without_descriptors),
    };
    tier_enter();
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
