/* common/testbed/kernel_host.c: what the kernel counts, beside what our own stack does. Its list of
 * sockets is told in test_listing.c. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "testbed/kernel_host.h"
#include "testbed/netns.h"
#include "tests/unit/resources.h"
#include "tests/unit/testbed/talk.h"
#include "tests/unit/testbed/tier.h"

/* The first text that A says loses a bit on its way, and comes again. */
static void a_flipped_bit_is_counted_on(enum stack_kind stack)
{
    const struct testbed_config config = {.stack = {stack, stack},
                                          .medium.script = "flip data 1 a>b"};
    struct testbed *testbed;
    struct fault fault = {0};
    struct talk talk;
    if (testbed_open(&testbed, &config, &fault))
        fail_msg("%s", fault.text);
    assert_int_equal(talk_open(&talk, testbed), 0);
    assert_int_equal(testbed_bad_checksums(testbed, HOST_B), 0);
    assert_true(talk_say(&talk, "hello"));
    assert_int_equal(testbed_bad_checksums(testbed, HOST_B), 1);
    assert_int_equal(testbed_bad_checksums(testbed, HOST_A), 0);
    talk_close(&talk);
    testbed_close(testbed);
}

static void a_simulated_host_counts_a_bad_checksum(void **state)
{
    (void)state;
    a_flipped_bit_is_counted_on(STACK_SIM);
}

static void our_own_stack_counts_a_bad_checksum(void **state)
{
    (void)state;
    tier_need_t1();
    a_flipped_bit_is_counted_on(STACK_OWN);
}

static void the_kernel_counts_a_bad_checksum(void **state)
{
    (void)state;
    tier_need_t1();
    a_flipped_bit_is_counted_on(STACK_KERNEL);
}

static void a_counter_that_there_is_not_is_no_zero(void **state)
{
    (void)state;
    tier_need_t1();
    int netns = netns_new();
    assert_int_equal(kernel_host_count(netns, "InSegs"), 0);
    assert_int_equal(kernel_host_count(netns, "InSegments"), -ENOENT);
    close(netns);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_simulated_host_counts_a_bad_checksum),
        cmocka_unit_test(our_own_stack_counts_a_bad_checksum),
        cmocka_unit_test(the_kernel_counts_a_bad_checksum),
        cmocka_unit_test(a_counter_that_there_is_not_is_no_zero),
    };
    tier_enter();
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
