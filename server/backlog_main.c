/* backlog-server: the program around backlog_attend. */
#include <inttypes.h>

#include "base/options.h"
#include "server/backlog.h"
#include "testbed/role.h"

static struct net_addr addr = {.port = BACKLOG_PORT};
static int64_t backlog = 2;
static struct role_config place = {
    .program = "backlog-server",
    .host = HOST_B,
    .experiment = "backlog",
    .dies_of_interrupt = true,
};

static const struct option_spec specs[] = {
    {"address", 'a', OPTION_ADDRESS, &addr.ip, "address to listen on", NULL, 0, 0},
    {"port", 'p', OPTION_PORT, &addr.port, "port; 0 picks a free one", NULL, 0, 0},
    {"backlog", 'b', OPTION_INT, &backlog, "listen's second argument", NULL, 0, 4096},
};

static void listen_and_attend(struct net *net, struct fault *fault)
{
    struct backlog_server server;
    if (backlog_open(&server, net, &addr, (int)backlog, fault))
        return;
    printf("Listening, accepting nobody. Enter accepts one, 'l' Enter looks, Ctrl-D ends.\n"
           "port=%u\n",
           (unsigned)server.addr.port);
    backlog_attend(&server, stdin, stdout, fault);
    backlog_close(&server);
}

int main(int argc, char **argv)
{
    const struct option_group groups[] = {
        {"Server", specs, ARRAY_LEN(specs)},
        role_option_group(&place),
    };
    struct program program = {
        .name = "backlog-server",
        .summary = "Listen, and accept only when told: watch the accept queue fill.",
        .example = "backlog-server --backlog 2        then, in another terminal: hold-client",
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
    listen_and_attend(role.net, &fault);
    role_close(&role);
    return fault.error ? options_fail(&program, &fault) : 0;
}
