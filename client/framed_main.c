/* framed-client: the program around framed_ask. */
#include <stdio.h>

#include "client/framed.h"
#include "server/framed.h"
#include "testbed/role_main.h"

static struct net_addr server = {NET_LOOPBACK, FRAMED_PORT};
static int framing = FRAMING_LENGTH;
static int64_t piece;
static usec_t timeout_us = SECONDS(30);

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

static void ask(struct role *role, struct fault *fault)
{
    const struct framed_question question = {.server = server,
                                             .framing = (enum framing)framing,
                                             .texts = (const char *const *)role->operand,
                                             .count = (size_t)role->operand_count,
                                             .piece = (size_t)piece,
                                             .timeout_us = timeout_us};
    framed_ask(role->net, &question, show, NULL, fault);
}

static const struct role_program program = {
    .role = {.program = "framed-client",
             .host = HOST_A,
             .experiment = "sticky-packets",
             .dies_of_interrupt = true},
    .summary = "Send each word as a message, and show the server's answer to each.",
    .operands = "MESSAGE...",
    .example = "framed-client --piece 1 one two three",
    .specs = specs,
    .spec_count = ARRAY_LEN(specs),
    .play = ask,
};

int main(int argc, char **argv)
{
    return role_main(&program, argc, argv);
}
