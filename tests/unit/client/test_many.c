/* client/many.c: who is connected when. */
#include "client/many.h"

#include <errno.h>

#include "base/clock.h"
#include "server/echo.h"
#include "tests/unit/client/play.h"

enum { CLIENTS = 50 };

static int run(const struct many_options *options, struct many_result *result)
{
    struct play play;
    struct echo_service service = {0};
    struct many_options wanted = *options;
    struct fault fault = {0};
    play_begin(&play, NULL, echo_handle, &service);
    if (wanted.server.port == 0)
        wanted.server = play.addr;
    int error = many_run(play.client, &wanted, result, &fault);
    play_end(&play);
    return error;
}

static void every_client_gets_its_own_line_back(void **state)
{
    (void)state;
    struct many_result result;
    assert_int_equal(run(&(struct many_options){.clients = CLIENTS}, &result), 0);
    assert_int_equal(result.answered, CLIENTS);
    assert_int_equal(result.failed, 0);
}

/* Echoes, and notes when the first line came. */
static void note_first_line(struct net *net, int sock, const struct net_addr *peer, void *arg)
{
    static struct echo_service service;
    usec_t *first_line_at = arg;
    uint8_t octet;
    if (net_recv(net, sock, &octet, 1, NET_PEEK) == 1 && *first_line_at == 0)
        *first_line_at = clock_now();
    echo_handle(net, sock, peer, &service);
}

static void together_nobody_speaks_before_all_are_connected(void **state)
{
    (void)state;
    struct play play;
    struct many_result result;
    struct fault fault = {0};
    usec_t first_line_at = 0; /* one thread at a time runs in a simulation */
    play_begin(&play, "drop syn 1 a>b conn 1", note_first_line, &first_line_at);
    usec_t begin = clock_now();
    const struct many_options options = {.server = play.addr, .clients = CLIENTS, .together = true};
    assert_int_equal(many_run(play.client, &options, &result, &fault), 0);
    assert_int_equal(result.answered, CLIENTS);
    assert_true(first_line_at - begin >= SECONDS(1)); /* the lost SYN was sent again */
    play_end(&play);
}

static void together_those_who_cannot_connect_are_not_waited_for(void **state)
{
    (void)state;
    struct many_result result;
    const struct many_options options = {
        .server = {TESTBED_IP_B, PLAY_PORT + 1}, .clients = CLIENTS, .together = true};
    assert_int_equal(run(&options, &result), -ECONNREFUSED);
    assert_int_equal(result.failed, CLIENTS);
    assert_int_equal(result.first_error, -ECONNREFUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_client_gets_its_own_line_back),
        cmocka_unit_test(together_nobody_speaks_before_all_are_connected),
        cmocka_unit_test(together_those_who_cannot_connect_are_not_waited_for),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
