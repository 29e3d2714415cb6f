/* Tests that need namespaces of their own: the program enters them first thing in main, and where
 * the machine does not allow it each test says so and is skipped. */
#ifndef TESTS_UNIT_TESTBED_TIER_H
#define TESTS_UNIT_TESTBED_TIER_H

#include "testbed/testbed.h"

static struct fault tier_fault;

/* Before cmocka runs anything: no thread may exist yet. */
static void tier_enter(void)
{
    (void)testbed_enter(&tier_fault);
}

/* First in each test. */
static void tier_need_t1(void)
{
    if (!tier_fault.error)
        return;
    print_message("# needs tier T1: %s\n", tier_fault.text);
    skip();
}

#endif
