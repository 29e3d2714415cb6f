/* dialogue-server: the program around dialogue_serve. */
#include "server/dialogue.h"
#include "testbed/role_main.h"

static const char *const names[] = {"smtp", "telnet"};

static struct net_addr addr = {.port = 8025};
static struct dialogue_service service = {.timeout_us = SECONDS(300)};
static int role_played;

static const struct option_spec specs[] = {
    {"address", 'a', OPTION_ADDRESS, &addr.ip, "address to listen on", NULL, 0, 0},
    {"port", 'p', OPTION_PORT, &addr.port, "port; 0 picks a free one", NULL, 0, 0},
    {"play", 0, OPTION_CHOICE, &role_played, "a mail server, or a login", "smtp|telnet", 0, 0},
    {"timeout", 't', OPTION_DURATION, &service.timeout_us,
     "let go a client that says nothing for so long; 0: never", NULL, 0, 0},
};

static void serve(struct role *role, struct fault *fault)
{
    service.say = stdout;
    service.dialogue = dialogue_find(names[role_played]);
    dialogue_serve(role->net, &addr, &service, fault);
}

static const struct role_program program = {
    .role = {.program = "dialogue-server", .host = HOST_B, .experiment = "application"},
    .summary = "Hold a dialogue in lines: mail taken by SMTP, or a login by Telnet.",
    .example = "dialogue-server --play smtp        then: nc -C 127.0.0.1 8025, and HELO me, "
               "MAIL FROM:<me>, RCPT TO:<you>, DATA, ..., QUIT",
    .specs = specs,
    .spec_count = ARRAY_LEN(specs),
    .play = serve,
};

int main(int argc, char **argv)
{
    return role_main(&program, argc, argv);
}
