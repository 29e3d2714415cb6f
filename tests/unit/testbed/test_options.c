/* The wire's options. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "testbed/options.h"
#include "tests/unit/resources.h"

static enum options_result parse(struct testbed_config *config, char *option, struct fault *fault)
{
    const struct option_group group = testbed_option_group(config);
    struct program program = {.name = "test", .groups = &group, .group_count = 1};
    char *argv[] = {"test", option, NULL};
    return options_parse(&program, 2, argv, fault);
}

static struct testbed_config config_after(char *option)
{
    struct testbed_config config = {.direct = false};
    struct fault fault = {0};
    assert_int_equal(parse(&config, option, &fault), OPTIONS_RUN);
    return config;
}

static void each_impairment_has_its_option(void **state)
{
    (void)state;
    assert_int_equal(config_after("--delay=10ms").medium.both.delay, MS(10));
    assert_int_equal(config_after("--rate=2mbit").medium.both.rate_bps, 2000000);
    assert_int_equal(config_after("--queue=7").medium.both.queue_len, 7);
    assert_int_equal(config_after("--loss=2%").medium.both.loss_ppm, 20000);
    assert_int_equal(config_after("--dup=1").medium.both.dup_ppm, 10000);
    assert_int_equal(config_after("--reorder=0.5").medium.both.reorder_ppm, 5000);
    assert_int_equal(config_after("--corrupt=0.1").medium.both.corrupt_ppm, 1000);
}

static void script_seed_and_directness_have_theirs(void **state)
{
    (void)state;
    assert_string_equal(config_after("--script=drop data 3").medium.script, "drop data 3");
    assert_int_equal(config_after("--seed=0x2a").medium.seed, 42);
    assert_true(config_after("--direct").direct);
}

static void more_than_everything_cannot_be_lost(void **state)
{
    (void)state;
    struct testbed_config config = {.direct = false};
    struct fault fault = {0};
    assert_int_equal(parse(&config, "--loss=101%", &fault), OPTIONS_BAD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_impairment_has_its_option),
        cmocka_unit_test(script_seed_and_directness_have_theirs),
        cmocka_unit_test(more_than_everything_cannot_be_lost),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
