/* common/trace/plot_path.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/resources.h"
#include "trace/plot_path.h"

static struct plot plot;

static void begin(enum plot_kind kind)
{
    plot_init(&plot, "", "", "");
    plot_add_series(&plot, "", kind);
}

static void add(double x, double y, bool apart)
{
    assert_int_equal(plot_add(&plot, 0, (struct plot_point){x, y, apart}), 0);
}

/* Compares the strokes, in per cent of the frame; "-" joins one to the stroke before. */
static void expect_strokes(const char *expected)
{
    char all[512] = "";
    struct plot_frame frame;
    struct plot_path path;
    struct plot_stroke stroke;
    plot_frame_fit(&frame, &plot, 6, 6);
    plot_path_begin(&path, &frame, &plot.series[0]);
    while (plot_path_next(&path, &stroke)) {
        size_t used = strlen(all);
        snprintf(all + used, sizeof(all) - used, "%s%.0f,%.0f %.0f,%.0f", stroke.joined ? "-" : "|",
                 100 * stroke.from.x, 100 * stroke.from.y, 100 * stroke.to.x, 100 * stroke.to.y);
    }
    plot_fini(&plot);
    assert_string_equal(all, expected);
}

static void a_line_goes_straight_from_point_to_point(void **state)
{
    (void)state;
    begin(PLOT_LINE);
    add(0, 0, false);
    add(5, 10, false);
    add(10, 5, false);
    expect_strokes("|0,0 50,100-50,100 100,50");
}

static void steps_hold_their_value_until_the_next(void **state)
{
    (void)state;
    begin(PLOT_STEPS);
    add(0, 0, false);
    add(5, 10, false);
    add(10, 5, false);
    expect_strokes("|0,0 50,0-50,0 50,100-50,100 100,100-100,100 100,50");
}

static void marks_stand_each_for_itself(void **state)
{
    (void)state;
    begin(PLOT_MARKS);
    add(0, 0, false);
    add(10, 10, false);
    expect_strokes("|0,0 0,0|100,100 100,100");
}

static void what_is_apart_is_not_joined(void **state)
{
    (void)state;
    begin(PLOT_LINE);
    add(0, 0, true);
    add(0, 5, false);
    add(10, 5, true);
    add(10, 10, false);
    expect_strokes("|0,0 0,50|100,50 100,100");
}

static void a_lone_point_is_a_dot(void **state)
{
    (void)state;
    begin(PLOT_LINE);
    add(10, 10, false);
    add(0, 0, true);
    add(10, 0, false);
    expect_strokes("|100,100 100,100|0,0 100,0");
}

static void one_point_alone_lies_in_the_middle(void **state)
{
    (void)state;
    begin(PLOT_STEPS);
    add(4, 4, false);
    expect_strokes("|50,50 50,50");
}

static void an_empty_series_has_no_strokes_and_yet_a_frame(void **state)
{
    (void)state;
    begin(PLOT_LINE);
    expect_strokes("");
}

static void what_leaves_the_frame_is_cut_off_at_its_edge(void **state)
{
    (void)state;
    begin(PLOT_LINE);
    add(0, 0, false);
    add(10, 10, false);
    add(20, 0, false);
    plot_show_part(&plot.y, 0, 5);
    plot_show_part(&plot.x, 2, 20);
    expect_strokes("|0,40 17,100|72,100 100,0");
}

static void what_lies_outside_altogether_is_not_drawn(void **state)
{
    (void)state;
    begin(PLOT_LINE);
    add(0, 7, false);
    add(10, 9, false);
    add(10, 1, true);
    plot_show_part(&plot.y, 0, 5);
    expect_strokes("|100,20 100,20");
}

static void huge_values_do_not_upset_the_cut(void **state)
{
    (void)state;
    begin(PLOT_LINE);
    add(0, -AXIS_VALUE_MAX, false);
    add(10, AXIS_VALUE_MAX, false);
    plot_show_part(&plot.y, 0, 1);
    expect_strokes("|50,0 50,100");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_goes_straight_from_point_to_point),
        cmocka_unit_test(steps_hold_their_value_until_the_next),
        cmocka_unit_test(marks_stand_each_for_itself),
        cmocka_unit_test(what_is_apart_is_not_joined),
        cmocka_unit_test(a_lone_point_is_a_dot),
        cmocka_unit_test(one_point_alone_lies_in_the_middle),
        cmocka_unit_test(an_empty_series_has_no_strokes_and_yet_a_frame),
        cmocka_unit_test(what_leaves_the_frame_is_cut_off_at_its_edge),
        cmocka_unit_test(what_lies_outside_altogether_is_not_drawn),
        cmocka_unit_test(huge_values_do_not_upset_the_cut),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
