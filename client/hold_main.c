/* hold-client: the program around hold_watch. */
#include "base/options.h"
#include "client/hold.h"
#include "net/net_kernel.h"
#include "server/backlog.h"

static struct hold hold = {.server = {NET_LOOPBACK, BACKLOG_PORT}};
static int64_t clients = 4;
static usec_t duration = SECONDS(60);

static const struct option_spec specs[] = {
    {"address", 'a', OPTION_ADDRESS, &hold.server.ip, "the server's address", NULL, 0, 0},
    {"port", 'p', OPTION_PORT, &hold.server.port, "the server's port", NULL, 1, 0},
    {"clients", 'c', OPTION_INT, &clients, "connections to open", NULL, 1, HOLD_MAX},
    {"hold", 't', OPTION_DURATION, &duration, "hold them for so long", NULL, 0, 0},
};

static const struct option_group groups[] = {{"Client", specs, ARRAY_LEN(specs)}};

int main(int argc, char **argv)
{
    struct program program = {
        .name = "hold-client",
        .summary = "Open connections, hold them, and tell how many are in which state.",
        .example = "hold-client --clients 4        against backlog-server --backlog 2",
        .groups = groups,
        .group_count = ARRAY_LEN(groups),
    };
    struct fault fault = {0};

    int code = options_begin(&program, argc, argv);
    if (code >= 0)
        return code;
    if (net_kernel_new(&hold.net, &(struct net_kernel_config){.netns_fd = -1, .host = '-'}))
        return 1;
    hold_watch(&hold, (int)clients, duration, stdout, &fault);
    net_free(hold.net);
    return fault.error ? options_fail(&program, &fault) : 0;
}
