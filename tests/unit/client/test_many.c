/* client/many.c: who is connected when. */
#include "client/many.h"

#include <errno.h>

#include "server/echo.h"
#include "tests/unit/client/play.h"

enum { CLIENTS = 50 };

static int run(const struct many_options *options, struct many_result *result, int *most)
{
    struct play play;
    struct echo_service service = {0};
    struct serve_stats stats;
    struct many_options wanted = *options;
    struct fault fault = {0};
    play_begin(&play, echo_handle, &service);
    if (wanted.server.port == 0)
        wanted.server = play.addr;
    int error = many_run(play.client, &wanted, result, &fault);
    play_end(&play, &stats);
    *most = stats.most;
    return error;
}

static void every_client_gets_its_own_line_back(void **state)
{
    (void)state;
    struct many_result result;
    int most;
    assert_int_equal(run(&(struct many_options){.clients = CLIENTS}, &result, &most), 0);
    assert_int_equal(result.answered, CLIENTS);
    assert_int_equal(result.failed, 0);
}

static void together_all_are_connected_before_the_first_is_served(void **state)
{
    (void)state;
    struct many_result result;
    int most;
    const struct many_options options = {.clients = CLIENTS, .together = true};
    assert_int_equal(run(&options, &result, &most), 0);
    assert_int_equal(result.answered, CLIENTS);
    assert_int_equal(most, CLIENTS);
}

static void together_those_who_cannot_connect_are_not_waited_for(void **state)
{
    (void)state;
    struct many_result result;
    int most;
    const struct many_options options = {
        .server = {TESTBED_IP_B, PLAY_PORT + 1}, .clients = CLIENTS, .together = true};
    assert_int_equal(run(&options, &result, &most), -ECONNREFUSED);
    assert_int_equal(result.failed, CLIENTS);
    assert_int_equal(result.first_error, -ECONNREFUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_client_gets_its_own_line_back),
        cmocka_unit_test(together_all_are_connected_before_the_first_is_served),
        cmocka_unit_test(together_those_who_cannot_connect_are_not_waited_for),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
