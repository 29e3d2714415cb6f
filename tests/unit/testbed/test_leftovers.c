/* A testbed of any two stacks, once closed, has left nothing in the process: no descriptor, no
 * thread, no memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "experiments/exchange.h"
#include "tests/unit/refuse.h"
#include "tests/unit/resources.h"
#include "tests/unit/testbed/tier.h"

enum { WARM_UP = 2, ROUNDS = 3 };

static const char words[] = "Hello, twin!\n";

static void talk(enum stack_kind client, enum stack_kind server)
{
    struct exchange exchange = {
        .testbed = {.stack = {client, server}, .medium = {.both.delay = MS(1), .seed = 1}},
        .text = {(const uint8_t *)words, sizeof(words) - 1},
    };
    struct exchange_result result;
    struct fault fault = {0};
    if (exchange_run(&exchange, &result, &fault))
        fail_msg("%s", fault.text);
    assert_true(result.equal);
}

struct held {
    int descriptors, threads;
    long memory; /* pieces of it; the sanitizers and valgrind count for themselves */
};

static struct held look(int threads)
{
    return (struct held){
        .descriptors = resources_count("/proc/self/fd"),
        .threads = resources_count_threads(threads, SECONDS(2)),
        .memory = refuse.live,
    };
}

/* The first rounds fill what the C library keeps for the next time: stacks of threads, say. */
static void leaves_nothing(enum stack_kind client, enum stack_kind server)
{
    for (int round = 0; round < WARM_UP; round++)
        talk(client, server);
    struct held before = look(resources.threads);
    for (int round = 0; round < ROUNDS; round++)
        talk(client, server);
    struct held after = look(resources.threads);
    assert_int_equal(after.descriptors, before.descriptors);
    assert_int_equal(after.threads, before.threads);
    assert_int_equal(after.memory, before.memory);
}

static void two_kernel_hosts_leave_nothing(void **state)
{
    (void)state;
    tier_need_t1();
    leaves_nothing(STACK_KERNEL, STACK_KERNEL);
}

static void two_hosts_of_our_own_leave_nothing(void **state)
{
    (void)state;
    tier_need_t1();
    leaves_nothing(STACK_OWN, STACK_OWN);
}

static void mixed_hosts_leave_nothing(void **state)
{
    (void)state;
    tier_need_t1();
    leaves_nothing(STACK_KERNEL, STACK_OWN);
    leaves_nothing(STACK_OWN, STACK_KERNEL);
}

static void simulated_hosts_leave_nothing(void **state)
{
    (void)state;
    leaves_nothing(STACK_SIM, STACK_SIM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_kernel_hosts_leave_nothing),
        cmocka_unit_test(two_hosts_of_our_own_leave_nothing),
        cmocka_unit_test(mixed_hosts_leave_nothing),
        cmocka_unit_test(simulated_hosts_leave_nothing),
    };
    tier_enter();
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
