/* bench: how fast the own stack is, beside the kernel's on the same machine in the same run, and
 * whether it holds the floors that the project has set itself.
 *
 * Each row of the table is one thing measured over several pairs of stacks, the client's named
 * first. Threads of host A keep to one CPU and those of host B to another, except for the round
 * trip, where one CPU has both. Exit code 1 when a floor is missed or a measurement failed. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/options.h"
#include "experiments/machine.h"
#include "experiments/measure.h"
#include "tcp/tcb.h"

enum { RUNS_MAX = 99 };

#define ROW_TIME_MAX SECONDS(60) /* after so long no further round is begun */

/* ---- what is measured, and the floors ---- */

struct pair {
    const char *name;
    enum stack_kind stack[2];
};

/* The first is what the others are compared with. */
static const struct pair pairs_of_hosts[] = {
    {"kernel-kernel", {STACK_KERNEL, STACK_KERNEL}},
    {"own-kernel", {STACK_OWN, STACK_KERNEL}},
    {"kernel-own", {STACK_KERNEL, STACK_OWN}},
    {"own-own", {STACK_OWN, STACK_OWN}},
};
static const struct pair simulated[] = {{"sim-sim", {STACK_SIM, STACK_SIM}}};
static const struct pair no_hosts[] = {{"own", {STACK_OWN, STACK_OWN}}};

enum floor_kind {
    FLOOR_NONE,
    FLOOR_NO_ERROR,      /* it must only come to its end */
    FLOOR_AT_LEAST,      /* the limit */
    FLOOR_BELOW,         /* the limit */
    FLOOR_AT_MOST_TIMES, /* the limit times the first pair's figure */
};

/* What must hold for the pairs with a stack of our own. */
struct floor {
    enum floor_kind kind;
    double limit;
};

struct row {
    const char *name, *what, *unit;
    int (*measure)(const struct measurement *wanted, double *figure, struct fault *fault);
    const struct pair *pairs;
    int pair_count;
    bool super_segments;
    struct floor floor;
};

static int measure_memory(const struct measurement *wanted, double *figure, struct fault *fault)
{
    (void)wanted;
    (void)fault;
    *figure = sizeof(struct tcb);
    return 0;
}

#define HOSTS .pairs = pairs_of_hosts, .pair_count = ARRAY_LEN(pairs_of_hosts)

/* With loss own-kernel is the slowest: we send in bursts, the kernel's receiver may answer a burst
 * with one ACK, and when that one is lost all wait for a timer. */
static const struct row rows[] = {
    {"bulk", "bulk, a frame per segment", "Gbit/s", measure_bulk, HOSTS,
     .floor = {FLOOR_AT_LEAST, 1}},
    {"super", "bulk in super-segments", "Gbit/s", measure_bulk, HOSTS, .super_segments = true},
    {"round-trip", "round trip, one CPU, p50", "us", measure_round_trip, HOSTS,
     .floor = {FLOOR_AT_MOST_TIMES, 2}},
    {"loss", "100 MB at 1 % loss", "s", measure_loss, HOSTS, .floor = {FLOOR_AT_MOST_TIMES, 1.5}},
    {"crowd", "1,000 echo clients at once", "s", measure_crowd, HOSTS,
     .floor = {FLOOR_NO_ERROR, 0}},
    {"simulation", "bulk in simulation, real time", "Gbit/s", measure_simulation,
     .pairs = simulated, .pair_count = 1, .floor = {FLOOR_AT_LEAST, 1}},
    {"memory", "an idle connection's core", "octets", measure_memory, .pairs = no_hosts,
     .pair_count = 1, .floor = {FLOOR_BELOW, 1024}},
};

#define ROW_CHOICES "all|bulk|super|round-trip|loss|crowd|simulation|memory" /* as in rows */

static struct {
    int64_t runs;
    int row; /* 0: all, else one of rows, counted from 1 */
    bool json;
} settings = {.runs = 5};

static const struct option_spec specs[] = {
    {"row", 0, OPTION_CHOICE, &settings.row, "measure only this", ROW_CHOICES, 0, 0},
    {"runs", 0, OPTION_INT, &settings.runs, "repeat so often and take the median", NULL, 1,
     RUNS_MAX},
    {"json", 0, OPTION_FLAG, &settings.json, "print one JSON object instead of the table", NULL, 0,
     0},
};
static const struct option_group groups[] = {{"Bench", specs, ARRAY_LEN(specs)}};

/* ---- one result ---- */

struct result {
    const struct row *row;
    const struct pair *pair;
    double figures[RUNS_MAX]; /* of the runs that came to their end */
    int count;
    double median; /* of them */
    double ratio;  /* to the first pair of the row; 0: none */
    bool held;
    struct fault fault; /* why there is no figure */
};

static int by_size(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;

    return (left > right) - (left < right);
}

static double median_of(const double *figures, int count)
{
    double sorted[RUNS_MAX];

    if (count == 0)
        return 0;
    memcpy(sorted, figures, (size_t)count * sizeof *figures);
    qsort(sorted, (size_t)count, sizeof *sorted, by_size);
    return (sorted[count / 2] + sorted[(count - 1) / 2]) / 2;
}

static bool has_floor(const struct result *result)
{
    const struct floor *floor = &result->row->floor;
    int kernels = (result->pair->stack[HOST_A] == STACK_KERNEL) +
                  (result->pair->stack[HOST_B] == STACK_KERNEL);

    return floor->kind != FLOOR_NONE && kernels <= 1;
}

static bool holds(const struct result *result)
{
    double limit = result->row->floor.limit;

    if (result->fault.error)
        return false;
    if (!has_floor(result))
        return true;
    switch (result->row->floor.kind) {
    case FLOOR_NONE:
    case FLOOR_NO_ERROR:
        return true;
    case FLOOR_AT_LEAST:
        return result->median >= limit;
    case FLOOR_BELOW:
        return result->median < limit;
    case FLOOR_AT_MOST_TIMES:
        return result->ratio > 0 && result->ratio <= limit;
    }
    return false;
}

static void show_progress(const struct result *result, int run)
{
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r\033[K%s, %s: run %d of %" PRId64 " ", result->row->name,
                result->pair->name, run + 1, settings.runs);
}

static void clear_progress(void)
{
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
}

/* Measures once what result->row and pair say. After a failure it is left alone. */
static void measure(const struct machine *machine, struct result *result, int run)
{
    const struct measurement wanted = {
        .stack = {result->pair->stack[HOST_A], result->pair->stack[HOST_B]},
        .cpus = {machine->cpus[HOST_A], machine->cpus[HOST_B]},
        .seed = (uint64_t)run + 1,
        .super_segments = result->row->super_segments,
    };

    if (result->fault.error)
        return;
    show_progress(result, run);
    if (result->row->measure(&wanted, &result->figures[result->count], &result->fault) == 0)
        result->count++;
}

/* `first` is the row's first result. */
static void judge(struct result *result, const struct result *first)
{
    result->median = median_of(result->figures, result->count);
    if (first != result && first->median > 0)
        result->ratio = result->median / first->median;
    result->held = holds(result);
}

/* ---- the table ---- */

static void print_table_head(const struct machine *machine)
{
    printf("Median of %" PRId64 "; %s, %s; host A on CPU %d, host B on CPU %d\n\n", settings.runs,
           machine->model, machine->system, machine->cpus[HOST_A], machine->cpus[HOST_B]);
    printf("%-30s %-14s %9s %-7s %9s  %s\n", "what", "client-server", "figure", "", "x kernel",
           "floor");
}

static void print_floor(const struct result *result)
{
    double limit = result->row->floor.limit;
    const char *unit = result->row->unit;

    switch (result->row->floor.kind) {
    case FLOOR_NONE:
        break;
    case FLOOR_NO_ERROR:
        printf("  no error");
        break;
    case FLOOR_AT_LEAST:
        printf("  at least %g %s", limit, unit);
        break;
    case FLOOR_BELOW:
        printf("  below %g %s", limit, unit);
        break;
    case FLOOR_AT_MOST_TIMES:
        printf("  at most %g x kernel", limit);
        break;
    }
    printf(": %s", result->held ? "held" : "MISSED");
}

static void print_table_row(const struct result *result)
{
    bool is_first = result->pair == result->row->pairs;

    printf("%-30s %-14s ", is_first ? result->row->what : "", result->pair->name);
    if (result->fault.error)
        printf("%9s %-7s %9s", "failed", "", "");
    else
        printf("%9.4g %-7s ", result->median, result->row->unit);
    if (result->ratio > 0)
        printf("%9.2f", result->ratio);
    else
        printf("%9s", "");
    if (has_floor(result))
        print_floor(result);
    printf("\n");
    if (result->fault.error)
        printf("    %s\n", result->fault.text);
    fflush(stdout);
}

/* ---- JSON ---- */

static void print_json_head(const struct machine *machine)
{
    printf("{\"runs\": %" PRId64 ", \"cpu\": \"%s\", \"system\": \"%s\", \"cpu_a\": %d, "
           "\"cpu_b\": %d,\n \"results\": [",
           settings.runs, machine->model, machine->system, machine->cpus[HOST_A],
           machine->cpus[HOST_B]);
}

static void print_json_row(const struct result *result, bool is_first)
{
    static const char *const floors[] = {
        [FLOOR_NO_ERROR] = "no error",
        [FLOOR_AT_LEAST] = "at least",
        [FLOOR_BELOW] = "below",
        [FLOOR_AT_MOST_TIMES] = "at most times",
    };

    printf("%s\n  {\"row\": \"%s\", \"pair\": \"%s\", \"unit\": \"%s\", \"median\": %.6g, ",
           is_first ? "" : ",", result->row->name, result->pair->name, result->row->unit,
           result->median);
    printf("\"figures\": [");
    for (int i = 0; i < result->count; i++)
        printf("%s%.6g", i ? ", " : "", result->figures[i]);
    printf("], ");
    if (result->ratio > 0)
        printf("\"ratio\": %.4g, ", result->ratio);
    if (has_floor(result))
        printf("\"floor\": \"%s\", \"limit\": %g, ", floors[result->row->floor.kind],
               result->row->floor.limit);
    printf("\"failed\": %s, \"held\": %s}", result->fault.error ? "true" : "false",
           result->held ? "true" : "false");
}

/* ---- the whole ---- */

static bool is_wanted(size_t row)
{
    return settings.row == 0 || (size_t)settings.row == row + 1;
}

static bool needs_namespaces(void)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (is_wanted(i) && rows[i].pairs == pairs_of_hosts)
            return true;
    return false;
}

static void print_result(const struct result *result, bool is_first)
{
    if (settings.json)
        print_json_row(result, is_first);
    else
        print_table_row(result);
}

/* The pairs take turns, so that a machine that is slower for a while is so for all of them. */
static void measure_all(const struct machine *machine, struct result *results, int count)
{
    usec_t end = clock_now() + ROW_TIME_MAX;

    for (int run = 0; run < settings.runs && (run == 0 || clock_now() < end); run++)
        for (int i = 0; i < count; i++)
            measure(machine, &results[i], run);
    clear_progress();
}

/* Measures and prints one row; true when all its floors held. */
static bool run_row(const struct machine *machine, const struct row *row, bool is_first)
{
    struct result results[ARRAY_LEN(pairs_of_hosts)] = {0};
    int count = row->pair_count;
    bool held = true;

    for (int i = 0; i < count; i++) {
        results[i].row = row;
        results[i].pair = &row->pairs[i];
    }
    measure_all(machine, results, count);
    for (int i = 0; i < count; i++) {
        judge(&results[i], &results[0]);
        print_result(&results[i], is_first && i == 0);
        held = held && results[i].held;
    }
    return held;
}

/* Returns the exit code. */
static int run_all(const struct machine *machine)
{
    bool held = true, is_first = true;

    (settings.json ? print_json_head : print_table_head)(machine);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (!is_wanted(i))
            continue;
        held = run_row(machine, &rows[i], is_first) && held;
        is_first = false;
    }
    if (settings.json)
        printf("],\n \"held\": %s}\n", held ? "true" : "false");
    else
        printf("\n%s\n", held ? "All floors hold." : "A floor is missed.");
    return held ? 0 : 1;
}

int main(int argc, char **argv)
{
    struct program program = {
        .name = "bench",
        .summary = "Measure the own stack beside the kernel's, and hold it to its floors.",
        .example = "bench --row bulk --runs 3\n"
                   "bench --row simulation --json     needs no privilege, nor does memory",
        .groups = groups,
        .group_count = ARRAY_LEN(groups),
    };
    struct fault fault = {0};
    struct machine machine;

    int code = options_begin(&program, argc, argv);
    if (code >= 0)
        return code;
    if (needs_namespaces() && testbed_enter(&fault))
        return options_fail(&program, &fault);
    machine_look(&machine);
    return run_all(&machine);
}
