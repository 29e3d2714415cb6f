/* experiments/claims.c: the rows of claims.txt, and what is wrong with one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "experiments/claims.h"
#include "tests/unit/resources.h"

static void a_row_is_read_with_all_it_has(void **state)
{
    struct claims claims;
    struct fault fault = {0};
    (void)state;
    assert_int_equal(claims_parse(&claims,
                                  "# a comment\n\n"
                                  "57a claim handshake  \n"
                                  "  en: Three segments: no more.\n"
                                  "  zh: 三个\n"
                                  "  # another\n"
                                  "  holds: three.count = 3\n"
                                  "  without: two.count = 2\n"
                                  "  if-en: so\n  if-zh: 如此\n"
                                  "  shows: three.segments\n"
                                  "57b analogy\n  en: a\n  zh: b\n",
                                  &fault),
                     0);
    assert_int_equal(claims.count, 2);
    const struct claim *row = &claims.rows[0];
    assert_string_equal(row->where, "57a");
    assert_string_equal(row->experiment, "handshake");
    assert_string_equal(row->says.en, "Three segments: no more.");
    assert_string_equal(row->says.zh, "三个");
    assert_string_equal(row->holds, "three.count = 3");
    assert_string_equal(row->without, "two.count = 2");
    assert_string_equal(row->condition.zh, "如此");
    assert_string_equal(row->shows, "three.segments");
    assert_int_equal(row->line, 3);
    assert_null(row->fact.en);
    assert_int_equal(claims.rows[1].kind, KIND_ANALOGY);
    claims_fini(&claims);
}

static enum verdict expected(const char *more)
{
    struct claims claims;
    struct fault fault = {0};
    char text[200];
    snprintf(text, sizeof text, "1 claim x\n en: a\n zh: b\n%s", more);
    assert_int_equal(claims_parse(&claims, text, &fault), 0);
    enum verdict verdict = claims.rows[0].expected;
    claims_fini(&claims);
    return verdict;
}

static void our_own_stack_is_expected_to_agree_unless_a_row_says_otherwise(void **state)
{
    (void)state;
    assert_int_equal(expected(""), VERDICT_TRUE);
    assert_int_equal(expected(" if-en: c\n if-zh: d\n"), VERDICT_TRUE_IF);
    assert_int_equal(expected(" if-en: c\n if-zh: d\n own: true\n"), VERDICT_TRUE);
    assert_int_equal(expected(" own: false\n"), VERDICT_FALSE);
    assert_int_equal(expected(" own: not-yet"), VERDICT_NOT_YET);
}

#define SAYS " en: a\n zh: b\n"

static void a_mistake_is_told_with_its_line(void **state)
{
    static const struct {
        const char *text, *why;
    } wrong[] = {
        {"# x\nfoo claim x\n" SAYS, "2: 'foo' is no line of the text: 57 or 57a"},
        {"7aa claim x\n" SAYS, "1: '7aa' is no line of the text: 57 or 57a"},
        {"9223372036854775807 claim x\n" SAYS,
         "1: '9223372036854775807' is no line of the text: 57 or 57a"},
        {"7 clam x\n" SAYS, "1: 'clam' is none of claim, definition, analogy, advice"},
        {"7\n" SAYS, "1: '' is none of claim, definition, analogy, advice"},
        {"7 claim x y\n" SAYS, "1: 'y' is one word too many"},
        {"7 claim x\n" SAYS "7 claim x\n" SAYS, "4: 7 does not come after the row above"},
        {"7b claim x\n" SAYS "7a claim x\n" SAYS, "4: 7a does not come after the row above"},
        {"  en: a\n", "1: there is no row yet that this line could belong to"},
        {"7 claim x\n  en\n", "2: a line of a row begins with a word and a colon: \"en: ...\""},
        {"7 claim x\n en: a\n zz: b\n", "3: there is no \"zz:\" in a row"},
        {"7 claim x\n en: a\n en: b\n", "3: the row has two lines \"en:\""},
        {"7 claim x\n en:\n", "2: nothing stands behind \"en:\""},
        {"7 claim x\n" SAYS " holds: a.b 3\n", "4: '3' is none of = != < <= > >= has lacks"},
        {"7 claim x\n en: a\n", "3: the row above says nothing in \"en:\" or in \"zh:\""},
        {"7 claim x\n" SAYS " fact-en: c\n8 claim x\n" SAYS,
         "5: the row above has words in one language only"},
        {"7 claim\n" SAYS, "4: the claim above needs either an experiment or \"why-en:\""},
        {"7 advice x\n" SAYS, "4: the row above is no claim, and nothing settles it"},
        {"7 advice\n" SAYS " holds: a.b = 1\n",
         "5: the row above has \"holds:\" and names no experiment"},
        {"7 claim x\n" SAYS " holds: a.b = 1\n without: a.b = 2\n",
         "6: \"without:\" wants \"holds:\" and \"if-en:\""},
        {"7 claim x\n" SAYS " own: perhaps\n",
         "5: own: 'perhaps' is none of true, true-if, false, not-yet"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        struct claims claims;
        struct fault fault = {0};
        assert_int_equal(claims_parse(&claims, wrong[i].text, &fault), -EBADMSG);
        assert_memory_equal(fault.text, "claims.txt:", strlen("claims.txt:"));
        assert_string_equal(fault.text + strlen("claims.txt:"), wrong[i].why);
    }
}

static void the_file_that_is_built_in_can_be_read(void **state)
{
    struct claims claims;
    struct fault fault = {0};
    (void)state;
    int error = claims_load(&claims, &fault);
    assert_string_equal(fault.text, "");
    assert_int_equal(error, 0);
    assert_true(claims.count > 200);
    claims_fini(&claims);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_is_read_with_all_it_has),
        cmocka_unit_test(our_own_stack_is_expected_to_agree_unless_a_row_says_otherwise),
        cmocka_unit_test(a_mistake_is_told_with_its_line),
        cmocka_unit_test(the_file_that_is_built_in_can_be_read),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
