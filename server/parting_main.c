/* parting-server: the program around parting_serve. */
#include "base/interrupt.h"
#include "base/options.h"
#include "server/parting.h"
#include "testbed/role.h"

static struct parting_options settings = {.addr.port = PARTING_PORT};
static struct parting_service service;
static struct role_config place = {
    .program = "parting-server",
    .host = HOST_B,
    .experiment = "time-wait",
};

static const struct option_spec specs[] = {
    {"address", 'a', OPTION_ADDRESS, &settings.addr.ip, "address to listen on", NULL, 0, 0},
    {"port", 'p', OPTION_PORT, &settings.addr.port, "port; 0 picks a free one", NULL, 0, 0},
    {"first", 'f', OPTION_FLAG, &service.first, "end each connection before the client does", NULL,
     0, 0},
    {"reuse", 'r', OPTION_FLAG, &settings.reuse_addr, "SO_REUSEADDR on the listener", NULL, 0, 0},
    {"timeout", 't', OPTION_DURATION, &service.timeout_us,
     "let go a client that does not end for so long; 0: never", NULL, 0, 0},
};

int main(int argc, char **argv)
{
    const struct option_group groups[] = {
        {"Server", specs, ARRAY_LEN(specs)},
        role_option_group(&place),
    };
    struct program program = {
        .name = "parting-server",
        .summary = "Say a line and end the connection, first or second: who stays in TIME_WAIT?",
        .example =
            "parting-server --first        then: parting-client; ss -tano; Ctrl-C, and again",
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
    parting_serve(role.net, &settings, &service, &fault);
    if (!fault.error)
        role_report(&role, stdout);
    role_close(&role);
    return fault.error ? options_fail(&program, &fault) : 0;
}
