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
    assert_true(nagle_holds(&n, MSS - 1, MSS, true, NAGLE_OPEN));
}

static void small_segment_goes_when_all_is_acknowledged(void **state)
{
    (void)state;
    const struct nagle n = {.off = false};
    assert_false(nagle_holds(&n, 1, MSS, false, NAGLE_OPEN));
}

static void full_segment_never_waits(void **state)
{
    (void)state;
    const struct nagle n = {.off = false};
    assert_false(nagle_holds(&n, MSS, MSS, true, NAGLE_OPEN));
}

static void nodelay_lets_everything_go(void **state)
{
    (void)state;
    const struct nagle n = {.off = true};
    assert_false(nagle_holds(&n, 1, MSS, true, NAGLE_OPEN));
}

static void last_octets_before_a_fin_go(void **state)
{
    (void)state;
    const struct nagle n = {.off = false};
    assert_false(nagle_holds(&n, 1, MSS, true, NAGLE_FIN));
}

static void cork_holds_even_when_nothing_is_outstanding(void **state)
{
    (void)state;
    struct nagle n = {.off = true, .corked = true};
    assert_true(nagle_holds(&n, 1, MSS, false, NAGLE_OPEN));
    assert_false(nagle_holds(&n, MSS, MSS, false, NAGLE_OPEN));
    assert_false(nagle_holds(&n, 1, MSS, false, NAGLE_FIN));
}

static void cork_does_not_hold_what_the_window_cuts(void **state)
{
    (void)state;
    const struct nagle n = {.corked = true};
    assert_false(nagle_holds(&n, MSS - 1, MSS, false, NAGLE_CUT));
    assert_true(nagle_holds(&n, MSS - 1, MSS, true, NAGLE_CUT)); /* that is Nagle's wait */
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
        cmocka_unit_test(cork_does_not_hold_what_the_window_cuts),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
