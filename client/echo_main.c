/* echo-client: the program around echo_dialogue and transfer_run. */
#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#include "client/echo.h"
#include "client/many.h"
#include "client/transfer.h"
#include "server/echo.h"
#include "testbed/role_main.h"

static struct echo_client_options settings = {
    .server = {NET_LOOPBACK, ECHO_PORT},
    .timeout_us = SECONDS(30),
    .patience_us = SECONDS(1),
};
static const char *file;
static int64_t clients = 1;

static const struct option_spec specs[] = {
    {"address", 'a', OPTION_ADDRESS, &settings.server.ip, "the server's address", NULL, 0, 0},
    {"port", 'p', OPTION_PORT, &settings.server.port, "the server's port", NULL, 1, 0},
    {"file", 'f', OPTION_STRING, &file, "send this file and compare what comes back", NULL, 0, 0},
    {"clients", 'c', OPTION_INT, &clients,
     "so many clients at once, each with a line of its own, compared", NULL, 1, 100000},
    {"timeout", 't', OPTION_DURATION, &settings.timeout_us,
     "give up a server that makes no progress for so long; 0: never", NULL, 0, 0},
};

static int dialogue(struct net *net, struct fault *fault)
{
    struct echo_client_result result;

    settings.input = stdin;
    settings.output = stdout;
    settings.prompt = isatty(STDIN_FILENO) ? stdout : NULL;
    return echo_dialogue(net, &settings, &result, fault);
}

static int report(const struct transfer_result *result, struct fault *fault)
{
    char digest[SHA256_TEXT];
    bool equal = transfer_equal(result);

    sha256_format(digest, result->sent_sha256);
    printf("bytes=%" PRIu64 " sha256=%s equal=%s\n", result->sent, digest, equal ? "yes" : "no");
    if (equal)
        return 0;
    return fault_set(fault, -EIO, "%" PRIu64 " bytes came back and they are not what was sent",
                     result->received);
}

static int transfer_file(struct net *net, struct fault *fault)
{
    struct transfer transfer = {.server = settings.server, .timeout_us = settings.timeout_us};
    struct transfer_result result;

    transfer.source = fopen(file, "rb");
    if (!transfer.source)
        return fault_errno(fault, -errno, "cannot read %s", file);
    int error = transfer_run(net, &transfer, &result, fault);
    fclose(transfer.source);
    return error ? error : report(&result, fault);
}

static int crowd(struct net *net, struct fault *fault)
{
    struct many_options options = {settings.server, (int)clients, settings.timeout_us, false};
    struct many_result result = {0};

    int error = many_run(net, &options, &result, fault);
    printf("clients=%" PRId64 " answered=%d failed=%d\n", clients, result.answered, result.failed);
    return error;
}

static void play(struct role *role, struct fault *fault)
{
    if (clients > 1)
        crowd(role->net, fault);
    else if (file)
        transfer_file(role->net, fault);
    else
        dialogue(role->net, fault);
}

static const struct role_program program = {
    .role = {.program = "echo-client",
             .host = HOST_A,
             .experiment = "echo",
             .dies_of_interrupt = true},
    .summary = "Talk to an echo server: lines typed, or a whole file, compared.",
    .example = "echo-client                    type a line, see it come back; Ctrl-D ends\n"
               "echo-client --file README.md   send a file and compare\n"
               "echo-client --clients 1000     a thousand at once",
    .specs = specs,
    .spec_count = ARRAY_LEN(specs),
    .play = play,
};

int main(int argc, char **argv)
{
    return role_main(&program, argc, argv);
}
