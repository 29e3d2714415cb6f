/* common/tcp/timewait.c: 2 MSL, and anew with each repeated FIN. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/params.h"
#include "tcp/timewait.h"
#include "tests/unit/resources.h"

static void outside_time_wait_nothing_is_over(void **state)
{
    (void)state;
    struct timewait t;
    timewait_init(&t, TIME_WAIT_DEFAULT);
    assert_false(timewait_over(&t, SECONDS(1000000)));
}

static void time_wait_lasts_sixty_seconds(void **state)
{
    (void)state;
    struct timewait t;
    timewait_init(&t, TIME_WAIT_DEFAULT);
    timewait_start(&t, SECONDS(5));
    assert_false(timewait_over(&t, SECONDS(65) - 1));
    assert_true(timewait_over(&t, SECONDS(65)));
}

static void repeated_fin_begins_it_anew(void **state)
{
    (void)state;
    struct timewait t;
    timewait_init(&t, TIME_WAIT_DEFAULT);
    timewait_start(&t, 0);
    timewait_start(&t, SECONDS(59));
    assert_false(timewait_over(&t, SECONDS(60)));
    assert_true(timewait_over(&t, SECONDS(119)));
}

static void length_can_be_set_even_to_nothing(void **state)
{
    (void)state;
    struct timewait t;
    timewait_init(&t, 0);
    timewait_start(&t, 7);
    assert_true(timewait_over(&t, 7));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outside_time_wait_nothing_is_over),
        cmocka_unit_test(time_wait_lasts_sixty_seconds),
        cmocka_unit_test(repeated_fin_begins_it_anew),
        cmocka_unit_test(length_can_be_set_even_to_nothing),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
