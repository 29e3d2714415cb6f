/* common/trace/plot_text.c. */
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
#include "trace/utf8.h"

static struct plot plot;

static void begin(enum plot_kind kind)
{
    plot_init(&plot, "title", "time (s)", "octets");
    plot_add_series(&plot, "name", kind);
}

static void add(unsigned series, double x, double y)
{
    assert_int_equal(plot_add(&plot, series, (struct plot_point){x, y, false}), 0);
}

static void begin_rising_line(void)
{
    begin(PLOT_LINE);
    add(0, 0, 0);
    add(0, 10, 10);
}

static char *drawn(const struct plot_page *page)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    assert_non_null(out);
    assert_int_equal(plot_print(out, &plot, page), 0);
    fclose(out);
    plot_fini(&plot);
    return text;
}

static void expect(const struct plot_page *page, const char *expected)
{
    char *text = drawn(page);
    bool equal = strcmp(text, expected) == 0;
    if (!equal)
        fprintf(stderr, "--- expected\n%s--- drawn\n%s---\n", expected, text);
    free(text);
    assert_true(equal);
}

static const struct plot_page small = {.width = 40, .height = 4};
static const struct plot_page ascii = {.width = 40, .height = 4, .ascii = true};

static void a_line_is_drawn_in_dots_of_braille(void **state)
{
    (void)state;
    begin_rising_line();
    expect(&small, "title\n"
                   "octets\n"
                   " 10 ┤                          ⣀⣀⠤⠤⠔⠒⠊⠉\n"
                   "  5 ┤                 ⣀⣀⠤⠤⠔⠒⠊⠉⠉\n"
                   "    │        ⣀⣀⡠⠤⠔⠒⠒⠉⠉\n"
                   "  0 ┤⣀⡠⠤⠔⠒⠒⠉⠉\n"
                   "    └┬────────────────┬───────────────┬\n"
                   "     0                5              10\n"
                   "     ⠒⠒⠒⠒ name                 time (s)\n");
}

static void without_utf_8_letters_do(void **state)
{
    (void)state;
    begin_rising_line();
    expect(&ascii, "title\n"
                   "octets\n"
                   " 10 +                          ********\n"
                   "  5 +                 *********\n"
                   "    |        *********\n"
                   "  0 +********\n"
                   "    ++----------------+---------------+\n"
                   "     0                5              10\n"
                   "     * name                    time (s)\n");
}

static void steps_have_corners(void **state)
{
    (void)state;
    begin(PLOT_STEPS);
    add(0, 0, 0);
    add(0, 5, 10);
    add(0, 10, 5);
    expect(&ascii, "title\n"
                   "octets\n"
                   " 10 +                 *****************\n"
                   "  5 +                 *               *\n"
                   "    |                 *\n"
                   "  0 +******************\n"
                   "    ++----------------+---------------+\n"
                   "     0                5              10\n"
                   "     * name                    time (s)\n");
}

static void marks_lie_over_lines(void **state)
{
    (void)state;
    begin_rising_line();
    plot_add_series(&plot, "lost", PLOT_MARKS);
    add(1, 5, 5);
    expect(&ascii, "title\n"
                   "octets\n"
                   " 10 +                          ********\n"
                   "  5 +                 x********\n"
                   "    |        *********\n"
                   "  0 +********\n"
                   "    ++----------------+---------------+\n"
                   "     0                5              10\n"
                   "     * name   x lost           time (s)\n");
}

static void lines_differ_without_colour(void **state)
{
    (void)state;
    begin(PLOT_LINE);
    plot_add_series(&plot, "other", PLOT_LINE);
    add(0, 0, 10);
    add(0, 10, 10);
    add(1, 0, 0);
    add(1, 10, 0);
    expect(&small, "title\n"
                   "octets\n"
                   " 10 ┤⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉\n"
                   "  5 ┤\n"
                   "    │\n"
                   "  0 ┤⢀ ⢀ ⢀ ⢀ ⢀ ⢀ ⢀ ⢀ ⢀ ⢀ ⢀ ⢀ ⢀ ⢀ ⢀ ⢀ ⢀\n"
                   "    └┬────────────────┬───────────────┬\n"
                   "     0                5              10\n"
                   "     ⠒⠒⠒⠒ name   ⠂⠐⠂⠐ other    time (s)\n");
}

static void nothing_at_all_has_a_frame_all_the_same(void **state)
{
    (void)state;
    begin(PLOT_LINE);
    expect(&ascii, "title\n"
                   "octets\n"
                   " 1.0 +\n"
                   " 0.5 +\n"
                   "     |\n"
                   "   0 +\n"
                   "     ++---------------+---------------+\n"
                   "      0              0.5             1.0\n"
                   "      * name                   time (s)\n");
}

static void no_line_is_wider_than_the_page(void **state)
{
    (void)state;
    for (unsigned width = 40; width <= 120; width++) {
        struct plot_page page = {.width = width, .height = 14};
        begin(PLOT_LINE);
        for (unsigned i = 1; i < PLOT_SERIES_MAX; i++)
            plot_add_series(&plot, "a series with a name", PLOT_STEPS);
        add(0, 0, -AXIS_VALUE_MAX);
        add(0, 10, AXIS_VALUE_MAX);
        char *text = drawn(&page);
        for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
            assert_in_range(utf8_width(line), 0, width);
        free(text);
    }
}

static void colours_come_only_when_asked_for(void **state)
{
    (void)state;
    struct plot_page page = {.width = 40, .height = 4, .color = true};
    for (int i = 0; i < 2; i++, page.color = false) {
        begin_rising_line();
        char *text = drawn(&page);
        assert_int_equal(strchr(text, '\033') != NULL, page.color);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_drawn_in_dots_of_braille),
        cmocka_unit_test(without_utf_8_letters_do),
        cmocka_unit_test(steps_have_corners),
        cmocka_unit_test(marks_lie_over_lines),
        cmocka_unit_test(lines_differ_without_colour),
        cmocka_unit_test(nothing_at_all_has_a_frame_all_the_same),
        cmocka_unit_test(no_line_is_wider_than_the_page),
        cmocka_unit_test(colours_come_only_when_asked_for),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
