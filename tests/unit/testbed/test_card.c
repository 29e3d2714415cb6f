/* common/testbed/card.c: whose card it is, and who has it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "testbed/card.h"
#include "testbed/netns.h"
#include "tests/unit/resources.h"
#include "tests/unit/testbed/tier.h"

static struct testbed *testbed;

static int open_testbed(void **state)
{
    struct testbed_config config = {.stack[HOST_B] = STACK_OWN, .for_visitors = true};
    struct fault fault = {0};
    (void)state;
    return tier_fault.error ? 0 : testbed_open(&testbed, &config, &fault);
}

static int close_testbed(void **state)
{
    (void)state;
    if (!tier_fault.error)
        testbed_close(testbed);
    return 0;
}

static int look_here(void *arg)
{
    *(struct card *)arg = card_look();
    return 0;
}

static struct card look_in(enum host host)
{
    struct card card;
    int netns = testbed_host_device(testbed, host).netns_fd;
    assert_int_equal(netns_run(netns, look_here, &card), 0);
    return card;
}

static int claim_here(void *arg)
{
    (void)arg;
    return card_claim();
}

static int claim_in(enum host host)
{
    return netns_run(testbed_host_device(testbed, host).netns_fd, claim_here, NULL);
}

static void the_card_tells_whose_it_is(void **state)
{
    (void)state;
    tier_need_t1();
    assert_int_equal(card_look().kind, CARD_ELSEWHERE);
    assert_int_equal(look_in(HOST_A).kind, CARD_KERNEL);
    assert_int_equal(look_in(HOST_A).host, HOST_A);
    assert_int_equal(look_in(HOST_B).kind, CARD_FREE);
    assert_int_equal(look_in(HOST_B).host, HOST_B);
    assert_false(look_in(HOST_B).offloads);
}

static void a_card_is_claimed_once_until_it_is_let_go(void **state)
{
    (void)state;
    tier_need_t1();
    int first = claim_in(HOST_B), elsewhere = claim_in(HOST_A);
    assert_true(first >= 0);
    assert_true(elsewhere >= 0);
    assert_int_equal(claim_in(HOST_B), -EBUSY);
    close(first);
    first = claim_in(HOST_B);
    assert_true(first >= 0);
    close(first);
    close(elsewhere);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_card_tells_whose_it_is, open_testbed, close_testbed),
        cmocka_unit_test_setup_teardown(a_card_is_claimed_once_until_it_is_let_go, open_testbed,
                                        close_testbed),
    };
    tier_enter();
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
