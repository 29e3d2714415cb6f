/* common/tcp/isn.c: the same tuple climbs with the clock, others are unrelated. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/isn.h"
#include "tcp/params.h"
#include "tests/unit/resources.h"
#include "tests/unit/tcp/twins.h"

static const struct siphash_key key = {0x0123456789abcdef, 0xfedcba9876543210};
static const struct isn_tuple tuple = {0x0a000001, 0x0a000002, 40000, 80};

static void same_tuple_grows_by_one_each_four_microseconds(void **state)
{
    (void)state;
    seq_t first = isn_make(&key, &tuple, 0);
    assert_int_equal(seq_distance(first, isn_make(&key, &tuple, 3)), 0);
    assert_int_equal(seq_distance(first, isn_make(&key, &tuple, 4)), 1);
    assert_int_equal(seq_distance(first, isn_make(&key, &tuple, SECONDS(1))), 250000);
}

static void clock_comes_round_after_four_hours_and_three_quarters(void **state)
{
    (void)state;
    usec_t circle = (INT64_C(1) << 32) * 4;
    assert_true(seq_eq(isn_make(&key, &tuple, 5), isn_make(&key, &tuple, 5 + circle)));
}

static void each_part_of_the_tuple_matters(void **state)
{
    (void)state;
    const struct isn_tuple others[] = {
        {0x0a000003, 0x0a000002, 40000, 80}, {0x0a000001, 0x0a000003, 40000, 80},
        {0x0a000001, 0x0a000002, 40001, 80}, {0x0a000001, 0x0a000002, 40000, 81},
        {0x0a000002, 0x0a000001, 80, 40000},
    };
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        assert_int_not_equal(isn_hash(&key, &others[i]), isn_hash(&key, &tuple));
}

static void other_key_gives_other_numbers(void **state)
{
    (void)state;
    const struct siphash_key other = {0x0123456789abcdef, 0xfedcba9876543211};
    assert_int_not_equal(isn_hash(&other, &tuple), isn_hash(&key, &tuple));
}

static void neighbouring_ports_start_far_apart(void **state)
{
    (void)state;
    int near = 0;
    struct isn_tuple next = tuple;
    for (int i = 0; i < 1000; i++) {
        seq_t before = isn_make(&key, &next, 0);
        next.local_port++;
        int32_t gap = seq_diff(isn_make(&key, &next, 0), before);
        near += gap > -1000000 && gap < 1000000; /* chance: 1 in 2147 */
    }
    assert_true(near < 10);
}

static void after_a_fast_connection_numbers_go_on_beyond_its_own(void **state)
{
    seq_t used = twin_start(state);
    assert_true(seq_eq(isn_beyond(seq_sub(used, 1), used), seq_add(used, ISN_GAP)));
    assert_true(seq_eq(isn_beyond(seq_add(used, 5), used), seq_add(used, ISN_GAP)));
    seq_t far = seq_add(used, 1000000);
    assert_true(seq_eq(isn_beyond(far, used), far));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(same_tuple_grows_by_one_each_four_microseconds),
        cmocka_unit_test(clock_comes_round_after_four_hours_and_three_quarters),
        cmocka_unit_test(each_part_of_the_tuple_matters),
        cmocka_unit_test(other_key_gives_other_numbers),
        cmocka_unit_test(neighbouring_ports_start_far_apart),
        TWINS(after_a_fast_connection_numbers_go_on_beyond_its_own),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
