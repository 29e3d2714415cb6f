/* common/trace/plot_save.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <limits.h>
#include <unistd.h>

#include "base/fault.h"
#include "tests/unit/resources.h"
#include "trace/plot.h"

static char folder[] = "/tmp/test_plot_save.XXXXXX";

static int make_folder(void **state)
{
    return mkdtemp(folder) ? resources_before(state) : -1;
}

static int remove_folder(void **state)
{
    char path[PATH_MAX];
    static const char *const made[] = {"a/b/c.svg", "a/b", "a", "plain", ""};
    for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
        snprintf(path, sizeof path, "%s/%s", folder, made[i]);
        if (remove(path) < 0 && errno != ENOENT)
            return -1; /* something else was left */
    }
    return resources_after(state);
}

static int save(const char *name, struct fault *fault)
{
    char path[PATH_MAX];
    struct plot plot;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    plot_init(&plot, "title", "x", "y");
    int error = plot_save(&plot, path, fault);
    plot_fini(&plot);
    return error;
}

static void folders_are_made_and_a_file_is_replaced(void **state)
{
    (void)state;
    char path[PATH_MAX];
    struct fault fault = {0};
    assert_int_equal(save("a/b/c.svg", &fault), 0);
    assert_int_equal(save("a/b/c.svg", &fault), 0);
    snprintf(path, sizeof path, "%s/a/b/c.svg", folder);
    assert_int_equal(access(path, R_OK), 0);
}

static void what_cannot_be_written_is_one_clear_line(void **state)
{
    (void)state;
    struct fault fault = {0};
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/plain", folder);
    FILE *plain = fopen(path, "we");
    assert_non_null(plain);
    fclose(plain);
    assert_int_equal(save("plain/b.svg", &fault), -ENOTDIR);
    assert_non_null(strstr(fault.text, "plain/b.svg: Not a directory"));
}

static void nothing_is_left_beside_a_place_that_is_taken(void **state)
{
    (void)state;
    struct fault fault = {0};
    assert_int_equal(save("a/b/c.svg", &fault), 0);
    assert_int_equal(save("a/b", &fault), -EISDIR); /* the tear-down finds no draft */
}

static void a_name_that_is_too_long_is_refused(void **state)
{
    (void)state;
    char name[NAME_MAX + 2] = "";
    struct fault fault = {0};
    memset(name, 'x', sizeof name - 1);
    assert_int_equal(save(name, &fault), -ENAMETOOLONG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(folders_are_made_and_a_file_is_replaced),
        cmocka_unit_test(what_cannot_be_written_is_one_clear_line),
        cmocka_unit_test(nothing_is_left_beside_a_place_that_is_taken),
        cmocka_unit_test(a_name_that_is_too_long_is_refused),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
