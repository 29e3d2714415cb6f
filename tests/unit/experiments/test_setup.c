/* experiments/setup.c: whether the user changed anything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "experiments/setup.h"
#include "tests/unit/resources.h"

static int64_t words;
static bool direct;
static uint64_t seed;
static const char *script;

static const struct option_spec specs[] = {
    {"words", 0, OPTION_INT, &words, "", NULL, 0, 0},
    {"direct", 0, OPTION_FLAG, &direct, "", NULL, 0, 0},
    {"seed", 0, OPTION_SEED, &seed, "", NULL, 0, 0},
    {"script", 0, OPTION_STRING, &script, "", NULL, 0, 0},
};
static const struct option_group group = {"Own", specs, ARRAY_LEN(specs)};

static bool is_changed(void)
{
    static struct setup chosen, wanted;
    setup_read(&wanted, &group, 1);
    words = 5;
    direct = false;
    seed = 1;
    script = NULL;
    setup_read(&chosen, &group, 1);
    return !setup_is_same(&chosen, &wanted);
}

static void each_option_counts_but_the_seed(void **state)
{
    (void)state;
    is_changed(); /* sets all of them */
    assert_false(is_changed());
    words = 6;
    assert_true(is_changed());
    direct = true;
    assert_true(is_changed());
    script = "drop syn";
    assert_true(is_changed());
    seed = 2;
    assert_false(is_changed());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_option_counts_but_the_seed),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
