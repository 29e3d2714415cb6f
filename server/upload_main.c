/* upload-server: the program around upload_serve. */
#include "base/interrupt.h"
#include "base/options.h"
#include "server/upload.h"
#include "testbed/role.h"

static struct net_addr addr = {.port = UPLOAD_PORT};
static struct upload_service service;
static struct role_config place = {
    .program = "upload-server",
    .host = HOST_B,
    .experiment = "half-close",
};

static const struct option_spec specs[] = {
    {"address", 'a', OPTION_ADDRESS, &addr.ip, "address to listen on", NULL, 0, 0},
    {"port", 'p', OPTION_PORT, &addr.port, "port; 0 picks a free one", NULL, 0, 0},
    {"think", 0, OPTION_DURATION, &service.think_us,
     "time between the end of a file and the answer", NULL, 0, 0},
    {"forget", 0, OPTION_FLAG, &service.forgets, "never close: leak CLOSE_WAIT, to be seen by ss",
     NULL, 0, 0},
    {"timeout", 't', OPTION_DURATION, &service.timeout_us,
     "let go a client that sends nothing for so long; 0: never", NULL, 0, 0},
};

int main(int argc, char **argv)
{
    const struct option_group groups[] = {
        {"Server", specs, ARRAY_LEN(specs)},
        role_option_group(&place),
    };
    struct program program = {
        .name = "upload-server",
        .summary = "Read a file to the end of the stream, then answer its length and SHA-256.",
        .example = "upload-server        then: upload-client --file README.md, or "
                   "nc -N 127.0.0.1 8082 < README.md",
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
    upload_serve(role.net, &addr, &service, &fault);
    if (!fault.error)
        role_report(&role, stdout);
    role_close(&role);
    return fault.error ? options_fail(&program, &fault) : 0;
}
