/* common/net/backoff.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/backoff.h"
#include "tests/unit/resources.h"

static void pauses_double_up_to_the_cap(void **state)
{
    (void)state;
    static const int64_t wholes[] = {100, 200, 400, 700, 700, 700};
    for (uint64_t seed = 1; seed <= 100; seed++) {
        struct backoff backoff;
        backoff_init(&backoff, 100, 700, seed);
        for (size_t i = 0; i < sizeof wholes / sizeof wholes[0]; i++)
            assert_in_range(backoff_next(&backoff), wholes[i] / 2, wholes[i]);
    }
}

static void jitter_uses_the_whole_upper_half(void **state)
{
    (void)state;
    usec_t least = 100, most = 0;
    for (uint64_t seed = 1; seed <= 2000; seed++) {
        struct backoff backoff;
        backoff_init(&backoff, 100, 100, seed);
        usec_t pause = backoff_next(&backoff);
        least = usec_min(least, pause);
        most = usec_max(most, pause);
    }
    assert_int_equal(least, 50);
    assert_int_equal(most, 100);
}

static void a_success_begins_anew(void **state)
{
    (void)state;
    struct backoff backoff;
    backoff_init(&backoff, 100, 10000, 1);
    for (int i = 0; i < 5; i++)
        backoff_next(&backoff);
    backoff_reset(&backoff);
    assert_in_range(backoff_next(&backoff), 50, 100);
}

static void the_same_seed_gives_the_same_pauses(void **state)
{
    (void)state;
    struct backoff one, other;
    backoff_init(&one, 1000, 100000, 7);
    backoff_init(&other, 1000, 100000, 7);
    for (int i = 0; i < 10; i++)
        assert_int_equal(backoff_next(&one), backoff_next(&other));
}

static void a_cap_near_the_end_of_time_does_not_overflow(void **state)
{
    (void)state;
    struct backoff backoff;
    backoff_init(&backoff, 1, NEVER, 1);
    for (int i = 0; i < 100; i++)
        assert_true(backoff_next(&backoff) >= 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pauses_double_up_to_the_cap),
        cmocka_unit_test(jitter_uses_the_whole_upper_half),
        cmocka_unit_test(a_success_begins_anew),
        cmocka_unit_test(the_same_seed_gives_the_same_pauses),
        cmocka_unit_test(a_cap_near_the_end_of_time_does_not_overflow),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
