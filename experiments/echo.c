/* exp-echo: one line to an echo server and back. The whole life of a connection in a dozen
 * segments: three to open, the line, its echo, and the close. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

#include "base/options.h"
#include "experiments/exchange.h"
#include "testbed/options.h"
#include "trace/options.h"
#include "trace/summary.h"

static const char *line = "Hello, twin!";
static struct testbed_config config = {.medium.both.delay = MS(10), .sample = true};
static struct trace_options view;

static const struct option_spec specs[] = {
    {"line", 'l', OPTION_STRING, &line, "what the client says, at most 60 characters", NULL, 0, 0},
};

/* The congestion control is pinned, so that every machine shows the same one. */
static const char *const sysctls[] = {"net.ipv4.tcp_congestion_control=reno", NULL};

static int print_results(const struct trace_log *log, const struct exchange_result *result,
                         struct fault *fault)
{
    struct trace_summary summary;

    int error = trace_summary_init(&summary, log);
    if (error)
        return fault_errno(fault, error, "cannot count the segments");
    const struct trace_counts *a = &summary.sent[0], *b = &summary.sent[1];
    printf("\nstack=kernel congestion=reno equal=%s segments_a=%" PRIu64 " segments_b=%" PRIu64
           " resent=%" PRIu64 " dropped=%" PRIu64 " noisy=%s\n",
           result->equal ? "yes" : "no", a->segments, b->segments,
           a->retransmissions + b->retransmissions, a->dropped + b->dropped,
           result->stats.latest > MS(20) ? "yes" : "no");
    trace_summary_fini(&summary);
    if (!result->equal)
        return fault_set(fault, -EIO, "the echo differs from what was sent");
    return 0;
}

static int run(struct trace_log *log, struct fault *fault)
{
    char text[64];
    struct exchange_result result;

    int len = snprintf(text, sizeof text, "%s\n", line);
    if (len >= (int)sizeof text)
        return fault_set(fault, -EINVAL, "--line is too long: give at most 60 characters");
    config.sink = config.medium.sink = &log->sink;
    config.sysctls = sysctls;

    int error = testbed_enter(fault);
    if (!error)
        error = exchange_run(&(struct exchange){config, {(const uint8_t *)text, (size_t)len}},
                             &result, fault);
    if (error)
        return error;

    const struct trace_log *logs[] = {log};
    struct ladder_options ladder;
    trace_options_ladder(&view, stdout, &ladder);
    printf("Before you look: how many segments does it take to say one line and hear it back?\n\n");
    ladder_print(stdout, &ladder, logs, ARRAY_LEN(logs));
    error = print_results(log, &result, fault);
    return error ? error : trace_write_files(&view, &(struct trace_run){"kernel", log}, 1, fault);
}

int main(int argc, char **argv)
{
    const struct option_group groups[] = {
        {"Experiment", specs, ARRAY_LEN(specs)},
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
    struct trace_log log;

    int code = options_begin(&program, argc, argv);
    if (code >= 0)
        return code;
    trace_log_init(&log);
    run(&log, &fault);
    trace_log_fini(&log);
    return fault.error ? options_fail(&program, &fault) : 0;
}
