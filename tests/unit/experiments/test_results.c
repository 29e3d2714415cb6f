/* experiments/results.c: what is printed as JSON can be read again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "experiments/results.h"
#include "tests/unit/resources.h"

/* The caller frees it. */
static char *json_of(const struct results *results)
{
    char *text;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    results_print_json(results, out);
    fclose(out);
    return text;
}

static void what_is_printed_is_read_again(void **state)
{
    struct results written = {0}, read;
    (void)state;
    results_put_text(&written, "scene", "say \"\\\" \t\x01 三次");
    results_put_number(&written, "step", INT64_MIN);
    results_put_bool(&written, "noisy", true);
    char *text = json_of(&written);
    assert_int_equal(results_read_json(&read, text), 1);
    free(text);
    assert_int_equal(read.count, 3);
    assert_string_equal(results_get(&read, "scene"), results_get(&written, "scene"));
    assert_string_equal(results_get(&read, "step"), "-9223372036854775808");
    assert_true(results_find(&read, "step")->is_number);
    assert_false(results_find(&read, "noisy")->is_number);
}

static void what_stands_around_an_object_is_skipped(void **state)
{
    struct results read;
    (void)state;
    assert_int_equal(results_read_json(&read, "  {\"a\":1},\n"), 1);
    assert_string_equal(results_get(&read, "a"), "1");
    assert_int_equal(results_read_json(&read, "[\n"), 0);
    assert_int_equal(results_read_json(&read, ""), 0);
}

static void what_is_no_object_of_ours_is_refused(void **state)
{
    static const char *const wrong[] = {
        "{",
        "{}",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1",
        "{\"a\":[1]}",
        "{\"a\":\"b}",
        "{\"a\":\"\\q\"}",
        "{\"a\":\"\\u00\"}",
        "{\"a\":1,}",
        "{\"a\":true}",
        "{\"a key that is longer than any key of ours may be, by far\":1}"};
    struct results read;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++)
        assert_int_equal(results_read_json(&read, wrong[i]), -EINVAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_printed_is_read_again),
        cmocka_unit_test(what_stands_around_an_object_is_skipped),
        cmocka_unit_test(what_is_no_object_of_ours_is_refused),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
