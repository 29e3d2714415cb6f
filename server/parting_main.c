/* parting-server: the program around parting_serve. */
#include "server/parting.h"
#include "testbed/role_main.h"

static struct parting_options settings = {.addr.port = PARTING_PORT};
static struct parting_service service;

static const struct option_spec specs[] = {
    {"address", 'a', OPTION_ADDRESS, &settings.addr.ip, "address to listen on", NULL, 0, 0},
    {"port", 'p', OPTION_PORT, &settings.addr.port, "port; 0 picks a free one", NULL, 0, 0},
    {"first", 'f', OPTION_FLAG, &service.first, "end each connection before the client does", NULL,
     0, 0},
    {"reuse", 'r', OPTION_FLAG, &settings.reuse_addr, "SO_REUSEADDR on the listener", NULL, 0, 0},
    {"timeout", 't', OPTION_DURATION, &service.timeout_us,
     "let go a client that does not end for so long; 0: never", NULL, 0, 0},
};

static void serve(struct role *role, struct fault *fault)
{
    settings.say = stdout;
    parting_serve(role->net, &settings, &service, fault);
}

static const struct role_program program = {
    .role = {.program = "parting-server", .host = HOST_B, .experiment = "time-wait"},
    .summary = "Say a line and end the connection, first or second: who stays in TIME_WAIT?",
    .example = "parting-server --first        then: parting-client; ss -tano; Ctrl-C, and again",
    .specs = specs,
    .spec_count = ARRAY_LEN(specs),
    .play = serve,
};

int main(int argc, char **argv)
{
    return role_main(&program, argc, argv);
}
