/* common/trace/ladder_options.c. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tests/unit/resources.h"
#include "trace/ladder.h"

static void what_suits_a_file_is_no_colour_and_the_columns_of_the_environment(void **state)
{
    (void)state;
    struct ladder_options options;
    FILE *file = tmpfile();
    assert_non_null(file);
    setenv("COLUMNS", "123", 1);
    ladder_options_auto(&options, file);
    assert_false(options.color);
    assert_int_equal(options.width, 123);
    setenv("COLUMNS", "nonsense", 1);
    ladder_options_auto(&options, file);
    assert_int_equal(options.width, 0);
    setenv("LC_ALL", "C", 1);
    ladder_options_auto(&options, file);
    assert_true(options.ascii);
    setenv("LC_ALL", "C.UTF-8", 1);
    ladder_options_auto(&options, file);
    assert_false(options.ascii);
    fclose(file);
}

static void a_terminal_gets_colours_unless_no_color_is_set(void **state)
{
    (void)state;
    struct ladder_options options;
    int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    if (terminal < 0)
        skip();
    FILE *file = fdopen(terminal, "r+");
    assert_non_null(file);
    setenv("TERM", "xterm", 1);
    unsetenv("NO_COLOR");
    ladder_options_auto(&options, file);
    assert_true(options.color);
    setenv("NO_COLOR", "1", 1);
    ladder_options_auto(&options, file);
    assert_false(options.color);
    unsetenv("NO_COLOR");
    setenv("TERM", "dumb", 1);
    ladder_options_auto(&options, file);
    assert_false(options.color);
    fclose(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_suits_a_file_is_no_colour_and_the_columns_of_the_environment),
        cmocka_unit_test(a_terminal_gets_colours_unless_no_color_is_set),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
