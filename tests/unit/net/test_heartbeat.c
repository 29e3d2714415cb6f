/* common/net/heartbeat.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "net/heartbeat.h"
#include "tests/unit/resources.h"

enum { INTERVAL = 100, MISSES = 3 };

static void a_peer_that_answers_is_asked_once_an_interval(void **state)
{
    (void)state;
    struct heartbeat heartbeat;
    heartbeat_init(&heartbeat, INTERVAL, MISSES, 5);
    for (usec_t now = 5; now < 5 + 20 * INTERVAL; now += INTERVAL) {
        assert_int_equal(heartbeat_deadline(&heartbeat), now);
        assert_int_equal(heartbeat_on_time(&heartbeat, now - 1), HEARTBEAT_WAIT);
        assert_int_equal(heartbeat_on_time(&heartbeat, now), HEARTBEAT_PING);
        assert_int_equal(heartbeat_on_time(&heartbeat, now), HEARTBEAT_WAIT);
        heartbeat_on_word(&heartbeat);
    }
}

static void a_peer_that_misses_three_is_dead_an_interval_later(void **state)
{
    (void)state;
    struct heartbeat heartbeat;
    heartbeat_init(&heartbeat, INTERVAL, MISSES, 0);
    assert_int_equal(heartbeat_on_time(&heartbeat, 0), HEARTBEAT_PING);
    assert_int_equal(heartbeat_on_time(&heartbeat, 100), HEARTBEAT_PING);
    assert_int_equal(heartbeat_on_time(&heartbeat, 200), HEARTBEAT_PING);
    assert_int_equal(heartbeat_on_time(&heartbeat, 299), HEARTBEAT_WAIT);
    assert_int_equal(heartbeat_on_time(&heartbeat, 300), HEARTBEAT_DEAD);
}

static void one_word_in_time_begins_the_count_anew(void **state)
{
    (void)state;
    struct heartbeat heartbeat;
    heartbeat_init(&heartbeat, INTERVAL, MISSES, 0);
    for (usec_t now = 0; now <= 200; now += INTERVAL)
        assert_int_equal(heartbeat_on_time(&heartbeat, now), HEARTBEAT_PING);
    heartbeat_on_word(&heartbeat);
    for (usec_t now = 300; now <= 500; now += INTERVAL)
        assert_int_equal(heartbeat_on_time(&heartbeat, now), HEARTBEAT_PING);
    assert_int_equal(heartbeat_on_time(&heartbeat, 600), HEARTBEAT_DEAD);
}

static void after_a_long_pause_there_is_one_ping_and_not_a_burst(void **state)
{
    (void)state;
    struct heartbeat heartbeat;
    heartbeat_init(&heartbeat, INTERVAL, MISSES, 0);
    assert_int_equal(heartbeat_on_time(&heartbeat, 1000), HEARTBEAT_PING);
    assert_int_equal(heartbeat_on_time(&heartbeat, 1099), HEARTBEAT_WAIT);
    assert_int_equal(heartbeat_on_time(&heartbeat, 1100), HEARTBEAT_PING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_peer_that_answers_is_asked_once_an_interval),
        cmocka_unit_test(a_peer_that_misses_three_is_dead_an_interval_later),
        cmocka_unit_test(one_word_in_time_begins_the_count_anew),
        cmocka_unit_test(after_a_long_pause_there_is_one_ping_and_not_a_burst),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
