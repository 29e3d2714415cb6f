/* common/packet/seq.h: order on a circle, near the wrap and far from it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "packet/seq.h"
#include "tests/unit/resources.h"

/* Where on the circle each property is tried. */
static const uint32_t starts[] = {0, 1, 0x7fffffff, 0x80000000, 0xffffff00, 0xffffffff};

static void order_holds_everywhere_on_the_circle(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
        seq_t a = seq_make(starts[i]), b = seq_add(a, 1000);
        assert_true(seq_lt(a, b) && seq_le(a, b) && seq_gt(b, a) && seq_ge(b, a));
        assert_false(seq_lt(b, a) || seq_le(b, a) || seq_gt(a, b) || seq_ge(a, b));
        assert_true(seq_le(a, a) && seq_ge(a, a) && seq_eq(a, a));
        assert_false(seq_lt(a, a) || seq_gt(a, a) || seq_eq(a, b));
    }
}

static void order_reaches_just_short_of_half_the_circle(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
        seq_t a = seq_make(starts[i]);
        assert_true(seq_lt(a, seq_add(a, 0x7fffffff)));
        assert_true(seq_gt(a, seq_add(a, 0x80000001)));
    }
}

static void differences_count_both_ways(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
        seq_t a = seq_make(starts[i]), b = seq_add(a, 300);
        assert_int_equal(seq_diff(b, a), 300);
        assert_int_equal(seq_diff(a, b), -300);
        assert_int_equal(seq_distance(a, b), 300);
        assert_true(seq_eq(seq_sub(b, 300), a));
    }
}

static void the_later_and_the_earlier_are_found_across_the_wrap(void **state)
{
    (void)state;
    seq_t before = seq_make(0xfffffff0), after = seq_make(0x10);
    assert_true(seq_eq(seq_max(before, after), after));
    assert_true(seq_eq(seq_max(after, before), after));
    assert_true(seq_eq(seq_min(before, after), before));
    assert_true(seq_eq(seq_min(after, before), before));
}

static void a_window_holds_its_first_octet_and_not_its_end(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
        seq_t start = seq_make(starts[i]);
        assert_true(seq_in_window(start, start, 1));
        assert_true(seq_in_window(seq_add(start, 0xffff), start, 0x10000));
        assert_false(seq_in_window(seq_add(start, 0x10000), start, 0x10000));
        assert_false(seq_in_window(seq_sub(start, 1), start, 0x10000));
        assert_false(seq_in_window(start, start, 0));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_holds_everywhere_on_the_circle),
        cmocka_unit_test(order_reaches_just_short_of_half_the_circle),
        cmocka_unit_test(differences_count_both_ways),
        cmocka_unit_test(the_later_and_the_earlier_are_found_across_the_wrap),
        cmocka_unit_test(a_window_holds_its_first_octet_and_not_its_end),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
