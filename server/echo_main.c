/* echo-server: the program around echo_serve. */
#include "base/interrupt.h"
#include "base/options.h"
#include "server/echo.h"
#include "testbed/role.h"

static struct echo_server_options settings = {
    .addr.port = ECHO_PORT,
    .backlog = 128,
    .max_connections = 1000,
    .reuse_addr = true,
};

static struct role_config place = {
    .program = "echo-server",
    .host = HOST_B,
    .experiment = "echo",
};

static const struct option_spec specs[] = {
    {"address", 'a', OPTION_ADDRESS, &settings.addr.ip, "address to listen on", NULL, 0, 0},
    {"port", 'p', OPTION_PORT, &settings.addr.port, "port; 0 picks a free one", NULL, 0, 0},
    {"backlog", 'b', OPTION_INT, &settings.backlog, "listen's second argument", NULL, 0, 65535},
    {"max", 'm', OPTION_INT, &settings.max_connections,
     "connections served at once; the rest wait in the listen queue", NULL, 1, 100000},
    {"reuse", 'r', OPTION_FLAG, &settings.reuse_addr,
     "SO_REUSEADDR: start although connections of a former life are in TIME_WAIT", NULL, 0, 0},
    {"timeout", 't', OPTION_DURATION, &settings.timeout_us,
     "let go a peer that makes no progress for so long; 0: never", NULL, 0, 0},
};

int main(int argc, char **argv)
{
    const struct option_group groups[] = {
        {"Server", specs, ARRAY_LEN(specs)},
        role_option_group(&place),
    };
    struct program program = {
        .name = "echo-server",
        .summary = "Send every byte back, one thread per connection.",
        .example = "echo-server --port 8080        then, in another terminal: echo-client",
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
    settings.say = stdout;
    echo_serve(role.net, &settings, &fault);
    if (!fault.error)
        role_report(&role, stdout);
    role_close(&role);
    return fault.error ? options_fail(&program, &fault) : 0;
}
