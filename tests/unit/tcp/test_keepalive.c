/* common/tcp/keepalive.c: off by default, two hours of silence, nine probes, then the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/keepalive.h"
#include "tests/unit/resources.h"

static struct keepalive on(void)
{
    struct keepalive k;
    keepalive_init(&k, 0);
    keepalive_set(&k, true, 0);
    return k;
}

static void keepalive_is_off_unless_asked_for(void **state)
{
    (void)state;
    struct keepalive k;
    keepalive_init(&k, 0);
    keepalive_on_heard(&k, SECONDS(1));
    assert_int_equal(k.deadline, NEVER);
}

static void first_probe_comes_after_two_hours_of_silence(void **state)
{
    (void)state;
    struct keepalive k = on();
    keepalive_on_heard(&k, SECONDS(100));
    assert_false(keepalive_due(&k, SECONDS(7300) - 1));
    assert_true(keepalive_due(&k, SECONDS(7300)));
}

static void nine_probes_then_the_peer_is_gone(void **state)
{
    (void)state;
    struct keepalive k = on();
    for (int i = 0; i < 9; i++) {
        assert_int_equal(k.deadline, SECONDS(7200 + 75 * i));
        assert_int_equal(keepalive_on_timeout(&k, k.deadline), KEEPALIVE_PROBE);
    }
    assert_int_equal(k.deadline, SECONDS(7875));
    assert_int_equal(keepalive_on_timeout(&k, k.deadline), KEEPALIVE_GIVE_UP);
    assert_int_equal(k.deadline, NEVER);
}

static void one_answer_starts_the_count_anew(void **state)
{
    (void)state;
    struct keepalive k = on();
    for (int i = 0; i < 8; i++)
        keepalive_on_timeout(&k, k.deadline);
    keepalive_on_heard(&k, SECONDS(8000));
    assert_int_equal(k.deadline, SECONDS(15200));
    assert_int_equal(k.sent, 0);
}

static void times_can_be_set(void **state)
{
    (void)state;
    struct keepalive k = on();
    k.idle_s = 10;
    k.interval_s = 2;
    k.probes = 1;
    keepalive_on_config(&k, SECONDS(1));
    assert_int_equal(k.deadline, SECONDS(10));
    keepalive_on_timeout(&k, SECONDS(10));
    assert_int_equal(k.deadline, SECONDS(12));
    assert_int_equal(keepalive_on_timeout(&k, SECONDS(12)), KEEPALIVE_GIVE_UP);
}

static void silence_already_longer_than_the_idle_time_probes_now(void **state)
{
    (void)state;
    struct keepalive k;
    keepalive_init(&k, 0);
    k.idle_s = 10;
    keepalive_set(&k, true, SECONDS(50));
    assert_int_equal(k.deadline, SECONDS(50));
}

static void switched_off_it_stays_silent(void **state)
{
    (void)state;
    struct keepalive k = on();
    keepalive_on_timeout(&k, SECONDS(7200));
    keepalive_set(&k, false, SECONDS(7210));
    keepalive_on_heard(&k, SECONDS(7220));
    assert_false(keepalive_due(&k, SECONDS(1000000)));
}

static void switched_on_again_it_counts_from_the_start(void **state)
{
    (void)state;
    struct keepalive k = on();
    keepalive_on_timeout(&k, SECONDS(7200));
    keepalive_set(&k, true, SECONDS(7210));
    assert_int_equal(k.sent, 0);
    assert_int_equal(k.deadline, SECONDS(7210));
}

static void outstanding_data_postpones_the_probe(void **state)
{
    (void)state;
    struct keepalive k = on();
    keepalive_on_timeout(&k, SECONDS(7200));
    keepalive_postpone(&k, SECONDS(7275));
    assert_int_equal(k.deadline, SECONDS(14475));
    assert_int_equal(k.sent, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keepalive_is_off_unless_asked_for),
        cmocka_unit_test(first_probe_comes_after_two_hours_of_silence),
        cmocka_unit_test(nine_probes_then_the_peer_is_gone),
        cmocka_unit_test(one_answer_starts_the_count_anew),
        cmocka_unit_test(times_can_be_set),
        cmocka_unit_test(silence_already_longer_than_the_idle_time_probes_now),
        cmocka_unit_test(switched_off_it_stays_silent),
        cmocka_unit_test(switched_on_again_it_counts_from_the_start),
        cmocka_unit_test(outstanding_data_postpones_the_probe),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
