/* common/trace/plot.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <math.h>

#include "tests/unit/resources.h"
#include "trace/plot.h"

static void a_series_keeps_its_points_in_order(void **state)
{
    (void)state;
    struct plot plot;
    plot_init(&plot, "title", "x", "y");
    unsigned series = plot_add_series(&plot, "many", PLOT_LINE);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(plot_add(&plot, series, (struct plot_point){i, -i, i == 7}), 0);
    assert_int_equal(plot.series[series].count, 1000);
    assert_true(plot.series[series].points[999].y == -999);
    assert_true(plot.series[series].points[7].apart);
    plot_fini(&plot);
}

static void what_is_no_number_or_too_great_is_refused(void **state)
{
    (void)state;
    static const double bad[] = {NAN, INFINITY, -INFINITY, 2 * AXIS_VALUE_MAX, -1e300};
    struct plot plot;
    plot_init(&plot, "title", "x", "y");
    unsigned series = plot_add_series(&plot, "s", PLOT_LINE);
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_int_equal(plot_add(&plot, series, (struct plot_point){.x = bad[i]}), -ERANGE);
        assert_int_equal(plot_add(&plot, series, (struct plot_point){.y = bad[i]}), -ERANGE);
    }
    assert_int_equal(plot.series[series].count, 0);
    assert_int_equal(plot_add(&plot, series, (struct plot_point){.y = AXIS_VALUE_MAX}), 0);
    plot_fini(&plot);
}

static void a_long_name_is_cut_between_characters(void **state)
{
    (void)state;
    struct plot plot;
    char name[4 * PLOT_NAME_MAX] = "x";
    for (int i = 0; i < PLOT_NAME_MAX; i++)
        strcat(name, "窗");
    plot_init(&plot, name, "", "");
    assert_int_equal(strlen(plot.title), 1 + (PLOT_NAME_MAX - 2) / 3 * 3);
    plot_fini(&plot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_series_keeps_its_points_in_order),
        cmocka_unit_test(what_is_no_number_or_too_great_is_refused),
        cmocka_unit_test(a_long_name_is_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
