/* Hosts on the kernel's stack and on our own, in all pairs, on the same wire. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "experiments/exchange.h"
#include "tests/unit/resources.h"
#include "tests/unit/testbed/tier.h"

static const char words[] = "Hello, twin!\n";

static const enum stack_kind pairs[][2] = {
    {STACK_KERNEL, STACK_KERNEL},
    {STACK_KERNEL, STACK_OWN},
    {STACK_OWN, STACK_KERNEL},
    {STACK_OWN, STACK_OWN},
};

/* Runs the exchange over each pair of stacks; the client is on host A. */
static void assert_all_pairs_talk(const struct testbed_config *config)
{
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        struct exchange exchange = {*config, {(const uint8_t *)words, sizeof(words) - 1}};
        struct exchange_result result;
        struct fault fault = {0};
        exchange.testbed.stack[HOST_A] = pairs[i][HOST_A];
        exchange.testbed.stack[HOST_B] = pairs[i][HOST_B];
        if (exchange_run(&exchange, &result, &fault))
            fail_msg("pair %zu: %s", i, fault.text);
        if (!result.equal)
            fail_msg("pair %zu: the echo differs", i);
    }
}

static void all_pairs_talk_through_the_wire(void **state)
{
    (void)state;
    tier_need_t1();
    assert_all_pairs_talk(&(struct testbed_config){.medium.seed = 1});
}

static void all_pairs_find_each_other_by_arp(void **state)
{
    (void)state;
    tier_need_t1();
    assert_all_pairs_talk(&(struct testbed_config){.arp = true});
}

static void all_pairs_talk_over_a_direct_cable(void **state)
{
    (void)state;
    tier_need_t1();
    assert_all_pairs_talk(&(struct testbed_config){.direct = true});
}

static void all_pairs_talk_in_small_frames_over_a_direct_cable(void **state)
{
    (void)state;
    tier_need_t1();
    assert_all_pairs_talk(&(struct testbed_config){.direct = true, .small_frames = true});
}

static void all_pairs_get_over_a_lost_segment(void **state)
{
    (void)state;
    tier_need_t1();
    assert_all_pairs_talk(&(struct testbed_config){.medium.script = "drop data 1 a>b"});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_pairs_talk_through_the_wire),
        cmocka_unit_test(all_pairs_find_each_other_by_arp),
        cmocka_unit_test(all_pairs_talk_over_a_direct_cable),
        cmocka_unit_test(all_pairs_talk_in_small_frames_over_a_direct_cable),
        cmocka_unit_test(all_pairs_get_over_a_lost_segment),
    };
    tier_enter();
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
