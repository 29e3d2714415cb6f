/* common/trace/plot_svg.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/resources.h"
#include "trace/plot.h"

static struct plot plot;

/* Draws it, ends it, and gives the text to free. */
static char *drawn(void)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    assert_non_null(out);
    assert_int_equal(plot_write_svg(out, &plot), 0);
    fclose(out);
    plot_fini(&plot);
    return text;
}

static void expect_part(const char *text, const char *part)
{
    if (!strstr(text, part))
        fprintf(stderr, "--- no '%s' in\n%s---\n", part, text);
    assert_non_null(strstr(text, part));
}

static size_t count(const char *text, const char *part)
{
    size_t found = 0;
    for (const char *at = strstr(text, part); at; at = strstr(at + 1, part))
        found++;
    return found;
}

/* As somebody else's parser sees it. */
static int check_xml(const char *text)
{
    FILE *checker = popen("xmllint --noout - 2>/dev/null", "we");
    assert_non_null(checker);
    fputs(text, checker);
    return pclose(checker);
}

static void names_are_shown_and_cannot_break_the_xml(void **state)
{
    (void)state;
    plot_init(&plot, "a < b & \"c\" \x01 \xff 窗口", "time (s)", "octets");
    plot_add_series(&plot, "</svg>", PLOT_MARKS);
    char *text = drawn();
    expect_part(text, "<title>a &lt; b &amp; &quot;c&quot; ? ? 窗口</title>");
    expect_part(text, ">time (s)</text>");
    expect_part(text, ">&lt;/svg></text>");
    assert_int_equal(check_xml(text), 0);
    free(text);
}

static void steps_are_one_path_with_corners(void **state)
{
    (void)state;
    plot_init(&plot, "", "", "");
    plot_add_series(&plot, "s", PLOT_STEPS);
    plot_add(&plot, 0, (struct plot_point){.x = 0, .y = 0});
    plot_add(&plot, 0, (struct plot_point){.x = 10, .y = 10});
    char *text = drawn();
    expect_part(text, "d=\"M72.0,364.0L696.0,364.0L696.0,44.0\"");
    assert_int_equal(check_xml(text), 0);
    free(text);
}

static void marks_are_signs_and_no_line(void **state)
{
    (void)state;
    plot_init(&plot, "", "", "");
    plot_add_series(&plot, "s", PLOT_MARKS);
    for (int i = 0; i < 5; i++)
        plot_add(&plot, 0, (struct plot_point){.x = i, .y = i});
    char *text = drawn();
    assert_int_equal(count(text, "class=\"sign s0\""), 6); /* and one in the legend */
    assert_int_equal(count(text, "class=\"line s0\""), 0);
    free(text);
}

static void every_series_has_dashes_and_a_sign_of_its_own(void **state)
{
    (void)state;
    char previous[2000] = "";
    plot_init(&plot, "", "", "");
    for (unsigned i = 0; i < PLOT_SERIES_MAX; i++) {
        plot_add_series(&plot, "s", PLOT_LINE);
        plot_add(&plot, i, (struct plot_point){.y = i});
    }
    char *text = drawn();
    for (unsigned i = 0; i < PLOT_SERIES_MAX; i++) {
        char style[32], sign[200];
        snprintf(style, sizeof style, ".line.s%u{stroke-dasharray:", i);
        char *dashes = strstr(text, style);
        assert_non_null(dashes);
        snprintf(sign, sizeof sign, "%.*s|", (int)strcspn(dashes + strlen(style), "}"),
                 dashes + strlen(style));
        assert_null(strstr(previous, sign));
        strcat(previous, sign);
    }
    assert_int_equal(check_xml(text), 0);
    free(text);
}

static void a_long_legend_goes_on_in_the_next_line(void **state)
{
    (void)state;
    plot_init(&plot, "", "", "");
    plot_add_series(&plot, "short", PLOT_LINE);
    plot_add_series(&plot, "too long a name to stand beside another one as long", PLOT_LINE);
    plot_add_series(&plot, "too long a name to stand beside another one as long", PLOT_LINE);
    char *text = drawn();
    expect_part(text, "y=\"426\">short");
    expect_part(text, "y=\"426\">too long");
    expect_part(text, "<text x=\"106\" y=\"446\">too long");
    expect_part(text, "height=\"466\"");
    free(text);
}

static void points_that_no_eye_tells_apart_are_drawn_once(void **state)
{
    (void)state;
    plot_init(&plot, "", "", "");
    plot_add_series(&plot, "s", PLOT_LINE);
    for (int i = 0; i <= 100000; i++)
        plot_add(&plot, 0, (struct plot_point){.x = i, .y = i});
    char *text = drawn();
    assert_true(strlen(text) < 100 * 1000);
    expect_part(text, "M72.0,364.0L");
    free(text);
}

static void an_empty_plot_and_a_single_point_are_drawn(void **state)
{
    (void)state;
    for (int points = 0; points < 2; points++) {
        plot_init(&plot, "", "", "");
        if (points) {
            plot_add_series(&plot, "s", PLOT_LINE);
            plot_add(&plot, 0, (struct plot_point){.x = AXIS_VALUE_MAX, .y = -AXIS_VALUE_MAX});
        }
        char *text = drawn();
        assert_int_equal(check_xml(text), 0);
        assert_null(strstr(text, "nan"));
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_shown_and_cannot_break_the_xml),
        cmocka_unit_test(steps_are_one_path_with_corners),
        cmocka_unit_test(marks_are_signs_and_no_line),
        cmocka_unit_test(every_series_has_dashes_and_a_sign_of_its_own),
        cmocka_unit_test(a_long_legend_goes_on_in_the_next_line),
        cmocka_unit_test(points_that_no_eye_tells_apart_are_drawn_once),
        cmocka_unit_test(an_empty_plot_and_a_single_point_are_drawn),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
