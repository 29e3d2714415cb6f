/* common/tcp/timewait.c: 2 MSL, anew with each repeated FIN, and sooner over for a new SYN. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tcp/params.h"
#include "tcp/timewait.h"
#include "tests/unit/resources.h"
#include "tests/unit/tcp/twins.h"

static void outside_time_wait_nothing_is_over(void **state)
{
    (void)state;
    struct timewait t;
    timewait_init(&t);
    assert_false(timewait_over(&t, SECONDS(1000000)));
}

static void time_wait_lasts_sixty_seconds(void **state)
{
    (void)state;
    struct timewait t;
    timewait_init(&t);
    timewait_start(&t, TIME_WAIT_DEFAULT, SECONDS(5));
    assert_false(timewait_over(&t, SECONDS(65) - 1));
    assert_true(timewait_over(&t, SECONDS(65)));
}

static void repeated_fin_begins_it_anew(void **state)
{
    (void)state;
    struct timewait t;
    timewait_init(&t);
    timewait_start(&t, TIME_WAIT_DEFAULT, 0);
    timewait_start(&t, TIME_WAIT_DEFAULT, SECONDS(59));
    assert_false(timewait_over(&t, SECONDS(60)));
    assert_true(timewait_over(&t, SECONDS(119)));
}

static void length_can_be_set_even_to_nothing(void **state)
{
    (void)state;
    struct timewait t;
    timewait_init(&t);
    timewait_start(&t, 0, 7);
    assert_true(timewait_over(&t, 7));
}

/* ---- RFC 6191 section 2; the FIN had the number before `start` ---- */

static const struct tstamp unstamped = {.on = false};

static void a_number_beyond_the_fin_is_a_new_connections(void **state)
{
    seq_t nxt = twin_start(state);
    const struct timewait_syn last = {.seq = seq_sub(nxt, 1)}, beyond = {.seq = nxt};
    assert_false(timewait_yields(&unstamped, nxt, &last));
    assert_true(timewait_yields(&unstamped, nxt, &beyond));
}

static void a_later_timestamp_makes_any_number_new(void **state)
{
    seq_t nxt = twin_start(state);
    const struct tstamp old = {.on = true, .recent = nxt.value};
    struct timewait_syn syn = {.stamped = true, .ts_val = nxt.value + 1, .seq = seq_sub(nxt, 5)};
    assert_true(timewait_yields(&old, nxt, &syn));
    syn.ts_val = nxt.value + 20; /* for one twin across the wrap */
    assert_true(timewait_yields(&old, nxt, &syn));
}

static void an_earlier_timestamp_makes_any_number_old(void **state)
{
    seq_t nxt = twin_start(state);
    const struct tstamp old = {.on = true, .recent = nxt.value + 20};
    const struct timewait_syn syn = {.stamped = true, .ts_val = nxt.value, .seq = seq_add(nxt, 5)};
    assert_false(timewait_yields(&old, nxt, &syn));
}

static void with_equal_timestamps_the_number_decides(void **state)
{
    seq_t nxt = twin_start(state);
    const struct tstamp old = {.on = true, .recent = 77};
    struct timewait_syn syn = {.stamped = true, .ts_val = 77, .seq = seq_sub(nxt, 1)};
    assert_false(timewait_yields(&old, nxt, &syn));
    syn.seq = nxt;
    assert_true(timewait_yields(&old, nxt, &syn));
}

static void timestamps_after_a_connection_without_make_it_new(void **state)
{
    seq_t nxt = twin_start(state);
    const struct timewait_syn syn = {.stamped = true, .seq = seq_sub(nxt, 5)};
    assert_true(timewait_yields(&unstamped, nxt, &syn));
}

static void without_timestamps_after_a_connection_with_the_number_decides(void **state)
{
    seq_t nxt = twin_start(state);
    const struct tstamp old = {.on = true, .recent = 77};
    struct timewait_syn syn = {.ts_val = 78, .seq = seq_sub(nxt, 1)};
    assert_false(timewait_yields(&old, nxt, &syn));
    syn.seq = nxt;
    assert_true(timewait_yields(&old, nxt, &syn));
}

static void our_own_reuse_waits_until_the_clocks_have_ticked(void **state)
{
    (void)state;
    const struct tstamp old = {.on = true, .recent_at = SECONDS(5)};
    assert_false(timewait_reusable(&old, SECONDS(6)));
    assert_true(timewait_reusable(&old, SECONDS(6) + 1));
    assert_false(timewait_reusable(&unstamped, SECONDS(50)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outside_time_wait_nothing_is_over),
        cmocka_unit_test(time_wait_lasts_sixty_seconds),
        cmocka_unit_test(repeated_fin_begins_it_anew),
        cmocka_unit_test(length_can_be_set_even_to_nothing),
        TWINS(a_number_beyond_the_fin_is_a_new_connections),
        TWINS(a_later_timestamp_makes_any_number_new),
        TWINS(an_earlier_timestamp_makes_any_number_old),
        TWINS(with_equal_timestamps_the_number_decides),
        TWINS(timestamps_after_a_connection_without_make_it_new),
        TWINS(without_timestamps_after_a_connection_with_the_number_decides),
        cmocka_unit_test(our_own_reuse_waits_until_the_clocks_have_ticked),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
