/* experiments/assertion.c: comparisons on what was measured, and what cannot be said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "experiments/assertion.h"
#include "tests/unit/resources.h"

/* Two scenes, one of them disturbed. */
static struct results wait_scene, stall_scene;
static const struct results *const scenes[] = {&wait_scene, &stall_scene};
static const struct evidence evidence = {scenes, ARRAY_LEN(scenes)};

static int measure(void **state)
{
    results_put_text(&wait_scene, "scene", "wait");
    results_put_number(&wait_scene, "segments", 10);
    results_put_number(&wait_scene, "shift", -3);
    results_put_text(&wait_scene, "path", "ESTABLISHED FIN_WAIT_1 1.5");
    results_put_text(&wait_scene, "noisy", "no");
    results_put_text(&stall_scene, "scene", "stall");
    results_put_number(&stall_scene, "segments", 9);
    results_put_text(&stall_scene, "outcome", "ECONNRESET");
    results_put_text(&stall_scene, "noisy", "yes");
    return resources_before(state);
}

static int holds(const char *text)
{
    struct fault fault = {0};
    assert_int_equal(assertion_check(text, &fault), 0);
    return assertion_holds(text, &evidence, &fault);
}

static void numbers_are_compared_as_numbers(void **state)
{
    (void)state;
    assert_int_equal(holds("wait.segments = 10"), 1);
    assert_int_equal(holds("wait.segments = 010"), 1);
    assert_int_equal(holds("wait.segments > 9"), 1);
    assert_int_equal(holds("wait.segments < 9"), 0);
    assert_int_equal(holds("wait.segments >= 10"), 1);
    assert_int_equal(holds("wait.segments <= 9"), 0);
    assert_int_equal(holds("wait.shift < 0"), 1);
    assert_int_equal(holds("wait.segments != 10"), 0);
}

static void words_are_equal_or_not(void **state)
{
    (void)state;
    assert_int_equal(holds("stall.outcome = ECONNRESET"), 1);
    assert_int_equal(holds("stall.outcome != 0"), 1);
    assert_int_equal(holds("stall.outcome = EPIPE"), 0);
}

static void a_result_is_compared_with_one_of_another_scene(void **state)
{
    (void)state;
    assert_int_equal(holds("wait.segments > stall.segments"), 1);
}

static void what_stands_in_quotes_is_one_word_whatever_is_in_it(void **state)
{
    (void)state;
    assert_int_equal(holds("wait.path = \"ESTABLISHED FIN_WAIT_1 1.5\""), 1);
    assert_int_equal(holds("wait.path has \"1.5\""), 1);
    assert_int_equal(holds("wait.path != \"\""), 1);
}

static void has_and_lacks_look_for_a_piece(void **state)
{
    (void)state;
    assert_int_equal(holds("wait.path has FIN_WAIT"), 1);
    assert_int_equal(holds("wait.path has LAST_ACK"), 0);
    assert_int_equal(holds("wait.path lacks LAST_ACK"), 1);
    assert_int_equal(holds("wait.path lacks FIN_WAIT"), 0);
}

static void and_wants_all_of_them(void **state)
{
    (void)state;
    assert_int_equal(holds("wait.segments = 10 and stall.segments = 9"), 1);
    assert_int_equal(holds("wait.segments = 1 and stall.segments = 9"), 0);
    assert_int_equal(holds("wait.segments = 10 and stall.segments = 1"), 0);
}

static void assert_unknown(const char *text, int error, const char *why)
{
    struct fault fault = {0};
    assert_int_equal(assertion_holds(text, &evidence, &fault), error);
    assert_string_equal(fault.text, why);
}

static void what_was_not_measured_is_neither_so_nor_not_so(void **state)
{
    (void)state;
    assert_unknown("cured.segments = 2", -ENOENT, "the scene of cured.segments was not played");
    assert_unknown("wait.segmants = 2", -ENODATA, "nothing measured wait.segmants");
    assert_unknown("stall.outcome > 3", -ENODATA, "'ECONNRESET' and '3' are not both numbers");
    assert_unknown("wait.segments = 1 and wait.nothing = 2", -ENODATA,
                   "nothing measured wait.nothing");
}

static void what_is_no_assertion_is_refused(void **state)
{
    static const struct {
        const char *text, *why;
    } wrong[] = {
        {"", "a comparison is missing"},
        {"wait.segments", "'wait.segments' is compared with nothing"},
        {"wait.segments == 2", "'==' is none of = != < <= > >= has lacks"},
        {"wait.segments =", "nothing stands behind '='"},
        {"segments = 2", "'segments' is not SCENE.KEY"},
        {"2 = wait.segments", "'2' is not SCENE.KEY"},
        {"a.b = 2 or c.d = 3", "'or' where \"and\" was expected"},
        {"a.b = 2 and", "a comparison is missing"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct fault fault = {0};
        assert_int_equal(assertion_check(wrong[i].text, &fault), -EINVAL);
        assert_string_equal(fault.text, wrong[i].why);
    }
}

static void only_a_scene_that_is_named_can_be_noisy(void **state)
{
    (void)state;
    assert_false(assertion_is_noisy("wait.segments = 10", &evidence));
    assert_true(assertion_is_noisy("wait.segments > stall.segments", &evidence));
}

static void results_that_are_named_are_found_once(void **state)
{
    struct measured found[4];
    (void)state;
    size_t count = assertion_find("wait.segments > 9 and wait.segments < stall.segments", &evidence,
                                  found, 0, ARRAY_LEN(found));
    count = assertion_find("wait.segments wait.nothing wait.shift", &evidence, found, count,
                           ARRAY_LEN(found));
    assert_int_equal(count, 3);
    assert_string_equal(found[0].scene, "wait");
    assert_string_equal(found[0].result->value, "10");
    assert_string_equal(found[1].scene, "stall");
    assert_string_equal(found[2].result->key, "shift");
    assert_int_equal(assertion_find("wait.path", &evidence, found, 4, 4), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_compared_as_numbers),
        cmocka_unit_test(words_are_equal_or_not),
        cmocka_unit_test(a_result_is_compared_with_one_of_another_scene),
        cmocka_unit_test(what_stands_in_quotes_is_one_word_whatever_is_in_it),
        cmocka_unit_test(has_and_lacks_look_for_a_piece),
        cmocka_unit_test(and_wants_all_of_them),
        cmocka_unit_test(what_was_not_measured_is_neither_so_nor_not_so),
        cmocka_unit_test(what_is_no_assertion_is_refused),
        cmocka_unit_test(only_a_scene_that_is_named_can_be_noisy),
        cmocka_unit_test(results_that_are_named_are_found_once),
    };
    return cmocka_run_group_tests(tests, measure, resources_after);
}
