/* backlog-server: the program around backlog_attend. */
#include <inttypes.h>

#include "server/backlog.h"
#include "testbed/role_main.h"

static struct net_addr addr = {.port = BACKLOG_PORT};
static int64_t backlog = 2;

static const struct option_spec specs[] = {
    {"address", 'a', OPTION_ADDRESS, &addr.ip, "address to listen on", NULL, 0, 0},
    {"port", 'p', OPTION_PORT, &addr.port, "port; 0 picks a free one", NULL, 0, 0},
    {"backlog", 'b', OPTION_INT, &backlog, "listen's second argument", NULL, 0, 4096},
};

static void listen_and_attend(struct role *role, struct fault *fault)
{
    struct backlog_server server;
    if (backlog_open(&server, role->net, &addr, (int)backlog, fault))
        return;
    printf("Listening, accepting nobody. Enter accepts one, 'l' Enter looks, Ctrl-D ends.\n"
           "port=%u\n",
           (unsigned)server.addr.port);
    backlog_attend(&server, stdin, stdout, fault);
    backlog_close(&server);
}

static const struct role_program program = {
    .role = {.program = "backlog-server",
             .host = HOST_B,
             .experiment = "backlog",
             .dies_of_interrupt = true},
    .summary = "Listen, and accept only when told: watch the accept queue fill.",
    .example = "backlog-server --backlog 2        then, in another terminal: hold-client",
    .specs = specs,
    .spec_count = ARRAY_LEN(specs),
    .play = listen_and_attend,
};

int main(int argc, char **argv)
{
    return role_main(&program, argc, argv);
}
