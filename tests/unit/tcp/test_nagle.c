/* common/tcp/nagle.c: small segments wait for the ACK, unless the user wants them to go. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/nagle.h"
#include "tests/unit/resources.h"

enum { MSS = 1000 };

static void small_segment_waits_while_data_is_unacknowledged(void **state)
{
    (void)state;
    const struct nagle n = {.off = false};
    assert_true(nagle_holds(&n, MSS - 1, MSS, true, false));
}

static void small_segment_goes_when_all_is_acknowledged(void **state)
{
    (void)state;
    const struct nagle n = {.off = false};
    assert_false(nagle_holds(&n, 1, MSS, false, false));
}

static void full_segment_never_waits(void **state)
{
    (void)state;
    const struct nagle n = {.off = false};
    assert_false(nagle_holds(&n, MSS, MSS, true, false));
}

static void nodelay_lets_everything_go(void **state)
{
    (void)state;
    const struct nagle n = {.off = true};
    assert_false(nagle_holds(&n, 1, MSS, true, false));
}

static void last_octets_before_a_fin_go(void **state)
{
    (void)state;
    const struct nagle n = {.off = false};
    assert_false(nagle_holds(&n, 1, MSS, true, true));
}

static void cork_holds_even_when_nothing_is_outstanding(void **state)
{
    (void)state;
    struct nagle n = {.off = true, .corked = true};
    assert_true(nagle_holds(&n, 1, MSS, false, false));
    assert_false(nagle_holds(&n, MSS, MSS, false, false));
    assert_false(nagle_holds(&n, 1, MSS, false, true));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_segment_waits_while_data_is_unacknowledged),
        cmocka_unit_test(small_segment_goes_when_all_is_acknowledged),
        cmocka_unit_test(full_segment_never_waits),
        cmocka_unit_test(nodelay_lets_everything_go),
        cmocka_unit_test(last_octets_before_a_fin_go),
        cmocka_unit_test(cork_holds_even_when_nothing_is_outstanding),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
