/* dialogue-server: the program around dialogue_serve. */
#include "base/interrupt.h"
#include "base/options.h"
#include "server/dialogue.h"
#include "testbed/role.h"

static const char *const names[] = {"smtp", "telnet"};

static struct net_addr addr = {.port = 8025};
static struct dialogue_service service = {.timeout_us = SECONDS(300)};
static int role_played;
static struct role_config place = {
    .program = "dialogue-server",
    .host = HOST_B,
    .experiment = "application",
};

static const struct option_spec specs[] = {
    {"address", 'a', OPTION_ADDRESS, &addr.ip, "address to listen on", NULL, 0, 0},
    {"port", 'p', OPTION_PORT, &addr.port, "port; 0 picks a free one", NULL, 0, 0},
    {"play", 0, OPTION_CHOICE, &role_played, "a mail server, or a login", "smtp|telnet", 0, 0},
    {"timeout", 't', OPTION_DURATION, &service.timeout_us,
     "let go a client that says nothing for so long; 0: never", NULL, 0, 0},
};

int main(int argc, char **argv)
{
    const struct option_group groups[] = {
        {"Server", specs, ARRAY_LEN(specs)},
        role_option_group(&place),
    };
    struct program program = {
        .name = "dialogue-server",
        .summary = "Hold a dialogue in lines: mail taken by SMTP, or a login by Telnet.",
        .example = "dialogue-server --play smtp        then: nc -C 127.0.0.1 8025, and HELO me, "
                   "MAIL FROM:<me>, RCPT TO:<you>, DATA, ..., QUIT",
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
    service.dialogue = dialogue_find(names[role_played]);
    dialogue_serve(role.net, &addr, &service, &fault);
    if (!fault.error)
        role_report(&role, stdout);
    role_close(&role);
    return fault.error ? options_fail(&program, &fault) : 0;
}
