/* upload-server: the program around upload_serve. */
#include "server/upload.h"
#include "testbed/role_main.h"

static struct net_addr addr = {.port = UPLOAD_PORT};
static struct upload_service service;

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

static void serve(struct role *role, struct fault *fault)
{
    service.say = stdout;
    upload_serve(role->net, &addr, &service, fault);
}

static const struct role_program program = {
    .role = {.program = "upload-server", .host = HOST_B, .experiment = "half-close"},
    .summary = "Read a file to the end of the stream, then answer its length and SHA-256.",
    .example = "upload-server        then: upload-client --file README.md, or "
               "nc -N 127.0.0.1 8082 < README.md",
    .specs = specs,
    .spec_count = ARRAY_LEN(specs),
    .play = serve,
};

int main(int argc, char **argv)
{
    return role_main(&program, argc, argv);
}
