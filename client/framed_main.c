/* framed-client: the program around framed_ask. */
#include <stdio.h>

#include "base/options.h"
#include "client/framed.h"
#include "server/framed.h"
#include "testbed/role.h"

static struct net_addr server = {NET_LOOPBACK, FRAMED_PORT};
static int framing = FRAMING_LENGTH;
static int64_t piece;
static usec_t timeout_us = SECONDS(30);
static struct role_config place = {
    .program = "framed-client",
    .host = HOST_A,
    .experiment = "sticky-packets",
    .dies_of_interrupt = true,
};

static const struct option_spec specs[] = {
    {"address", 'a', OPTION_ADDRESS, &server.ip, "the server's address", NULL, 0, 0},
    {"port", 'p', OPTION_PORT, &server.port, "the server's port", NULL, 1, 0},
    {"framing", 'f', OPTION_CHOICE, &framing, "as the server's", "fixed|length|delimiter", 0, 0},
    {"piece", 'n', OPTION_INT, &piece, "octets per send; 0: each message by itself", NULL, 0,
     65536},
    {"timeout", 't', OPTION_DURATION, &timeout_us, "give up after so long without progress", NULL,
     0, 0},
};

static void show(struct span answer, void *arg)
{
    (void)arg;
    printf("%.*s\n", (int)answer.len, (const char *)answer.data);
}

int main(int argc, char **argv)
{
    const struct option_group groups[] = {
        {"Client", specs, ARRAY_LEN(specs)},
        role_option_group(&place),
    };
    struct program program = {
        .name = "framed-client",
        .summary = "Send each word as a message, and show the server's answer to each.",
        .operands = "MESSAGE...",
        .example = "framed-client --piece 1 one two three",
        .groups = groups,
        .group_count = ARRAY_LEN(groups),
    };
    struct fault fault = {0};
    struct role role;

    int code = options_begin(&program, argc, argv);
    if (code >= 0)
        return code;
    if (role_open(&role, &place, &fault))
        return options_fail(&program, &fault);
    const struct framed_question question = {.server = server,
                                             .framing = (enum framing)framing,
                                             .texts = (const char *const *)program.operand,
                                             .count = (size_t)program.operand_count,
                                             .piece = (size_t)piece,
                                             .timeout_us = timeout_us};
    framed_ask(role.net, &question, show, NULL, &fault);
    role_close(&role);
    return fault.error ? options_fail(&program, &fault) : 0;
}
