/* common/stack/timers.c: the earliest of many, held to a plain list that knows it too. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/prng.h"
#include "stack/timers.h"
#include "tests/unit/resources.h"

enum { MANY = 200 };

static void nothing_is_due_while_none_is_set(void **state)
{
    (void)state;
    struct timers timers;
    timers_init(&timers);
    assert_int_equal(timers_deadline(&timers), NEVER);
    assert_null(timers_due(&timers, NEVER - 1));
    timers_fini(&timers);
}

static void due_ones_come_in_the_order_of_their_times(void **state)
{
    (void)state;
    struct timers timers;
    struct timer some[4] = {{0}};
    static const usec_t times[] = {30, 10, 40, 20};
    timers_init(&timers);
    assert_int_equal(timers_reserve(&timers, 4), 0);
    for (int i = 0; i < 4; i++)
        timers_set(&timers, &some[i], times[i]);
    for (usec_t now = 10; now <= 40; now += 10) {
        assert_null(timers_due(&timers, now - 1));
        struct timer *due = timers_due(&timers, now);
        assert_int_equal(due->at, now);
        timers_set(&timers, due, NEVER);
    }
    timers_fini(&timers);
}

static void a_timer_that_is_moved_is_due_once(void **state)
{
    (void)state;
    struct timers timers;
    struct timer timer = {0};
    timers_init(&timers);
    assert_int_equal(timers_reserve(&timers, 1), 0);
    timers_set(&timers, &timer, 10);
    timers_set(&timers, &timer, 50);
    assert_null(timers_due(&timers, 49));
    timers_set(&timers, &timer, 5);
    assert_ptr_equal(timers_due(&timers, 5), &timer);
    timers_set(&timers, &timer, NEVER);
    timers_set(&timers, &timer, NEVER); /* once more does no harm */
    assert_int_equal(timers_deadline(&timers), NEVER);
    timers_fini(&timers);
}

/* ---- held to a plain list ---- */

static struct {
    struct timers timers;
    struct timer some[MANY];
    usec_t times[MANY]; /* what each was set to last */
} model;

static usec_t earliest(void)
{
    usec_t result = NEVER;
    for (size_t i = 0; i < MANY; i++)
        result = usec_min(result, model.times[i]);
    return result;
}

static void set(uint64_t which, usec_t at)
{
    model.times[which] = at;
    timers_set(&model.timers, &model.some[which], at);
    assert_int_equal(timers_deadline(&model.timers), earliest());
}

static void many_changes_keep_them_in_order(void **state)
{
    (void)state;
    struct prng prng;
    prng_seed(&prng, 1);
    timers_init(&model.timers);
    assert_int_equal(timers_reserve(&model.timers, MANY), 0);
    for (int i = 0; i < MANY; i++)
        model.times[i] = NEVER;
    for (int round = 0; round < 50; round++) {
        for (int change = 0; change < 3 * MANY; change++) {
            bool off = prng_below(&prng, 3) == 0;
            set(prng_below(&prng, MANY), off ? NEVER : (usec_t)prng_below(&prng, 1000));
        }
        struct timer *first;
        while ((first = timers_due(&model.timers, NEVER - 1)) != NULL)
            set((uint64_t)(first - model.some), NEVER);
    }
    timers_fini(&model.timers);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_due_while_none_is_set),
        cmocka_unit_test(due_ones_come_in_the_order_of_their_times),
        cmocka_unit_test(a_timer_that_is_moved_is_due_once),
        cmocka_unit_test(many_changes_keep_them_in_order),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
