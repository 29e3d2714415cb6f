/* common/tcp/challenge.c: forgeries are answered, but only so often. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/challenge.h"
#include "tcp/params.h"
#include "tests/unit/resources.h"

static struct challenge with_limit(uint8_t limit)
{
    struct challenge c;
    challenge_init(&c, limit);
    return c;
}

static int allowed(struct challenge *c, int asked, usec_t now)
{
    int n = 0;
    for (int i = 0; i < asked; i++)
        n += challenge_allows(c, now);
    return n;
}

static void ten_challenges_leave_in_five_seconds(void **state)
{
    (void)state;
    struct challenge c = with_limit(CHALLENGE_LIMIT_DEFAULT);
    assert_int_equal(allowed(&c, 100, 0), 10);
    assert_int_equal(allowed(&c, 100, SECONDS(5) - 1), 0);
}

static void next_period_allows_as_many_again(void **state)
{
    (void)state;
    struct challenge c = with_limit(CHALLENGE_LIMIT_DEFAULT);
    allowed(&c, 100, SECONDS(1));
    assert_int_equal(allowed(&c, 100, SECONDS(6)), 10);
}

static void period_begins_with_its_first_challenge(void **state)
{
    (void)state;
    struct challenge c = with_limit(2);
    allowed(&c, 1, SECONDS(3));
    allowed(&c, 1, SECONDS(7));
    assert_int_equal(allowed(&c, 9, SECONDS(8) - 1), 0);
    assert_int_equal(allowed(&c, 9, SECONDS(8)), 2);
}

static void limit_of_zero_silences_all(void **state)
{
    (void)state;
    struct challenge c = with_limit(0);
    assert_int_equal(allowed(&c, 100, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_challenges_leave_in_five_seconds),
        cmocka_unit_test(next_period_allows_as_many_again),
        cmocka_unit_test(period_begins_with_its_first_challenge),
        cmocka_unit_test(limit_of_zero_silences_all),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
