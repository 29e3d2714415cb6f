/* hold-client: the program around hold_watch. */
#include "client/hold.h"
#include "server/backlog.h"
#include "testbed/role_main.h"

static struct hold hold = {.server = {NET_LOOPBACK, BACKLOG_PORT}};
static int64_t clients = 4;
static usec_t duration = SECONDS(60);

static const struct option_spec specs[] = {
    {"address", 'a', OPTION_ADDRESS, &hold.server.ip, "the server's address", NULL, 0, 0},
    {"port", 'p', OPTION_PORT, &hold.server.port, "the server's port", NULL, 1, 0},
    {"clients", 'c', OPTION_INT, &clients, "connections to open", NULL, 1, HOLD_MAX},
    {"hold", 't', OPTION_DURATION, &duration, "hold them for so long", NULL, 0, 0},
};

static void watch(struct role *role, struct fault *fault)
{
    hold.net = role->net;
    hold_watch(&hold, (int)clients, duration, stdout, fault);
}

static const struct role_program program = {
    .role = {.program = "hold-client",
             .host = HOST_A,
             .experiment = "backlog",
             .dies_of_interrupt = true},
    .summary = "Open connections, hold them, and tell how many are in which state.",
    .example = "hold-client --clients 4        against backlog-server --backlog 2",
    .specs = specs,
    .spec_count = ARRAY_LEN(specs),
    .play = watch,
};

int main(int argc, char **argv)
{
    return role_main(&program, argc, argv);
}
