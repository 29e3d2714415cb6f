/* heartbeat-server: the program around heartbeat_serve. */
#include "base/interrupt.h"
#include "base/options.h"
#include "server/heartbeat.h"
#include "testbed/role.h"

static struct net_addr addr = {.port = HEARTBEAT_PORT};
static struct heartbeat_service service = {.idle_us = SECONDS(10)};
static struct role_config place = {
    .program = "heartbeat-server",
    .host = HOST_B,
    .experiment = "heartbeat",
};

static const struct option_spec specs[] = {
    {"address", 'a', OPTION_ADDRESS, &addr.ip, "address to listen on", NULL, 0, 0},
    {"port", 'p', OPTION_PORT, &addr.port, "port; 0 picks a free one", NULL, 0, 0},
    {"idle", 'i', OPTION_DURATION, &service.idle_us,
     "let go a client that is silent for so long; 0: never", NULL, 0, 0},
};

int main(int argc, char **argv)
{
    const struct option_group groups[] = {
        {"Server", specs, ARRAY_LEN(specs)},
        role_option_group(&place),
    };
    struct program program = {
        .name = "heartbeat-server",
        .summary = "Answer pings with pongs, and let go clients that are silent for too long.",
        .example =
            "heartbeat-server --idle 5s        then: heartbeat-client, and: nc 127.0.0.1 8094",
        .groups = groups,
        .group_count = ARRAY_LEN(groups),
    };
    struct fault fault = {0};
    struct role role;

    int code = options_begin(&program, argc, argv);
    if (code >= 0)
        return code;
    interrupt_block();
    if (role_open(&role, &place, &fault))
        return options_fail(&program, &fault);
    service.say = stdout;
    heartbeat_serve(role.net, &addr, &service, &fault);
    if (!fault.error)
        role_report(&role, stdout);
    role_close(&role);
    return fault.error ? options_fail(&program, &fault) : 0;
}
