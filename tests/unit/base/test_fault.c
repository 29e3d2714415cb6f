/* common/base/fault.c: the first cause is kept, told in one line, and picks the exit code. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "base/fault.h"
#include "tests/unit/resources.h"

static void a_fault_carries_its_error_and_its_line(void **state)
{
    (void)state;
    struct fault fault = {0};
    assert_int_equal(fault_set(&fault, -EADDRINUSE, "port %d is busy", 8080), -EADDRINUSE);
    assert_int_equal(fault.error, -EADDRINUSE);
    assert_string_equal(fault.text, "port 8080 is busy");
}

static void the_first_cause_is_kept(void **state)
{
    (void)state;
    struct fault fault = {0};
    fault_set(&fault, -ENOENT, "first");
    assert_int_equal(fault_set(&fault, -EIO, "second"), -EIO);
    assert_int_equal(fault_errno(&fault, -EPERM, "third"), -EPERM);
    assert_int_equal(fault.error, -ENOENT);
    assert_string_equal(fault.text, "first");
}

static void the_system_names_the_cause_where_it_knows_best(void **state)
{
    (void)state;
    struct fault fault = {0};
    assert_int_equal(fault_errno(&fault, -ENOENT, "open %s", "wire.script"), -ENOENT);
    assert_string_equal(fault.text, "open wire.script: No such file or directory");
}

static void a_connect_that_took_too_long_is_told_in_words(void **state)
{
    (void)state;
    struct fault fault = {0};
    fault_errno(&fault, -EINPROGRESS, "cannot connect to 10.0.0.2:8080");
    assert_string_equal(fault.text,
                        "cannot connect to 10.0.0.2:8080: no answer in the time allowed");
}

static void a_line_too_long_is_cut_and_ended(void **state)
{
    (void)state;
    char text[1000];
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    struct fault fault = {0};
    fault_errno(&fault, -ENOENT, "%s", text);
    assert_int_equal(strlen(fault.text), sizeof(fault.text) - 1);
}

static int exit_code_of(int error)
{
    const struct fault fault = {.error = error};
    return fault_exit_code(&fault);
}

static void the_exit_code_tells_privilege_from_usage_from_failure(void **state)
{
    (void)state;
    assert_int_equal(exit_code_of(-EPERM), 77);
    assert_int_equal(exit_code_of(-EINVAL), 2);
    assert_int_equal(exit_code_of(-ECONNREFUSED), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fault_carries_its_error_and_its_line),
        cmocka_unit_test(the_first_cause_is_kept),
        cmocka_unit_test(the_system_names_the_cause_where_it_knows_best),
        cmocka_unit_test(a_connect_that_took_too_long_is_told_in_words),
        cmocka_unit_test(a_line_too_long_is_cut_and_ended),
        cmocka_unit_test(the_exit_code_tells_privilege_from_usage_from_failure),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
