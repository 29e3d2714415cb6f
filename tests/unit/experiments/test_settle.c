/* experiments/settle.c: one experiment's claims, shown, put among its results, and judged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdlib.h>

#include "experiments/settle.h"
#include "tests/unit/resources.h"

static const char text[] = "1 claim close\n en: Four.\n zh: 四\n holds: four.count = 4\n"
                           "2 claim close\n en: Three.\n zh: 三\n holds: prompt.count = 3\n"
                           "3 claim close\n en: Both.\n zh: 都\n holds: four.count > prompt.count\n"
                           "4 claim other\n en: Else.\n zh: 别\n holds: four.count = 4\n"
                           "5 claim close\n en: Later.\n zh: 后\n";

static struct claims claims;
static struct results four, prompt;
static const struct results *const scenes[] = {&four, &prompt};

/* A run of the first so many scenes, simulated. */
static struct settle run(struct witness *witness, size_t played, int64_t prompt_count)
{
    four = prompt = (struct results){0};
    results_put_text(&four, "scene", "four");
    results_put_number(&four, "count", 4);
    results_put_text(&prompt, "scene", "prompt");
    results_put_number(&prompt, "count", prompt_count);
    *witness = (struct witness){{STACK_SIM, STACK_SIM}, {scenes, played}};
    return (struct settle){&claims, "close", witness, 1};
}

static int before(void **state)
{
    struct fault fault = {0};
    int error = claims_parse(&claims, text, &fault);
    return error ? error : resources_before(state);
}

static int after(void **state)
{
    claims_fini(&claims);
    return resources_after(state);
}

static void a_verdict_is_put_into_the_scene_that_its_assertion_begins_with(void **state)
{
    struct witness witness;
    const struct settle settle = run(&witness, 2, 3);
    (void)state;
    settle_put(&settle, &witness, &four);
    settle_put(&settle, &witness, &prompt);
    assert_string_equal(results_get(&four, "claim_1"), "true");
    assert_string_equal(results_get(&four, "claim_3"), "true");
    assert_string_equal(results_get(&prompt, "claim_2"), "true");
    assert_null(results_get(&prompt, "claim_1"));
    assert_null(results_get(&four, "claim_4"));
    assert_null(results_get(&four, "claim_5"));
}

static void our_own_stack_is_judged_by_its_own_experiment(void **state)
{
    struct witness witness;
    struct fault fault = {0};
    struct settle settle = run(&witness, 2, 3);
    (void)state;
    assert_int_equal(settle_judge(&settle, &fault), 0);
    settle = run(&witness, 2, 4);
    assert_int_equal(settle_judge(&settle, &fault), -EPROTO);
    assert_string_equal(fault.text, "sim makes claim 2 of the text false, not true");
}

static void what_was_not_played_is_neither_shown_nor_judged(void **state)
{
    struct witness witness;
    struct fault fault = {0};
    const struct settle settle = run(&witness, 1, 4);
    char *page;
    size_t length;
    FILE *out = open_memstream(&page, &length);
    (void)state;
    settle_print(&settle, out, ENGLISH, 80);
    fclose(out);
    assert_string_equal(page, "line  sim            what the text says, and what was measured\n"
                              "1     true           Four.\n"
                              "                     four.count=4\n");
    free(page);
    assert_int_equal(settle_judge(&settle, &fault), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_verdict_is_put_into_the_scene_that_its_assertion_begins_with),
        cmocka_unit_test(our_own_stack_is_judged_by_its_own_experiment),
        cmocka_unit_test(what_was_not_played_is_neither_shown_nor_judged),
    };
    return cmocka_run_group_tests(tests, before, after);
}
