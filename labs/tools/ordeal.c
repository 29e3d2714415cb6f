/* ordeal: our own TCP against random programs and random faults, in a simulation. Each seed is run
 * in a process of its own, so that whatever happens to one, even an assertion, a sanitizer's word
 * or a deadlock, is told with the command that makes it happen again. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/options.h"
#include "client/transfer.h"
#include "experiments/ordeal.h"
#include "trace/options.h"

static struct {
    uint64_t seed;
    int64_t seeds, patience_s;
    bool plan;
} settings = {.seed = 1, .seeds = 1, .patience_s = 120};
static struct trace_options view;

static const struct option_spec specs[] = {
    {"seed", 's', OPTION_SEED, &settings.seed, "the first seed; with one alone, say how it went",
     NULL, 0, 0},
    {"seeds", 'n', OPTION_INT, &settings.seeds, "how many, one after another", NULL, 1, INT32_MAX},
    {"patience", 0, OPTION_INT, &settings.patience_s, "seconds of real time that one may take",
     NULL, 1, 86400},
    {"plan", 0, OPTION_FLAG, &settings.plan, "say first what the seed stands for", NULL, 0, 0},
};

static void print_result(const struct ordeal_plan *plan, const struct ordeal_result *result)
{
    char sha256[SHA256_TEXT];
    sha256_format(sha256, result->log_sha256);
    printf("seed=%" PRIu64 " bytes=%" PRIu64 " frames=%" PRIu64 " dropped=%" PRIu64
           " virtual_us=%" PRId64 " log_sha256=%s\n",
           plan->seed, result->bytes, result->frames, result->dropped, result->took, sha256);
}

/* Lives through one seed. */
static int run(uint64_t seed, bool tell, struct fault *fault)
{
    struct ordeal_plan plan;
    struct ordeal_result result;
    struct trace_log log;
    trace_log_init(&log);
    ordeal_plan_draw(&plan, seed);
    if (settings.plan)
        ordeal_plan_print(&plan, stdout), fflush(stdout);
    int error = ordeal_run(&plan, &log, &result, fault);
    if (!error && tell)
        print_result(&plan, &result);
    struct fault unwritten = {0};
    if (trace_write_files(&view, &(struct trace_run){"sim", &log}, 1, &unwritten) && !error)
        error = fault_set(fault, unwritten.error, "%s", unwritten.text);
    trace_log_fini(&log);
    return error;
}

static void say_how_again(const char *name, uint64_t seed)
{
    fprintf(stderr, "seed %" PRIu64 " failed; again with: %s --seed %" PRIu64 " --plan\n", seed,
            name, seed);
}

/* In the child. */
static _Noreturn void run_alone(const struct program *program, uint64_t seed, bool tell)
{
    struct fault fault = {0};
    alarm((unsigned)settings.patience_s);
    exit(run(seed, tell, &fault) ? options_fail(program, &fault) : 0);
}

/* True when the seed was lived through. */
static bool survive(const struct program *program, const char *name, uint64_t seed, bool tell)
{
    int status = -1;
    fflush(NULL);
    pid_t child = fork();
    if (child == 0)
        run_alone(program, seed, tell);
    if (child > 0)
        while (waitpid(child, &status, 0) < 0 && errno == EINTR)
            ;
    if (status == 0)
        return true;
    if (status > 0 && WIFSIGNALED(status))
        fprintf(stderr, "%s: ended by signal %d\n", program->name, WTERMSIG(status));
    say_how_again(name, seed);
    return false;
}

int main(int argc, char **argv)
{
    const struct option_group groups[] = {
        {"Ordeal", specs, ARRAY_LEN(specs)},
        trace_options_group(&view),
    };
    struct program program = {
        .name = "ordeal",
        .summary = "Our own TCP against random programs and random faults, in a simulation.",
        .example = "ordeal --seeds 500\nordeal --seed 17 --plan --events ordeal.ndjson",
        .groups = groups,
        .group_count = ARRAY_LEN(groups),
    };
    int64_t failed = 0;
    usec_t start = clock_now();

    int code = options_begin(&program, argc, argv);
    if (code >= 0)
        return code;
    for (int64_t i = 0; i < settings.seeds; i++)
        failed += !survive(&program, argv[0], settings.seed + (uint64_t)i, settings.seeds == 1);
    if (settings.seeds > 1)
        printf("seeds=%" PRId64 " failed=%" PRId64 " took_ms=%" PRId64 "\n", settings.seeds, failed,
               (clock_now() - start) / USEC_MS);
    return failed ? 1 : 0;
}
