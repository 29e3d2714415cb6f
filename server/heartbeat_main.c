/* heartbeat-server: the program around heartbeat_serve. */
#include "server/heartbeat.h"
#include "testbed/role_main.h"

static struct net_addr addr = {.port = HEARTBEAT_PORT};
static struct heartbeat_service service = {.idle_us = SECONDS(10)};

static const struct option_spec specs[] = {
    {"address", 'a', OPTION_ADDRESS, &addr.ip, "address to listen on", NULL, 0, 0},
    {"port", 'p', OPTION_PORT, &addr.port, "port; 0 picks a free one", NULL, 0, 0},
    {"idle", 'i', OPTION_DURATION, &service.idle_us,
     "let go a client that is silent for so long; 0: never", NULL, 0, 0},
};

static void serve(struct role *role, struct fault *fault)
{
    service.say = stdout;
    heartbeat_serve(role->net, &addr, &service, fault);
}

static const struct role_program program = {
    .role = {.program = "heartbeat-server", .host = HOST_B, .experiment = "heartbeat"},
    .summary = "Answer pings with pongs, and let go clients that are silent for too long.",
    .example = "heartbeat-server --idle 5s        then: heartbeat-client, and: nc 127.0.0.1 8094",
    .specs = specs,
    .spec_count = ARRAY_LEN(specs),
    .play = serve,
};

int main(int argc, char **argv)
{
    return role_main(&program, argc, argv);
}
