/* interop: our own stack and the kernel's send to each other over every wire of a file, and do as
 * well as the kernel does with itself; the file says how well that is (tests/interop/wires.txt).
 *
 * One wire is measured here; for several, this program runs itself once for each, as many at a time
 * as there are processors, since most of the time is spent waiting for a delay. Exit code 1 when a
 * transfer failed or was too slow or too fast. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/options.h"
#include "experiments/batch.h"
#include "experiments/goodput.h"

enum { SEEDS_MOST = GOODPUT_FIGURES, TOLERANCE = 2, NO_PRIVILEGE = 77 };

static struct {
    const char *file;
    int64_t seeds, jobs, limit_s;
    bool json, frame;
} settings = {.file = "tests/interop/wires.txt", .seeds = 3, .limit_s = 300, .frame = true};

static const struct option_spec specs[] = {
    {"wires", 0, OPTION_STRING, &settings.file, "the file that describes them", NULL, 0, 0},
    {"seeds", 0, OPTION_INT, &settings.seeds, "so many, of which the median counts", NULL, 1,
     SEEDS_MOST},
    {"jobs", 'j', OPTION_INT, &settings.jobs, "wires at a time", NULL, 1, WIRES_MOST},
    {"limit", 0, OPTION_INT, &settings.limit_s, "seconds that one wire may take", NULL, 1, 3600},
    {"frame", 0, OPTION_FLAG, &settings.frame, "head and foot around the rows", NULL, 0, 0},
    {"json", 0, OPTION_FLAG, &settings.json, "one JSON object, nothing else", NULL, 0, 0},
};
static const struct option_group groups[] = {{"Interop", specs, ARRAY_LEN(specs)}};

/* ---- what is sent over each wire ---- */

struct transfer_kind {
    enum stack_kind stack[2];
    enum net_congestion congestion;
};

/* As the columns of the table. The first ones, the kernel with itself, are by enum net_congestion:
 * what the others are compared with. Our own stack has no BBR. */
static const struct transfer_kind kinds[] = {
    {{STACK_KERNEL, STACK_KERNEL}, NET_RENO}, {{STACK_KERNEL, STACK_KERNEL}, NET_CUBIC},
    {{STACK_KERNEL, STACK_KERNEL}, NET_BBR},  {{STACK_OWN, STACK_KERNEL}, NET_RENO},
    {{STACK_OWN, STACK_KERNEL}, NET_CUBIC},   {{STACK_KERNEL, STACK_OWN}, NET_RENO},
    {{STACK_KERNEL, STACK_OWN}, NET_CUBIC},   {{STACK_KERNEL, STACK_OWN}, NET_BBR},
};

enum { KINDS = ARRAY_LEN(kinds) };

static const char *const stack_names[] = {[STACK_KERNEL] = "kernel", [STACK_OWN] = "own"};
static const char *const congestion_names[] = {
    [NET_RENO] = "reno", [NET_CUBIC] = "cubic", [NET_BBR] = "bbr"};

/* All transfers of one kind over one wire. */
struct result {
    const struct transfer_kind *kind;
    double each[SEEDS_MOST];
    double median, low, high; /* Mbit/s */
    struct fault fault;       /* why there is no figure */
    bool skipped;             /* the kernel does not offer the algorithm */
    bool held;
};

static struct wires wires;

/* ---- measuring one wire ---- */

static void judge(struct result *result, const struct wire *wire, double kernel)
{
    result->low = kernel / TOLERANCE;
    result->high = TOLERANCE * fmax(kernel, goodput_predicted(wire));
    result->held = result->skipped || (!result->fault.error && result->median >= result->low &&
                                       result->median <= result->high);
}

static void show_transfer(const struct wire *wire, const struct result *result, int seed)
{
    if (settings.frame && isatty(STDERR_FILENO))
        fprintf(stderr, "\r\033[K%s: %s to %s, %s, seed %d ", wire->name,
                stack_names[result->kind->stack[HOST_A]], stack_names[result->kind->stack[HOST_B]],
                congestion_names[result->kind->congestion], seed);
}

static void send_once(struct result *result, const struct wire *wire, int seed)
{
    const struct transfer_wanted wanted = {
        .stack = {result->kind->stack[HOST_A], result->kind->stack[HOST_B]},
        .congestion = result->kind->congestion,
        .wire = wire,
        .seed = (uint64_t)seed,
    };
    if (result->skipped || result->fault.error)
        return;
    show_transfer(wire, result, seed);
    goodput_measure(&wanted, &result->each[seed - 1], &result->fault);
}

/* Seed by seed, so that a busy minute of the machine meets all kinds alike. */
static void measure(struct result results[KINDS], const struct wire *wire)
{
    for (int seed = 1; seed <= settings.seeds; seed++)
        for (size_t i = 0; i < KINDS; i++)
            send_once(&results[i], wire, seed);
    for (size_t i = 0; i < KINDS; i++)
        results[i].median = goodput_median(results[i].each, (size_t)settings.seeds);
    for (size_t i = 0; i < KINDS; i++)
        judge(&results[i], wire, results[kinds[i].congestion].median);
}

static int prepare(struct result results[KINDS], struct fault *fault)
{
    bool offered[ARRAY_LEN(congestion_names)] = {false};
    for (size_t i = 0; i < ARRAY_LEN(offered) && !fault->error; i++)
        offered[i] = goodput_kernel_offers((enum net_congestion)i, fault) > 0;
    for (size_t i = 0; i < KINDS && !fault->error; i++) {
        results[i].kind = &kinds[i];
        results[i].skipped = !offered[kinds[i].congestion];
    }
    return fault->error;
}

/* ---- the table ---- */

static void print_head(void)
{
    printf("Mbit/s from one stack to the other, the median of %" PRId64
           " seeds; a band for those with our own\n\n",
           settings.seeds);
    printf("%-16s %-24s  %-16s  %s\n%-16s", "", "kernel to kernel", "own to kernel",
           "kernel to own", "wire");
    for (size_t i = 0; i < KINDS; i++)
        printf("%s%7s ", i > 0 && kinds[i].congestion == NET_RENO ? "  " : "",
               congestion_names[kinds[i].congestion]);
    printf("\n");
}

static void print_cell(const struct result *result)
{
    if (result->skipped)
        printf("%7s ", "none");
    else if (result->fault.error)
        printf("%7s!", "failed");
    else
        printf("%7.*f%s", result->median < 10 ? 2 : 1, result->median, result->held ? " " : "!");
}

static void print_miss(const struct result *result)
{
    printf("    %s to %s, %s: ", stack_names[result->kind->stack[HOST_A]],
           stack_names[result->kind->stack[HOST_B]], congestion_names[result->kind->congestion]);
    if (result->fault.error)
        printf("%s\n", result->fault.text);
    else
        printf("%.2f is not within %.2f to %.2f\n", result->median, result->low, result->high);
}

static void print_row(const struct result results[KINDS], const struct wire *wire)
{
    printf("%-16s", wire->name);
    for (size_t i = 0; i < KINDS; i++) {
        printf("%s", i > 0 && kinds[i].congestion == NET_RENO ? "  " : "");
        print_cell(&results[i]);
    }
    printf("\n");
    for (size_t i = 0; i < KINDS; i++)
        if (!results[i].held)
            print_miss(&results[i]);
}

static void print_foot(bool held)
{
    printf("\nnone: the kernel does not offer the algorithm   !: out of the band\n%s\n",
           held ? "Every transfer was complete and in its band." : "A transfer missed.");
}

static void print_json_transfer(const struct result *result)
{
    printf("{\"from\": \"%s\", \"to\": \"%s\", \"congestion\": \"%s\", \"offered\": %s, "
           "\"failed\": %s, \"mbit\": [",
           stack_names[result->kind->stack[HOST_A]], stack_names[result->kind->stack[HOST_B]],
           congestion_names[result->kind->congestion], result->skipped ? "false" : "true",
           result->fault.error ? "true" : "false");
    for (int i = 0; i < settings.seeds; i++)
        printf("%s%.4g", i ? ", " : "", result->each[i]);
    printf("], \"median\": %.4g, \"low\": %.4g, \"high\": %.4g, \"held\": %s}", result->median,
           result->low, result->high, result->held ? "true" : "false");
}

static void print_json_row(const struct result results[KINDS], const struct wire *wire)
{
    printf("  {\"wire\": \"%s\", \"options\": \"%s\", \"bytes\": %" PRIu64 ", \"transfers\": [",
           wire->name, wire->options, wire->bytes);
    for (size_t i = 0; i < KINDS; i++) {
        printf("%s\n    ", i ? "," : "");
        print_json_transfer(&results[i]);
    }
    printf("]}\n");
}

static void begin_output(void)
{
    if (settings.frame && settings.json)
        printf("{\"seeds\": %" PRId64 ", \"wires\": [\n", settings.seeds);
    else if (settings.frame)
        print_head();
    fflush(stdout);
}

static void end_output(bool held)
{
    if (settings.frame && settings.json)
        printf("], \"held\": %s}\n", held ? "true" : "false");
    else if (settings.frame)
        print_foot(held);
}

/* ---- one wire, here ---- */

static int run_here(const struct wire *wire, struct fault *fault)
{
    struct result results[KINDS] = {0};
    bool held = true;
    int error = testbed_enter(fault);
    if (!error)
        error = prepare(results, fault);
    if (error)
        return error;
    measure(results, wire);
    if (settings.frame && isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
    for (size_t i = 0; i < KINDS; i++)
        held = held && results[i].held;
    begin_output();
    (settings.json ? print_json_row : print_row)(results, wire);
    end_output(held);
    return held ? 0 : 1;
}

/* ---- several, each in a process of its own ---- */

enum { COMMAND_WORDS = 9 };

static void show_progress(const struct batch_job *job, bool began, void *arg)
{
    size_t *ended = arg;
    *ended += !began;
    fprintf(stderr, "\r\033[K%zu wires done; %s ", *ended, job->command[1]);
}

static void copy(FILE *from, FILE *to)
{
    char line[1024];
    while (fgets(line, sizeof line, from))
        fputs(line, to);
}

/* Prints what the job printed, and how to run it again if it failed. */
static void relay(const struct batch_job *job, bool again)
{
    copy(job->out, stdout);
    if (job->status > 1)
        copy(job->err, stderr);
    if (job->status >= 128)
        fprintf(stderr, "interop: signal %d ended %s\n", job->status - 128, job->command[1]);
    if (again && !settings.json)
        printf("    second attempt, with the machine to itself\n");
    if (job->status && !settings.json)
        printf("    again: build/bin/interop %s\n", job->command[1]);
    fflush(stdout);
}

/* In real time one may miss for want of a processor: it runs once more, alone. */
static void run_again(struct batch_job *job, struct fault *fault)
{
    struct batch alone = {
        .jobs = job, .count = 1, .parallel = 1, .limit = (unsigned)settings.limit_s};
    fclose(job->out);
    fclose(job->err);
    batch_run(&alone, fault);
}

/* The job that lacked a privilege, after which no other was begun; or NULL. */
static const struct batch_job *find_refused(const struct batch *batch)
{
    for (size_t i = 0; i < batch->count; i++)
        if (batch->jobs[i].status == NO_PRIVILEGE)
            return &batch->jobs[i];
    return NULL;
}

/* Returns the exit code of all. */
static int print_all(const struct batch *batch, struct fault *fault)
{
    int code = 0;
    begin_output();
    for (size_t i = 0; i < batch->count && !fault->error; i++) {
        struct batch_job *job = &batch->jobs[i];
        bool again = job->status == 1;
        if (again)
            run_again(job, fault);
        if (settings.json && i)
            printf("  ,\n");
        relay(job, again);
        if (job->status)
            code = 1;
    }
    end_output(code == 0);
    return code;
}

static int run_apart(const struct wire *const *chosen, size_t count, struct fault *fault)
{
    struct batch_job jobs[WIRES_MOST] = {0};
    const char *commands[WIRES_MOST][COMMAND_WORDS];
    char seeds[8];
    size_t ended = 0;
    struct batch batch = {.jobs = jobs,
                          .count = count,
                          .parallel = (int)settings.jobs,
                          .limit = (unsigned)settings.limit_s,
                          .progress = isatty(STDERR_FILENO) ? show_progress : NULL,
                          .arg = &ended};

    snprintf(seeds, sizeof seeds, "%" PRId64, settings.seeds);
    for (size_t i = 0; i < count; i++) {
        const char *const words[COMMAND_WORDS] = {
            "/proc/self/exe", chosen[i]->name, "--wires",    settings.file,
            "--seeds",        seeds,           "--no-frame", settings.json ? "--json" : NULL};
        memcpy(commands[i], words, sizeof words);
        jobs[i].command = commands[i];
    }
    batch_run(&batch, fault);
    if (batch.progress)
        fputs("\r\033[K", stderr);
    const struct batch_job *refused = fault->error ? NULL : find_refused(&batch);
    int code = NO_PRIVILEGE;
    if (refused)
        copy(refused->err, stderr);
    else if (!fault->error)
        code = print_all(&batch, fault);
    batch_fini(&batch);
    return code;
}

/* ---- the whole ---- */

/* The wires named, or all; returns how many. */
static size_t choose(const struct program *program, const struct wire *chosen[WIRES_MOST],
                     struct fault *fault)
{
    size_t named = (size_t)program->operand_count;
    if (wires_read(&wires, settings.file, fault))
        return 0;
    if (wires.count == 0)
        fault_set(fault, -EBADMSG, "no wire in %.200s", settings.file);
    if (named > WIRES_MOST)
        fault_set(fault, -EINVAL, "more than %d wires", WIRES_MOST);
    for (size_t i = 0; i < wires.count; i++)
        chosen[i] = &wires.each[i];
    for (size_t i = 0; i < named && !fault->error; i++) {
        chosen[i] = wires_find(&wires, program->operand[i]);
        if (!chosen[i])
            fault_set(fault, -EINVAL, "no wire '%.30s' in %.200s", program->operand[i],
                      settings.file);
    }
    return named ? named : wires.count;
}

int main(int argc, char **argv)
{
    struct program program = {
        .name = "interop",
        .summary = "Our own stack and the kernel's send to each other over bad wires.",
        .operands = "[WIRE]...",
        .example = "interop                        every wire of tests/interop/wires.txt\n"
                   "interop loss-1-10ms --seeds 1\n"
                   "interop --json clean-0ms loss-5-10ms",
        .groups = groups,
        .group_count = ARRAY_LEN(groups),
    };
    const struct wire *chosen[WIRES_MOST] = {0};
    struct fault fault = {0};

    settings.jobs = sysconf(_SC_NPROCESSORS_ONLN);
    int code = options_begin(&program, argc, argv);
    if (code >= 0)
        return code;
    size_t count = choose(&program, chosen, &fault);
    if (!fault.error)
        code = count == 1 ? run_here(chosen[0], &fault) : run_apart(chosen, count, &fault);
    return fault.error ? options_fail(&program, &fault) : code;
}
