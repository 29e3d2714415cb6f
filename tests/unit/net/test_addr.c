/* Addresses as text. */
#include "pair.h"

#include "tests/unit/resources.h"

static void dots_and_a_colon(void **state)
{
    (void)state;
    struct net_addr_text text;
    struct net_addr addr = {.ip = UINT32_C(0x0a000102), .port = 8080};
    assert_string_equal(net_addr_format(&text, &addr), "10.0.1.2:8080");
}

static void longest_fits(void **state)
{
    (void)state;
    struct net_addr_text text;
    struct net_addr addr = {.ip = UINT32_MAX, .port = UINT16_MAX};
    assert_string_equal(net_addr_format(&text, &addr), "255.255.255.255:65535");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dots_and_a_colon),
        cmocka_unit_test(longest_fits),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
