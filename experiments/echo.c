/* exp-echo: one line to an echo server and back. The whole life of a connection in a dozen
 * segments: three to open, the line, its echo, and the close; on the kernel's TCP and on our own.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/options.h"
#include "experiments/exchange.h"
#include "testbed/options.h"
#include "testbed/pairs.h"
#include "trace/options.h"
#include "trace/summary.h"

enum { MOST_RUNS = 2 };

static const char *line = "Hello, twin!";
static struct testbed_config config = {.medium.both.delay = MS(10), .sample = true};
static struct pair_options stacks;
static struct trace_options view;

static const struct option_spec specs[] = {
    {"line", 'l', OPTION_STRING, &line, "what the client says, at most 60 characters", NULL, 0, 0},
};

struct run {
    struct pair pair;
    struct trace_log log;
    struct exchange_result result;
};

static int print_results(const struct run *run, struct fault *fault)
{
    struct trace_summary summary;

    int error = trace_summary_init(&summary, &run->log);
    if (error)
        return fault_errno(fault, error, "cannot count the segments");
    const struct trace_counts *a = &summary.sent[0], *b = &summary.sent[1];
    printf("stack=%s congestion=reno equal=%s segments_a=%" PRIu64 " segments_b=%" PRIu64
           " resent=%" PRIu64 " dropped=%" PRIu64 " noisy=%s\n",
           pair_name(run->pair), run->result.equal ? "yes" : "no", a->segments, b->segments,
           a->retransmissions + b->retransmissions, a->dropped + b->dropped,
           run->result.stats.latest > MS(20) ? "yes" : "no");
    trace_summary_fini(&summary);
    if (!run->result.equal)
        return fault_set(fault, -EIO, "the echo differs from what was sent");
    return 0;
}

/* Runs one pair, all its events into the run's log. */
static int play(struct run *run, struct fault *fault)
{
    char text[64];

    int len = snprintf(text, sizeof text, "%s\n", line);
    if (len >= (int)sizeof text)
        return fault_set(fault, -EINVAL, "--line is too long: give at most 60 characters");
    struct exchange exchange = {config, {(const uint8_t *)text, (size_t)len}};
    exchange.testbed.stack[HOST_A] = run->pair.client;
    exchange.testbed.stack[HOST_B] = run->pair.server;
    exchange.testbed.sink = exchange.testbed.medium.sink = &run->log.sink;
    return exchange_run(&exchange, &run->result, fault);
}

static int play_all(struct run *runs, int count, struct fault *fault)
{
    if (pair_needs_hosts(runs[0].pair) && testbed_enter(fault))
        return fault->error;
    for (int i = 0; i < count; i++) {
        int error = play(&runs[i], fault);
        if (error)
            return error;
    }
    return 0;
}

static int show(const struct run *runs, int count, struct fault *fault)
{
    const struct trace_log *logs[MOST_RUNS];
    struct trace_run files[MOST_RUNS];
    struct ladder_options ladder;

    trace_options_ladder(&view, stdout, &ladder);
    for (int i = 0; i < count; i++) {
        logs[i] = &runs[i].log;
        files[i] = (struct trace_run){pair_name(runs[i].pair), &runs[i].log};
        ladder.titles[i] = files[i].title;
    }
    printf("Before you look: how many segments does it take to say one line and hear it back?\n\n");
    ladder_print(stdout, &ladder, logs, (size_t)count);
    printf("\n");
    for (int i = 0; i < count; i++)
        if (print_results(&runs[i], fault))
            return fault->error;
    return trace_write_files(&view, files, (size_t)count, fault);
}

static void run_pairs(struct fault *fault)
{
    struct run runs[MOST_RUNS];
    struct pair pairs[MOST_RUNS];

    int count = pair_list(&stacks, pairs, fault);
    for (int i = 0; i < count; i++) {
        runs[i] = (struct run){.pair = pairs[i]};
        trace_log_init(&runs[i].log);
    }
    if (count > 0 && !play_all(runs, count, fault))
        show(runs, count, fault);
    for (int i = 0; i < count; i++)
        trace_log_fini(&runs[i].log);
}

int main(int argc, char **argv)
{
    const struct option_group groups[] = {
        {"Experiment", specs, ARRAY_LEN(specs)},
        pair_option_group(&stacks),
        testbed_option_group(&config),
        trace_options_group(&view),
    };
    struct program program = {
        .name = "exp-echo",
        .summary = "One line to an echo server and back: the life of a connection.",
        .example = "exp-echo --script 'drop data 1 a>b'",
        .groups = groups,
        .group_count = ARRAY_LEN(groups),
    };
    struct fault fault = {0};

    int code = options_begin(&program, argc, argv);
    if (code >= 0)
        return code;
    run_pairs(&fault);
    return fault.error ? options_fail(&program, &fault) : 0;
}
