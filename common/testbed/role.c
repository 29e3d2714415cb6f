/* From a stack's name to a net. */
#include "testbed/role.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/interrupt.h"
#include "net/net_kernel.h"
#include "stack/leave.h"
#include "testbed/card.h"
#include "testbed/own_sysctl.h"

#define HELP     "whose TCP runs; own: in a testbed host that is left to our own stack"
#define PATIENCE SECONDS(2) /* for the last words of all connections */

struct option_group role_option_group(struct role_config *config)
{
    static struct option_spec specs[2];
    const struct option_spec filled[ARRAY_LEN(specs)] = {
        {"stack", 's', OPTION_CHOICE, &config->stack, HELP, "kernel|own|sim", 0, 0},
        {"sysctl", 0, OPTION_STRING, &config->sysctl,
         "a setting of our own stack by its Linux name: net.ipv4.tcp_syncookies=0", NULL, 0, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(specs); i++)
        specs[i] = filled[i];
    return (struct option_group){"Stack", specs, ARRAY_LEN(specs)};
}

/* ---- our own stack ---- */

static char letter_of(enum host host)
{
    return host == HOST_A ? 'a' : 'b';
}

/* Whether the card is one that we may have; else says what to type. */
static int inspect(const struct card *card, const struct role_config *config, struct fault *fault)
{
    char letter = letter_of(card->kind == CARD_KERNEL ? card->host : config->host);
    if (card->kind == CARD_FREE)
        return 0;
    return fault_set(fault, -EINVAL,
                     "%s; start build/bin/testbed --stack-%c own, and in another terminal "
                     "build/bin/testbed %c build/bin/%s --stack own",
                     card->kind == CARD_KERNEL ? "this host runs on the kernel's stack"
                                               : "our own stack needs a host of its own",
                     letter, letter - 'a' + 'A', config->program);
}

static int claim_card(struct role *role, struct fault *fault)
{
    role->claim = card_claim();
    if (role->claim == -EBUSY)
        return fault_set(fault, role->claim,
                         "another program has this host's network card for its own stack: a host "
                         "has one; stop that program first");
    return role->claim < 0 ? fault_errno(fault, role->claim, "cannot claim the card") : 0;
}

static int attach(struct role *role, const struct role_config *config, const struct card *card,
                  struct fault *fault)
{
    const char *const sysctls[] = {config->sysctl, NULL};
    const struct testbed_config place = {
        .arp = true, .direct = card->offloads, .small_frames = !card->offloads, .sysctls = sysctls};
    struct fault refused = {0};
    int error = own_host_attach(&role->own, card->host, -1, &place, &refused);
    if (!error)
        return 0;
    const char *hint =
        error == -EPERM ? "; build/bin/testbed runs programs with what this needs" : "";
    return fault_set(fault, error, "%s%s", refused.text, hint);
}

/* A kernel would end the connections of a program that dies; ours dies with the program, and says
 * so. */
static void die(void *arg)
{
    const struct role *role = arg;
    stack_reset_all(role->own.stack);
    interrupt_restore();
    raise(SIGINT);
}

static int attach_for_life(struct role *role, const struct role_config *config,
                           const struct card *card, struct fault *fault)
{
    interrupt_block();
    int error = attach(role, config, card, fault);
    if (error)
        return error;
    error = interrupt_start(die, role);
    if (!error)
        return 0;
    own_host_close(&role->own);
    return fault_errno(fault, error, "cannot watch for Ctrl-C");
}

static int open_own(struct role *role, const struct role_config *config, struct fault *fault)
{
    struct card card = card_look();
    int error = inspect(&card, config, fault);
    if (!error)
        error = claim_card(role, fault);
    if (error)
        return error;
    error = config->dies_of_interrupt ? attach_for_life(role, config, &card, fault)
                                      : attach(role, config, &card, fault);
    if (error)
        close(role->claim);
    role->net = role->own.net;
    return error;
}

static void close_own(struct role *role)
{
    interrupt_stop();
    if (!stack_settle(role->own.stack, usec_after(clock_now(), PATIENCE)))
        stack_reset_all(role->own.stack);
    own_host_close(&role->own);
    close(role->claim);
}

/* ---- either ---- */

static int open_kernel(struct role *role, struct fault *fault)
{
    const struct net_kernel_config config = {.netns_fd = -1, .host = '-'};
    int error = net_kernel_new(&role->net, &config);
    return error ? fault_errno(fault, error, "no network") : 0;
}

static int check_sysctl(const struct role_config *config, struct fault *fault)
{
    if (!config->sysctl)
        return 0;
    if (config->stack == STACK_KERNEL)
        return fault_set(fault, -EINVAL, "the kernel's settings are made by sysctl -w %s",
                         config->sysctl);
    if (own_sysctl_knows(config->sysctl))
        return 0;
    return fault_set(fault, -EINVAL,
                     "our own stack has no setting %s; it has, for one, net.ipv4.tcp_syncookies=0",
                     config->sysctl);
}

int role_open(struct role *role, const struct role_config *config, struct fault *fault)
{
    *role = (struct role){.claim = -1};
    int error = check_sysctl(config, fault);
    if (error)
        return error;
    switch ((enum stack_kind)config->stack) {
    case STACK_KERNEL:
        return open_kernel(role, fault);
    case STACK_OWN:
        return open_own(role, config, fault);
    case STACK_SIM:
        break;
    }
    return fault_set(fault, -EINVAL,
                     "a single role has no peer in a simulation: make exp-%s STACK=sim",
                     config->experiment);
}

void role_report(const struct role *role, FILE *out)
{
    struct stack_counters counters;
    if (!role->own.stack)
        return;
    stack_get_counters(role->own.stack, &counters);
    fprintf(out,
            "frames_in=%" PRIu64 " frames_out=%" PRIu64 " pings_answered=%" PRIu64
            " resets_sent=%" PRIu64 "\n",
            counters.frames_in, counters.frames_out, counters.echoes_answered,
            counters.resets_sent);
    if (counters.cookies_sent)
        fprintf(out, "cookies_sent=%" PRIu64 " cookies_taken=%" PRIu64 "\n", counters.cookies_sent,
                counters.cookies_taken);
    for (int reason = 0; reason < STACK_DROPS; reason++)
        if (counters.dropped[reason])
            fprintf(out, "dropped=%" PRIu64 " %s\n", counters.dropped[reason],
                    stack_drop_name((enum stack_drop)reason));
}

void role_close(struct role *role)
{
    if (role->own.stack)
        close_own(role);
    else
        net_free(role->net);
}
