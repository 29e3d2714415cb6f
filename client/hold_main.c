/* hold-client: the program around hold_watch. */
#include "base/options.h"
#include "client/hold.h"
#include "server/backlog.h"
#include "testbed/role.h"

static struct hold hold = {.server = {NET_LOOPBACK, BACKLOG_PORT}};
static int64_t clients = 4;
static usec_t duration = SECONDS(60);
static struct role_config place = {
    .program = "hold-client",
    .host = HOST_A,
    .experiment = "backlog",
    .dies_of_interrupt = true,
};

static const struct option_spec specs[] = {
    {"address", 'a', OPTION_ADDRESS, &hold.server.ip, "the server's address", NULL, 0, 0},
    {"port", 'p', OPTION_PORT, &hold.server.port, "the server's port", NULL, 1, 0},
    {"clients", 'c', OPTION_INT, &clients, "connections to open", NULL, 1, HOLD_MAX},
    {"hold", 't', OPTION_DURATION, &duration, "hold them for so long", NULL, 0, 0},
};

int main(int argc, char **argv)
{
    const struct option_group groups[] = {
        {"Client", specs, ARRAY_LEN(specs)},
        role_option_group(&place),
    };
    struct program program = {
        .name = "hold-client",
        .summary = "Open connections, hold them, and tell how many are in which state.",
        .example = "hold-client --clients 4        against backlog-server --backlog 2",
        .groups = groups,
        .group_count = ARRAY_LEN(groups),
    };
    struct fault fault = {0};
    struct role role;

    int code = options_begin(&program, argc, argv);
    if (code >= 0)
        return code;
    if (role_open(&role, &place, &fault))
        return options_fail(&program, &fault);
    hold.net = role.net;
    hold_watch(&hold, (int)clients, duration, stdout, &fault);
    role_close(&role);
    return fault.error ? options_fail(&program, &fault) : 0;
}
