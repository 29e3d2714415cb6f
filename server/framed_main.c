/* framed-server: the program around framed_serve. */
#include "server/framed.h"
#include "testbed/role_main.h"

static struct net_addr addr = {.port = FRAMED_PORT};
static int framing = FRAMING_LENGTH;

static const struct option_spec specs[] = {
    {"address", 'a', OPTION_ADDRESS, &addr.ip, "address to listen on", NULL, 0, 0},
    {"port", 'p', OPTION_PORT, &addr.port, "port; 0 picks a free one", NULL, 0, 0},
    {"framing", 'f', OPTION_CHOICE, &framing, "where a message ends", "fixed|length|delimiter", 0,
     0},
};

static void serve(struct role *role, struct fault *fault)
{
    struct framed_service service = {.framing = (enum framing)framing, .say = stdout};
    framed_serve(role->net, &addr, &service, fault);
}

static const struct role_program program = {
    .role = {.program = "framed-server", .host = HOST_B, .experiment = "sticky-packets"},
    .summary = "Answer each message with its number and text, however the stream was cut.",
    .example = "framed-server --framing delimiter     then: printf 'one\\ntwo\\n' | nc -N "
               "127.0.0.1 8081",
    .specs = specs,
    .spec_count = ARRAY_LEN(specs),
    .play = serve,
};

int main(int argc, char **argv)
{
    return role_main(&program, argc, argv);
}
