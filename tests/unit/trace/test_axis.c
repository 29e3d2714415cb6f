/* common/trace/axis.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/resources.h"
#include "trace/axis.h"

/* The ticks' texts, one after the other. */
static void expect_ticks(const struct axis *axis, const char *expected)
{
    char all[256] = "", text[AXIS_TEXT_MAX];
    for (unsigned i = 0; i < axis->ticks; i++) {
        strcat(all, i ? " " : "");
        strcat(all, axis_text(axis, axis_tick(axis, i), text));
    }
    assert_string_equal(all, expected);
}

static void expect_round(double low, double high, unsigned most, const char *expected)
{
    struct axis axis = axis_round((struct axis_range){low, high}, most);
    assert_true(axis.low <= low && axis.high >= high);
    assert_true(axis.ticks <= most);
    expect_ticks(&axis, expected);
}

static void ticks_are_1_2_or_5_times_a_power_of_ten(void **state)
{
    (void)state;
    expect_round(0, 9, 6, "0 2 4 6 8 10");
    expect_round(0, 24, 6, "0 5 10 15 20 25");
    expect_round(0, 0.037, 6, "0 0.01 0.02 0.03 0.04");
    expect_round(0, 3, 4, "0 1 2 3");
}

static void an_axis_begins_at_zero_where_that_is_near(void **state)
{
    (void)state;
    expect_round(10, 80, 6, "0 20 40 60 80");
    expect_round(1000, 1003, 5, "1000 1001 1002 1003");
    expect_round(-80, -10, 6, "-80 -60 -40 -20 0");
}

static void both_signs_have_zero_among_their_ticks(void **state)
{
    (void)state;
    expect_round(-3, 7, 8, "-4 -2 0 2 4 6 8");
}

static void ends_rounded_outwards_do_not_make_too_many_ticks(void **state)
{
    (void)state;
    expect_round(101, 199, 3, "100 150 200");
    expect_round(99, 201, 3, "0 200 400");
}

static void one_value_gets_a_middle(void **state)
{
    (void)state;
    expect_round(0, 0, 5, "-1.0 -0.5 0 0.5 1.0");
    struct axis axis = axis_round((struct axis_range){42, 42}, 6);
    assert_true(axis.low < 42 && axis.high > 42);
    assert_true(axis_place(&axis, 42) > 0.1 && axis_place(&axis, 42) < 0.9);
}

static void huge_values_and_tiny_differences_keep_an_axis(void **state)
{
    (void)state;
    static const struct axis_range ranges[] = {
        {-AXIS_VALUE_MAX, AXIS_VALUE_MAX},
        {AXIS_VALUE_MAX, AXIS_VALUE_MAX},
        {0, 1e-300},
        {AXIS_VALUE_MAX - 1, AXIS_VALUE_MAX},
        {0, 5e-324},
        {1, 1 + 1e-12},
        {-1e-15, 0},
    };
    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        for (unsigned most = 3; most < 12; most++) {
            struct axis axis = axis_round(ranges[i], most);
            assert_true(axis.low < axis.high);
            assert_in_range(axis.ticks, 2, most);
            assert_true(axis.low <= ranges[i].low && axis.high >= ranges[i].high);
        }
    }
}

static void thousands_are_written_with_a_letter_where_all_ticks_allow_it(void **state)
{
    (void)state;
    expect_round(0, 60000, 5, "0 20k 40k 60k");
    expect_round(0, 3e6, 4, "0 1000k 2000k 3000k");
    expect_round(0, 3e7, 4, "0 10M 20M 30M");
    expect_round(0, 2000, 5, "0 500 1000 1500 2000");
}

static void a_part_has_its_ticks_inside(void **state)
{
    (void)state;
    struct axis axis = axis_exact((struct axis_range){0.13, 0.87}, 6);
    expect_ticks(&axis, "0.2 0.4 0.6 0.8");
    assert_true(axis_place(&axis, 0.13) == 0 && axis_place(&axis, 0.87) == 1);
}

static void a_part_between_two_round_numbers_has_finer_ones(void **state)
{
    (void)state;
    struct axis axis = axis_exact((struct axis_range){0.6, 1.4}, 3);
    assert_true(axis.ticks >= 2);
    assert_true(axis_tick(&axis, 0) >= 0.6 - 1e-9);
    assert_true(axis_tick(&axis, axis.ticks - 1) <= 1.4 + 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ticks_are_1_2_or_5_times_a_power_of_ten),
        cmocka_unit_test(an_axis_begins_at_zero_where_that_is_near),
        cmocka_unit_test(both_signs_have_zero_among_their_ticks),
        cmocka_unit_test(ends_rounded_outwards_do_not_make_too_many_ticks),
        cmocka_unit_test(one_value_gets_a_middle),
        cmocka_unit_test(huge_values_and_tiny_differences_keep_an_axis),
        cmocka_unit_test(thousands_are_written_with_a_letter_where_all_ticks_allow_it),
        cmocka_unit_test(a_part_has_its_ticks_inside),
        cmocka_unit_test(a_part_between_two_round_numbers_has_finer_ones),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
