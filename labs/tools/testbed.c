/* testbed: keeps two hosts and a wire alive in one terminal, and runs commands inside them from
 * others. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/interrupt.h"
#include "base/options.h"
#include "base/thread.h"
#include "testbed/guard.h"
#include "testbed/options.h"
#include "testbed/registry.h"
#include "testbed/testbed.h"
#include "testbed/visit.h"
#include "trace/options.h"

static const char *name = "default";
static bool ladder;
static int stacks[2]; /* by enum host */
static struct testbed_config config = {.arp = true, .for_visitors = true, .medium.seed = 1};
static struct trace_options view;

/* ---- the holder ---- */

struct stay {
    struct monitor monitor;
    bool over; /* guarded by the monitor */
};

static void end_stay(void *arg)
{
    struct stay *stay = arg;
    monitor_enter(&stay->monitor);
    stay->over = true;
    monitor_wake(&stay->monitor);
    monitor_leave(&stay->monitor);
}

static int wait_for_interrupt(struct fault *fault)
{
    struct stay stay = {.over = false};
    monitor_init(&stay.monitor);
    int error = interrupt_start(end_stay, &stay);
    if (error) {
        fault_errno(fault, error, "cannot wait for Ctrl-C");
    } else {
        monitor_enter(&stay.monitor);
        while (!stay.over)
            monitor_wait(&stay.monitor, NEVER);
        monitor_leave(&stay.monitor);
        interrupt_stop();
    }
    monitor_fini(&stay.monitor);
    return error;
}

/* What a visitor adds to play on that host's stack. */
static const char *stack_option(enum host host)
{
    return stacks[host] == STACK_OWN ? " --stack own" : "";
}

static void print_welcome(void)
{
    const char *option = strcmp(name, "default") == 0 ? "" : " --name ";
    const char *shown = *option ? name : "";
    printf("Two hosts and a %s: A is 10.0.0.1, B is 10.0.0.2.\n"
           "In other terminals:\n"
           "    build/bin/testbed%s%s B build/bin/echo-server%s\n"
           "    build/bin/testbed%s%s A build/bin/echo-client --address 10.0.0.2%s\n"
           "    build/bin/testbed%s%s A bash\n"
           "Ctrl-C here ends it all.\n"
           "name=%s\n",
           config.direct ? "cable" : "wire", option, shown, stack_option(HOST_B), option, shown,
           stack_option(HOST_A), option, shown, name);
    fflush(stdout);
}

static void print_direction(const char *label, const struct medium_counts *counts)
{
    printf("%s: %" PRIu64 " frames entered, %" PRIu64 " delivered, %" PRIu64 " dropped\n", label,
           counts->entered, counts->delivered, counts->dropped);
}

static void print_counts(struct testbed *testbed)
{
    struct testbed_stats stats;
    if (config.direct)
        return;
    testbed_settle(testbed, usec_after(clock_now(), SECONDS(1)));
    testbed_get_stats(testbed, &stats);
    print_direction("A to B", &stats.dir[WIRE_A_TO_B]);
    print_direction("B to A", &stats.dir[WIRE_B_TO_A]);
}

static int hold_registered(struct registry *registry, struct testbed *testbed, struct fault *fault)
{
    const int netns[2] = {testbed_host_device(testbed, HOST_A).netns_fd,
                          testbed_host_device(testbed, HOST_B).netns_fd};
    int error = registry_add(registry, name, netns, fault);
    if (error)
        return error;
    print_welcome();
    error = wait_for_interrupt(fault);
    registry_remove(registry, name);
    return error;
}

static int hold_open(struct registry *registry, struct fault *fault)
{
    struct testbed *testbed;
    config.stack[HOST_A] = (enum stack_kind)stacks[HOST_A];
    config.stack[HOST_B] = (enum stack_kind)stacks[HOST_B];
    int error = testbed_enter(fault);
    if (!error)
        error = testbed_open(&testbed, &config, fault);
    if (error)
        return error;
    error = hold_registered(registry, testbed, fault);
    if (!error)
        print_counts(testbed);
    testbed_close(testbed);
    return error;
}

static int draw(const struct trace_log *log, struct fault *fault)
{
    const struct trace_log *const logs[] = {log};
    struct ladder_options options;
    trace_options_ladder(&view, stdout, &options);
    int error = ladder_print(stdout, &options, logs, ARRAY_LEN(logs));
    return error ? fault_errno(fault, error, "cannot draw the ladder") : 0;
}

/* Holds a testbed whose every event is kept, for the ladder and the files. */
static int hold_recorded(struct registry *registry, struct fault *fault)
{
    struct trace_log log;
    const struct trace_run run = {"testbed", &log};
    trace_log_init(&log);
    log.cap_bytes = (size_t)1 << 28;
    config.sink = config.medium.sink = &log.sink;
    config.sample = true;
    int error = trace_write_files(&view, &run, 1, fault); /* empty: better to fail now than then */
    if (!error)
        error = hold_open(registry, fault);
    if (!error && ladder)
        error = draw(&log, fault);
    if (!error)
        error = trace_write_files(&view, &run, 1, fault);
    trace_log_fini(&log);
    return error;
}

static int hold(struct registry *registry, struct fault *fault)
{
    struct guard guard;
    interrupt_block();
    int error = guard_post(&guard, registry, name);
    if (error)
        return fault_errno(fault, error, "cannot start a second process");
    if (ladder || view.pcap || view.events)
        error = hold_recorded(registry, fault);
    else
        error = hold_open(registry, fault);
    guard_dismiss(&guard);
    return error;
}

/* ---- commands ---- */

static int list(struct registry *registry, struct fault *fault)
{
    struct registration found[64];
    int count = registry_list(registry, found, (int)ARRAY_LEN(found));
    if (count < 0)
        return fault_errno(fault, count, "cannot list testbeds");
    for (int i = 0; i < count; i++)
        printf("name=%s pid=%d\n", found[i].name, (int)found[i].holder);
    return 0;
}

static int visit(struct registry *registry, enum host host, char *const *command,
                 struct fault *fault)
{
    struct registration found;
    int error = registry_find(registry, name, &found, fault);
    return error ? error : visit_run(&found, host, command, fault);
}

static int stop(struct registry *registry, struct fault *fault)
{
    struct registration found;
    int error = registry_find(registry, name, &found, fault);
    return error ? error : registry_stop(&found, fault);
}

static bool is_host(const char *word)
{
    return strlen(word) == 1 && strchr("AaBb", *word);
}

/* Returns the exit code of a command, or a negative errno with a fault. */
static int dispatch(struct registry *registry, const struct program *program, struct fault *fault)
{
    const char *word = program->operand_count ? program->operand[0] : NULL;
    if (!word)
        return hold(registry, fault);
    if (is_host(word) && program->operand_count > 1)
        return visit(registry, strchr("Aa", *word) ? HOST_A : HOST_B, program->operand + 1, fault);
    if (strcmp(word, "list") == 0 && program->operand_count == 1)
        return list(registry, fault);
    if (strcmp(word, "stop") == 0 && program->operand_count == 1)
        return stop(registry, fault);
    return fault_set(fault, -EINVAL, "'%s': say A or B and a command, or list, or stop", word);
}

static const struct option_spec specs[] = {
    {"name", 'n', OPTION_STRING, &name, "which testbed, when there are several", NULL, 0, 0},
    {"stack-a", 0, OPTION_CHOICE, &stacks[HOST_A],
     "host A's stack; own: programs bring it, with --stack own", "kernel|own", 0, 0},
    {"stack-b", 0, OPTION_CHOICE, &stacks[HOST_B], "host B's stack", "kernel|own", 0, 0},
    {"ladder", 'l', OPTION_FLAG, &ladder, "draw all that was said when it ends", NULL, 0, 0},
};

int main(int argc, char **argv)
{
    const struct option_group groups[] = {
        {"Testbed", specs, ARRAY_LEN(specs)},
        testbed_option_group(&config),
        trace_options_group(&view),
    };
    struct program program = {
        .name = "testbed",
        .summary = "Keep two hosts and a wire alive, or run a command inside one of them.",
        .operands = "+[A COMMAND... | B COMMAND... | list | stop]",
        .example = "testbed --delay 10ms --loss 2%    then, in other terminals:\n"
                   "testbed B build/bin/echo-server\n"
                   "testbed A build/bin/echo-client --address 10.0.0.2",
        .groups = groups,
        .group_count = ARRAY_LEN(groups),
    };
    struct fault fault = {0};
    struct registry registry;

    int code = options_begin(&program, argc, argv);
    if (code >= 0)
        return code;
    code = registry_open(&registry, &fault);
    if (!code) {
        code = dispatch(&registry, &program, &fault);
        registry_close(&registry);
    }
    return code < 0 ? options_fail(&program, &fault) : code;
}
