/* One line to the echo server and back. */
#include "experiments/exchange.h"

#include "base/clock.h"
#include "client/ask.h"
#include "net/background.h"
#include "server/echo.h"

enum { BACKLOG = 16, CONNECTIONS = 4 };

/* The client's side: host A asks. */
static int ask(struct net *net, struct span text, struct exchange_result *result,
               struct fault *fault)
{
    struct net_addr server = {testbed_ip(HOST_B), ECHO_PORT};

    int outcome = ask_echo(net, &server, text, SECONDS(30));
    if (outcome < 0)
        return fault_errno(fault, outcome, "the echo client failed");
    result->equal = outcome == 1;
    return 0;
}

static int run_both_ends(struct testbed *testbed, struct span text, struct exchange_result *result,
                         struct fault *fault)
{
    struct echo_service service = {0};
    struct serve_config config = {
        .addr = {testbed_ip(HOST_B), ECHO_PORT},
        .backlog = BACKLOG,
        .max_connections = CONNECTIONS,
        .handle = echo_handle,
        .arg = &service,
    };
    struct background server;

    int error = background_start(&server, testbed_net(testbed, HOST_B), &config, fault);
    if (error)
        return error;
    error = ask(testbed_net(testbed, HOST_A), text, result, fault);
    testbed_settle(testbed, usec_after(clock_now(), SECONDS(1)));
    background_stop(&server, NULL);
    return error;
}

int exchange_run(const struct exchange *exchange, struct exchange_result *result,
                 struct fault *fault)
{
    struct testbed *testbed;

    *result = (struct exchange_result){0};
    int error = testbed_open(&testbed, &exchange->testbed, fault);
    if (error)
        return error;
    error = run_both_ends(testbed, exchange->text, result, fault);
    testbed_get_stats(testbed, &result->stats);
    testbed_close(testbed);
    return error;
}
