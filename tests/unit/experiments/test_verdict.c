/* experiments/verdict.c: the verdict on a claim, who may differ, and the row it gets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/verdict.h"
#include "tests/unit/resources.h"

static const struct pair sim = {STACK_SIM, STACK_SIM}, own = {STACK_OWN, STACK_OWN},
                         kernel = {STACK_KERNEL, STACK_KERNEL}, mixed = {STACK_KERNEL, STACK_OWN};

static struct results scene;
static const struct results *const scenes[] = {&scene};

/* A scene that counted so many. */
static struct witness witness(struct pair pair, int64_t count, bool noisy)
{
    scene = (struct results){0};
    results_put_text(&scene, "scene", "three");
    results_put_number(&scene, "count", count);
    results_put_bool(&scene, "noisy", noisy);
    return (struct witness){pair, {scenes, 1}};
}

static const struct claim three = {
    .where = "57a",
    .experiment = "handshake",
    .says = {"Three segments.", "三个。"},
    .holds = "three.count = 3",
    .expected = VERDICT_TRUE,
};

static struct ruling pass(const struct claim *claim, struct pair pair, int64_t count)
{
    const struct witness who = witness(pair, count, false);
    return verdict_pass(claim, &who);
}

static void what_holds_is_true_and_what_does_not_is_false(void **state)
{
    (void)state;
    assert_int_equal(pass(&three, sim, 3).verdict, VERDICT_TRUE);
    assert_int_equal(pass(&three, sim, 4).verdict, VERDICT_FALSE);
}

static void a_condition_makes_it_true_if(void **state)
{
    struct claim claim = three;
    (void)state;
    claim.condition = (struct words){"if", "如果"};
    assert_int_equal(pass(&claim, sim, 3).verdict, VERDICT_TRUE_IF);
    assert_int_equal(pass(&claim, sim, 4).verdict, VERDICT_FALSE);
}

static void a_condition_that_proves_needless_makes_it_plainly_true(void **state)
{
    struct claim claim = three;
    (void)state;
    claim.condition = (struct words){"if", "如果"};
    claim.without = "three.count = 3";
    assert_int_equal(pass(&claim, sim, 3).verdict, VERDICT_TRUE_IF);
    claim.without = "three.count = 4";
    assert_int_equal(pass(&claim, sim, 3).verdict, VERDICT_TRUE);
}

static void what_our_own_stack_lacks_is_not_yet_and_no_failure(void **state)
{
    struct claim claim = three;
    (void)state;
    claim.expected = VERDICT_NOT_YET;
    assert_int_equal(pass(&claim, own, 4).verdict, VERDICT_NOT_YET);
    assert_false(pass(&claim, own, 4).failed);
    claim.holds = "three.ece = 1"; /* nor need it be measured */
    assert_int_equal(pass(&claim, own, 4).verdict, VERDICT_NOT_YET);
    assert_int_equal(pass(&claim, kernel, 4).verdict, VERDICT_UNSETTLED);
    claim.holds = three.holds;
    assert_true(pass(&claim, own, 3).failed); /* it has it now: the row is out of date */
    assert_int_equal(pass(&claim, kernel, 4).verdict, VERDICT_FALSE);
    assert_false(pass(&claim, kernel, 4).differs);
}

static void our_own_stack_fails_where_it_differs_and_a_kernel_does_not(void **state)
{
    (void)state;
    assert_false(pass(&three, sim, 3).differs);
    assert_true(pass(&three, sim, 4).failed);
    assert_true(pass(&three, own, 4).failed);
    assert_true(pass(&three, kernel, 4).differs);
    assert_false(pass(&three, kernel, 4).failed);
    assert_false(pass(&three, mixed, 4).failed);
}

static void a_busy_machine_fails_nobody(void **state)
{
    const struct witness who = witness(own, 4, true);
    (void)state;
    const struct ruling ruling = verdict_pass(&three, &who);
    assert_true(ruling.differs);
    assert_false(ruling.failed);
}

static void what_nobody_measured_is_unsettled_and_says_why(void **state)
{
    const struct witness nobody = {sim, {NULL, 0}};
    struct claim claim = three;
    (void)state;
    struct ruling ruling = verdict_pass(&claim, &nobody);
    assert_int_equal(ruling.verdict, VERDICT_UNSETTLED);
    assert_false(ruling.differs);
    assert_string_equal(ruling.why.text, "the scene of three.count was not played");
    claim.holds = NULL;
    ruling = verdict_pass(&claim, &nobody);
    assert_int_equal(ruling.verdict, VERDICT_UNSETTLED);
    assert_string_equal(ruling.why.text, "no assertion settles it yet");
}

/* The row of `claim` in a table with one witness. The caller frees it. */
static char *row_of(const struct claim *claim, struct pair pair, enum language language)
{
    const struct witness who = witness(pair, 4, false);
    char *text;
    size_t length;
    struct verdict_page page = {.out = open_memstream(&text, &length),
                                .language = language,
                                .width = 80,
                                .witnesses = &who,
                                .count = 1};
    verdict_print(&page, claim);
    verdict_print_foot(&page);
    fclose(page.out);
    return text;
}

static void a_row_tells_the_verdict_what_was_measured_and_the_fact(void **state)
{
    struct claim claim = three;
    (void)state;
    claim.fact = (struct words){"It is four.", "是四个。"};
    claim.expected = VERDICT_FALSE;
    char *text = row_of(&claim, sim, ENGLISH);
    assert_string_equal(text, "57a   false          Three segments.\n"
                              "                     three.count=4\n"
                              "                     Fact: It is four.\n");
    free(text);
    text = row_of(&claim, sim, CHINESE);
    assert_string_equal(text, "57a   不成立         三个。\n"
                              "                     three.count=4\n"
                              "                     事实:是四个。\n");
    free(text);
}

static void a_row_marks_a_kernel_that_differs_and_a_stack_of_ours_that_fails(void **state)
{
    (void)state;
    char *text = row_of(&three, kernel, ENGLISH);
    assert_non_null(strstr(text, "false* "));
    assert_non_null(strstr(text, "*  kernel-dependent"));
    free(text);
    text = row_of(&three, sim, ENGLISH);
    assert_non_null(strstr(text, "false! "));
    assert_non_null(strstr(text, "Expected: true\n"));
    free(text);
}

static void a_row_says_what_was_not_measured(void **state)
{
    struct claim claim = three;
    (void)state;
    claim.holds = "three.cuont = 3";
    char *text = row_of(&claim, sim, ENGLISH);
    assert_string_equal(text, "57a   unsettled      Three segments.\n"
                              "                     Why: nothing measured three.cuont\n");
    free(text);
}

static void what_is_no_claim_has_a_row_too(void **state)
{
    const struct claim row = {
        .where = "4", .kind = KIND_ADVICE, .says = {"Look.", "看。"}, .expected = VERDICT_TRUE};
    (void)state;
    char *text = row_of(&row, sim, ENGLISH);
    assert_string_equal(text, "4     advice         Look.\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_holds_is_true_and_what_does_not_is_false),
        cmocka_unit_test(a_condition_makes_it_true_if),
        cmocka_unit_test(a_condition_that_proves_needless_makes_it_plainly_true),
        cmocka_unit_test(what_our_own_stack_lacks_is_not_yet_and_no_failure),
        cmocka_unit_test(our_own_stack_fails_where_it_differs_and_a_kernel_does_not),
        cmocka_unit_test(a_busy_machine_fails_nobody),
        cmocka_unit_test(what_nobody_measured_is_unsettled_and_says_why),
        cmocka_unit_test(a_row_tells_the_verdict_what_was_measured_and_the_fact),
        cmocka_unit_test(a_row_marks_a_kernel_that_differs_and_a_stack_of_ours_that_fails),
        cmocka_unit_test(a_row_says_what_was_not_measured),
        cmocka_unit_test(what_is_no_claim_has_a_row_too),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
