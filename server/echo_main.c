/* echo-server: the program around echo_serve. */
#include "server/echo.h"
#include "testbed/role_main.h"

static struct echo_server_options settings = {
    .addr.port = ECHO_PORT,
    .backlog = 128,
    .max_connections = 1000,
    .reuse_addr = true,
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

static void serve(struct role *role, struct fault *fault)
{
    settings.say = stdout;
    echo_serve(role->net, &settings, fault);
}

static const struct role_program program = {
    .role = {.program = "echo-server", .host = HOST_B, .experiment = "echo"},
    .summary = "Send every byte back, one thread per connection.",
    .example = "echo-server --port 8080        then, in another terminal: echo-client",
    .specs = specs,
    .spec_count = ARRAY_LEN(specs),
    .play = serve,
};

int main(int argc, char **argv)
{
    return role_main(&program, argc, argv);
}
