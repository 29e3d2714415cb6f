/* client/round_trips.c: on a wire of known delay the answer is known. */
#include "client/round_trips.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "base/thread.h"
#include "net/io.h"
#include "server/echo.h"
#include "tests/unit/client/play.h"

enum { LEN = 64 };

/* Echoes; every tenth answer comes 5 ms late. */
static void answer_now_and_then_late(struct net *net, int sock, const struct net_addr *peer,
                                     void *arg)
{
    uint8_t request[LEN];
    (void)peer;
    (void)arg;
    for (int i = 1; net_read_full(net, sock, request, LEN) == LEN; i++) {
        if (i % 10 == 0)
            thread_sleep_until(clock_now() + MS(5));
        net_write_full(net, sock, request, LEN);
    }
}

static void half_of_the_trips_take_no_longer_than_p50(void **state)
{
    (void)state;
    struct play play;
    struct round_trips_result result;
    struct fault fault = {0};
    play_begin(&play, NULL, answer_now_and_then_late, NULL);
    const struct round_trips trips = {.server = play.addr, .count = 100, .len = LEN};
    assert_int_equal(round_trips_run(play.client, &trips, &result, &fault), 0);
    assert_true(result.p50_us > 0);
    assert_true(result.p50_us < MS(1));
    assert_true(result.p99_us >= MS(5));
    play_end(&play);
}

static void say_something_else(struct net *net, int sock, const struct net_addr *peer, void *arg)
{
    uint8_t request[LEN] = {0};
    (void)peer;
    (void)arg;
    net_read_full(net, sock, request, LEN);
    request[LEN - 1] ^= 1;
    net_write_full(net, sock, request, LEN);
}

static void a_wrong_answer_is_an_error(void **state)
{
    (void)state;
    struct play play;
    struct round_trips_result result;
    struct fault fault = {0};
    play_begin(&play, NULL, say_something_else, NULL);
    const struct round_trips trips = {.server = play.addr, .count = 1, .len = LEN};
    assert_int_equal(round_trips_run(play.client, &trips, &result, &fault), -EIO);
    play_end(&play);
}

static void nobody_there_is_told(void **state)
{
    (void)state;
    struct play play;
    struct round_trips_result result;
    struct fault fault = {0};
    struct echo_service service = {0};
    play_begin(&play, NULL, echo_handle, &service);
    const struct round_trips trips = {
        .server = {play.addr.ip, PLAY_PORT + 1}, .count = 1, .len = LEN};
    assert_int_equal(round_trips_run(play.client, &trips, &result, &fault), -ECONNREFUSED);
    assert_non_null(strstr(fault.text, "10.0.0.2"));
    play_end(&play);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(half_of_the_trips_take_no_longer_than_p50),
        cmocka_unit_test(a_wrong_answer_is_an_error),
        cmocka_unit_test(nobody_there_is_told),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
