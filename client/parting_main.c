/* parting-client: the program around parting_run. */
#include <errno.h>

#include "client/parting.h"
#include "server/parting.h"
#include "testbed/role_main.h"

static struct knock how = {.server = {NET_LOOPBACK, PARTING_PORT}};
static bool first;
static int64_t times = 1;

static const struct option_spec specs[] = {
    {"address", 'a', OPTION_ADDRESS, &how.server.ip, "the server's address", NULL, 0, 0},
    {"port", 'p', OPTION_PORT, &how.server.port, "the server's port", NULL, 1, 0},
    {"first", 'f', OPTION_FLAG, &first, "end the connection before the server does", NULL, 0, 0},
    {"from", 0, OPTION_PORT, &how.from_port, "connect from this port; 0: any", NULL, 0, 0},
    {"reuse", 'r', OPTION_FLAG, &how.reuse_addr, "SO_REUSEADDR before binding to it", NULL, 0, 0},
    {"times", 'n', OPTION_INT, &times, "so many connections, one after the other", NULL, 1,
     1000000},
};

static void run_all(struct role *role, struct fault *fault)
{
    struct net_addr_text text;
    int error = 0;
    for (int64_t done = 0; done < times && !error; done++)
        error = parting_run(role->net, &how, first);
    if (error == -EPROTO)
        fault_set(fault, error, "what came from %s was not a parting line",
                  net_addr_format(&text, &how.server));
    else if (error)
        fault_errno(fault, error, "cannot connect to %s, or not to the end",
                    net_addr_format(&text, &how.server));
}

static const struct role_program program = {
    .role = {.program = "parting-client",
             .host = HOST_A,
             .experiment = "time-wait",
             .dies_of_interrupt = true},
    .summary = "Hear a server's line and end the connection, first or second.",
    .example = "parting-client --first --from 40000        twice: is the port free again?",
    .specs = specs,
    .spec_count = ARRAY_LEN(specs),
    .play = run_all,
};

int main(int argc, char **argv)
{
    return role_main(&program, argc, argv);
}
