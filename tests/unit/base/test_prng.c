/* common/base/prng.c: the published streams, fairness, and streams that do not disturb another. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/prng.h"
#include "tests/unit/resources.h"

static void a_known_state_gives_the_published_stream(void **state)
{
    (void)state;
    struct prng prng = {{1, 2, 3, 4}};
    static const uint64_t stream[] = {11520, 0, 1509978240, UINT64_C(1215971899390074240)};
    for (size_t i = 0; i < ARRAY_LEN(stream); i++)
        assert_int_equal(prng_next(&prng), stream[i]);
}

static void a_seed_is_spread_by_splitmix64(void **state)
{
    (void)state;
    struct prng prng;
    prng_seed(&prng, 1234567);
    static const uint64_t spread[] = {UINT64_C(6457827717110365317), UINT64_C(3203168211198807973),
                                      UINT64_C(9817491932198370423), UINT64_C(4593380528125082431)};
    for (size_t i = 0; i < ARRAY_LEN(spread); i++)
        assert_int_equal(prng.state[i], spread[i]);
}

static void the_same_seed_gives_the_same_stream(void **state)
{
    (void)state;
    struct prng a, b, other;
    prng_seed(&a, 42);
    prng_seed(&b, 42);
    prng_seed(&other, 43);
    for (int i = 0; i < 100; i++) {
        uint64_t draw = prng_next(&a);
        assert_int_equal(draw, prng_next(&b));
        assert_int_not_equal(draw, prng_next(&other));
    }
}

static void below_stays_below_and_reaches_everything(void **state)
{
    (void)state;
    struct prng prng;
    prng_seed(&prng, 0);
    for (uint64_t n = 1; n <= 64; n++) {
        uint64_t seen = 0;
        for (int i = 0; i < 2000; i++) {
            uint64_t draw = prng_below(&prng, n);
            assert_true(draw < n);
            seen |= UINT64_C(1) << draw;
        }
        assert_int_equal(seen, n == 64 ? UINT64_MAX : (UINT64_C(1) << n) - 1);
    }
}

static void below_favours_nobody_when_n_does_not_divide(void **state)
{
    (void)state;
    /* Of 3 * 2^62, a plain remainder would hit the lowest third twice as often. */
    const uint64_t third = UINT64_C(1) << 62;
    struct prng prng;
    prng_seed(&prng, 7);
    int lowest = 0;
    for (int i = 0; i < 30000; i++)
        lowest += prng_below(&prng, 3 * third) < third;
    assert_in_range(lowest, 9500, 10500);
}

static void chance_zero_never_and_certainty_always_happen(void **state)
{
    (void)state;
    struct prng prng;
    prng_seed(&prng, 1);
    for (int i = 0; i < 10000; i++) {
        assert_false(prng_chance(&prng, 0));
        assert_true(prng_chance(&prng, PPM));
        assert_true(prng_chance(&prng, UINT32_MAX));
    }
}

static void not_even_a_draw_of_zero_makes_chance_zero_happen(void **state)
{
    (void)state;
    struct prng prng = {{1, 2, 3, 4}}; /* draws 11520, then 0 */
    prng_next(&prng);
    assert_false(prng_chance(&prng, 0));
}

static void chance_comes_out_as_often_as_asked(void **state)
{
    (void)state;
    struct prng prng;
    prng_seed(&prng, 2);
    int hits = 0;
    for (int i = 0; i < 100000; i++)
        hits += prng_chance(&prng, 10000); /* 1 % */
    assert_in_range(hits, 900, 1100);
}

static void chance_takes_one_draw_whatever_it_is_asked(void **state)
{
    (void)state;
    static const uint32_t chances[] = {0, 1, 500000, PPM, UINT32_MAX};
    for (size_t i = 0; i < ARRAY_LEN(chances); i++) {
        struct prng asked, plain;
        prng_seed(&asked, 3);
        prng_seed(&plain, 3);
        prng_chance(&asked, chances[i]);
        prng_next(&plain);
        assert_memory_equal(&asked, &plain, sizeof(asked));
    }
}

static void a_fork_leaves_its_parent_alone(void **state)
{
    (void)state;
    struct prng prng;
    prng_seed(&prng, 4);
    struct prng before = prng;
    struct prng fork = prng_fork(&prng, 1);
    prng_next(&fork);
    assert_memory_equal(&prng, &before, sizeof(prng));
}

static void forks_differ_by_label_and_by_parent(void **state)
{
    (void)state;
    struct prng parent, other;
    prng_seed(&parent, 5);
    prng_seed(&other, 6);
    struct prng one = prng_fork(&parent, 1);
    struct prng again = prng_fork(&parent, 1);
    struct prng two = prng_fork(&parent, 2);
    struct prng cousin = prng_fork(&other, 1);
    for (int i = 0; i < 100; i++) {
        uint64_t draw = prng_next(&one);
        assert_int_equal(draw, prng_next(&again));
        assert_int_not_equal(draw, prng_next(&two));
        assert_int_not_equal(draw, prng_next(&cousin));
        assert_int_not_equal(draw, prng_next(&parent));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_known_state_gives_the_published_stream),
        cmocka_unit_test(a_seed_is_spread_by_splitmix64),
        cmocka_unit_test(the_same_seed_gives_the_same_stream),
        cmocka_unit_test(below_stays_below_and_reaches_everything),
        cmocka_unit_test(below_favours_nobody_when_n_does_not_divide),
        cmocka_unit_test(chance_zero_never_and_certainty_always_happen),
        cmocka_unit_test(not_even_a_draw_of_zero_makes_chance_zero_happen),
        cmocka_unit_test(chance_comes_out_as_often_as_asked),
        cmocka_unit_test(chance_takes_one_draw_whatever_it_is_asked),
        cmocka_unit_test(a_fork_leaves_its_parent_alone),
        cmocka_unit_test(forks_differ_by_label_and_by_parent),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
