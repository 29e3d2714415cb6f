/* syn-flood: asks a server in a testbed for connections that nobody wants, from the other host. It
 * has no option for another target, and outside a testbed it does nothing. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/options.h"
#include "link/packet_socket.h"
#include "server/echo.h"
#include "testbed/card.h"
#include "testbed/flood.h"
#include "testbed/topology.h"

static struct flood settings = {.port = ECHO_PORT, .syns = 100000, .rate = 50000, .seed = 1};

static const struct option_spec specs[] = {
    {"port", 'p', OPTION_PORT, &settings.port, "the server's port, on the other host", NULL, 1, 0},
    {"count", 'n', OPTION_INT, &settings.syns, "how many SYNs", NULL, 1, 10000000},
    {"rate", 'r', OPTION_INT, &settings.rate, "and at most how many a second", NULL, 1, 1000000},
    {"seed", 's', OPTION_SEED, &settings.seed, "where addresses and ports come from", NULL, 0, 0},
};

static int open_card(struct link **out, struct fault *fault)
{
    const struct packet_socket_config config = {.netns_fd = -1, .interface = TOPOLOGY_HOST_DEVICE};
    struct card card = card_look();
    if (card.kind == CARD_ELSEWHERE)
        return fault_set(fault, -EINVAL,
                         "this is no host of a testbed; start build/bin/testbed, and in another "
                         "terminal build/bin/testbed A build/bin/syn-flood");
    settings.from = card.host;
    return packet_socket_open(out, &config, fault);
}

static int flood(struct fault *fault)
{
    struct link *link = NULL;
    int error = open_card(&link, fault);
    if (error)
        return error;
    usec_t start = clock_now();
    error = flood_run(&settings, link);
    if (!error)
        printf("syns=%" PRId64 " took_ms=%" PRId64 "\n", settings.syns,
               (clock_now() - start) / USEC_MS);
    link_close(link);
    return error ? fault_errno(fault, error, "cannot send") : 0;
}

int main(int argc, char **argv)
{
    const struct option_group groups[] = {{"Flood", specs, ARRAY_LEN(specs)}};
    struct program program = {
        .name = "syn-flood",
        .summary = "Ask a server in a testbed for connections, from hosts that do not exist.",
        .example = "testbed B build/bin/echo-server        then, in other terminals:\n"
                   "testbed A build/bin/syn-flood\n"
                   "testbed A build/bin/echo-client --address 10.0.0.2",
        .groups = groups,
        .group_count = ARRAY_LEN(groups),
    };
    struct fault fault = {0};

    int code = options_begin(&program, argc, argv);
    if (code >= 0)
        return code;
    return flood(&fault) ? options_fail(&program, &fault) : 0;
}
