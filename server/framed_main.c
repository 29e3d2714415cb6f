/* framed-server: the program around framed_serve. */
#include "base/interrupt.h"
#include "base/options.h"
#include "server/framed.h"
#include "testbed/role.h"

static struct net_addr addr = {.port = FRAMED_PORT};
static int framing = FRAMING_LENGTH;
static struct role_config place = {
    .program = "framed-server",
    .host = HOST_B,
    .experiment = "sticky-packets",
};

static const struct option_spec specs[] = {
    {"address", 'a', OPTION_ADDRESS, &addr.ip, "address to listen on", NULL, 0, 0},
    {"port", 'p', OPTION_PORT, &addr.port, "port; 0 picks a free one", NULL, 0, 0},
    {"framing", 'f', OPTION_CHOICE, &framing, "where a message ends", "fixed|length|delimiter", 0,
     0},
};

int main(int argc, char **argv)
{
    const struct option_group groups[] = {
        {"Server", specs, ARRAY_LEN(specs)},
        role_option_group(&place),
    };
    struct program program = {
        .name = "framed-server",
        .summary = "Answer each message with its number and text, however the stream was cut.",
        .example = "framed-server --framing delimiter     then: printf 'one\\ntwo\\n' | nc -N "
                   "127.0.0.1 8081",
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
    struct framed_service service = {.framing = (enum framing)framing, .say = stdout};
    framed_serve(role.net, &addr, &service, &fault);
    if (!fault.error)
        role_report(&role, stdout);
    role_close(&role);
    return fault.error ? options_fail(&program, &fault) : 0;
}
