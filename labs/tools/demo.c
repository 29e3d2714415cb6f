/* demo: the main job on show. A file goes through an echo server and back, over a clean and a bad
 * wire, for every pair of stacks this machine can run; the bytes are compared; then a short
 * exchange with one scripted loss is drawn. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/options.h"
#include "experiments/exchange.h"
#include "experiments/shuttle.h"
#include "net/net_kernel.h"
#include "server/echo.h"
#include "testbed/pairs.h"
#include "trace/options.h"
#include "trace/summary.h"

#define OUT_DIR     "build/out/demo"
#define LOSS_SCRIPT "drop data 1 a>b"

static struct {
    const char *file; /* or NULL: generated */
    uint64_t seed;
} settings = {.seed = 1};

static const struct option_spec specs[] = {
    {"file", 'f', OPTION_STRING, &settings.file, "send this file instead of generated ones", NULL,
     0, 0},
    {"seed", 's', OPTION_SEED, &settings.seed, "decides which frames the bad wire spoils", NULL, 0,
     0},
};
static const struct option_group groups[] = {{"Demo", specs, ARRAY_LEN(specs)}};

/* One wire of the demo. */
struct wire {
    const char *name, *what;
    size_t generated_bytes;
    struct impairment impairment;
};

static const struct wire wires[] = {
    {"clean", "no delay, no loss", 8 << 20, {0}},
    {"bad",
     "10 ms delay, 2 % loss, 1 % duplicated, 1 % reordered",
     1 << 20,
     {.delay = MS(10), .loss_ppm = 20000, .dup_ppm = 10000, .reorder_ppm = 10000}},
};

static const struct pair pairs[] = {
    {STACK_KERNEL, STACK_KERNEL}, {STACK_KERNEL, STACK_OWN}, {STACK_OWN, STACK_KERNEL},
    {STACK_OWN, STACK_OWN},       {STACK_SIM, STACK_SIM},
};

/* One row of the table. */
struct row {
    const char *pair, *wire;
    struct transfer_result transfer;
    struct trace_counts sent[2];
    struct testbed_stats stats;
    bool traced;     /* a wire was there to count at */
    bool is_virtual; /* its time says nothing about this machine's speed */
};

/* The kernel's congestion control is pinned, so that every machine runs the same one. */
static const char *const sysctls[] = {"net.ipv4.tcp_congestion_control=reno", NULL};

/* ---- the file ---- */

static FILE *open_source(size_t bytes, struct fault *fault)
{
    const char *path = settings.file;
    FILE *file = path ? fopen(path, "rb") : shuttle_generate(bytes, settings.seed);

    if (!file)
        fault_errno(fault, -errno, "cannot read %s", path ? path : "a generated file");
    return file;
}

/* A file that cannot be read is told before anything is begun. */
static int check_source(struct fault *fault)
{
    FILE *file = open_source(0, fault);
    if (!file)
        return fault->error;
    if (fgetc(file) == EOF && ferror(file))
        fault_errno(fault, -errno, "cannot read %s", settings.file);
    fclose(file);
    return fault->error;
}

/* ---- progress, for those who watch ---- */

struct progress {
    const char *pair, *wire;
    usec_t shown;
};

static void show_progress(uint64_t received, void *arg)
{
    struct progress *progress = arg;
    usec_t now = clock_now();

    if (now - progress->shown < MS(100))
        return;
    progress->shown = now;
    fprintf(stderr, "\r%s, %s wire: %" PRIu64 " KiB back ", progress->pair, progress->wire,
            received >> 10);
}

/* ---- one transfer ---- */

/* The file of this wire, or the user's, from `client` to `server` and back. */
static int send_through(struct shuttle shuttle, size_t bytes, struct row *row, struct fault *fault)
{
    struct progress progress = {row->pair, row->wire, 0};
    bool watched = isatty(STDERR_FILENO);

    shuttle.transfer.source = open_source(bytes, fault);
    if (!shuttle.transfer.source)
        return fault->error;
    if (watched) {
        shuttle.transfer.progress = show_progress;
        shuttle.transfer.progress_arg = &progress;
    }
    int error = shuttle_run(&shuttle, &row->transfer, fault);
    if (watched)
        fputs("\r\033[K", stderr);
    fclose(shuttle.transfer.source);
    return error;
}

/* Writes the log under OUT_DIR as NAME.ndjson and NAME.pcapng. */
static int write_log(const struct trace_log *log, const char *name, struct fault *fault)
{
    char events[128], pcap[128];
    const struct trace_options files = {.events = events, .pcap = pcap};

    snprintf(events, sizeof events, OUT_DIR "/%s.ndjson", name);
    snprintf(pcap, sizeof pcap, OUT_DIR "/%s.pcapng", name);
    return trace_write_files(&files, &(struct trace_run){name, log}, 1, fault);
}

/* Takes the counts the row needs out of the log, and writes it. */
static int keep(const struct trace_log *log, struct row *row, struct fault *fault)
{
    struct trace_summary summary;
    char name[64];

    int error = trace_summary_init(&summary, log);
    if (error)
        return fault_errno(fault, error, "cannot count the segments");
    memcpy(row->sent, summary.sent, sizeof row->sent);
    row->traced = true;
    trace_summary_fini(&summary);
    snprintf(name, sizeof name, "%s-%s", row->pair, row->wire);
    return write_log(log, name, fault);
}

static int run_on_testbed(struct pair pair, const struct wire *wire, struct row *row,
                          struct fault *fault)
{
    struct trace_log log;
    struct testbed *testbed;

    trace_log_init(&log);
    struct testbed_config config = {
        .stack = {pair.client, pair.server},
        .medium = {.both = wire->impairment, .seed = settings.seed, .sink = &log.sink},
        .sysctls = sysctls,
    };
    int error = testbed_open(&testbed, &config, fault);
    if (!error) {
        const struct shuttle shuttle = {.client = testbed_net(testbed, HOST_A),
                                        .server = testbed_net(testbed, HOST_B),
                                        .addr = {testbed_ip(HOST_B), ECHO_PORT}};
        error = send_through(shuttle, wire->generated_bytes, row, fault);
        testbed_settle(testbed, usec_after(clock_now(), SECONDS(1)));
        testbed_get_stats(testbed, &row->stats);
        testbed_close(testbed);
    }
    if (!error)
        error = keep(&log, row, fault);
    trace_log_fini(&log);
    return error;
}

static int run_on_loopback(struct row *row, struct fault *fault)
{
    struct net *net;

    int error = net_kernel_new(&net, &(struct net_kernel_config){.netns_fd = -1, .host = '-'});
    if (error)
        return fault_errno(fault, error, "cannot open the kernel's sockets");
    const struct shuttle shuttle = {.client = net, .server = net, .addr = {NET_LOOPBACK, 0}};
    error = send_through(shuttle, wires[0].generated_bytes, row, fault);
    net_free(net);
    return error;
}

/* ---- the table ---- */

static void print_head(void)
{
    printf("%-15s %-8s %10s  %-6s %8s %8s %9s %8s %7s\n", "pair", "wire", "bytes", "sha256", "time",
           "Mbit/s", "segments", "resent", "dropped");
}

/* Both ways count: the file crosses the wire twice. */
static double megabits_per_second(const struct transfer_result *transfer)
{
    double bits = 8.0 * (double)(transfer->sent + transfer->received);
    return transfer->took_us ? bits / (double)transfer->took_us : 0;
}

static void print_row(const struct row *row)
{
    const struct transfer_result *transfer = &row->transfer;

    printf("%-15s %-8s %10" PRIu64 "  %-6s %6.2f s", row->pair, row->wire, transfer->sent,
           transfer_equal(transfer) ? "equal" : "DIFFER", (double)transfer->took_us / 1e6);
    if (row->is_virtual)
        printf(" %8s", "-");
    else
        printf(" %8.1f", megabits_per_second(transfer));
    if (row->traced)
        printf(" %9" PRIu64 " %8" PRIu64 " %7" PRIu64,
               row->sent[0].segments + row->sent[1].segments,
               row->sent[0].retransmissions + row->sent[1].retransmissions,
               row->stats.dir[0].dropped + row->stats.dir[1].dropped);
    else
        printf(" %9s %8s %7s", "-", "-", "-");
    printf("%s\n", row->stats.latest > MS(20) ? "  noisy machine" : "");
    fflush(stdout);
}

/* Prints the row; different bytes are a failure whatever the calls returned. */
static int judge(const struct row *row, struct fault *fault)
{
    char sent[SHA256_TEXT], back[SHA256_TEXT];

    print_row(row);
    if (transfer_equal(&row->transfer))
        return 0;
    sha256_format(sent, row->transfer.sent_sha256);
    sha256_format(back, row->transfer.received_sha256);
    return fault_set(fault, -EIO, "%s on the %s wire: sent %.16s..., %.16s... came back", row->pair,
                     row->wire, sent, back);
}

/* ---- the picture ---- */

static int play_exchange(struct pair pair, struct trace_log *log, struct fault *fault)
{
    static const uint8_t text[] = "Hello, twin!\n";
    struct exchange_result result;
    const struct exchange exchange = {
        .testbed = {.stack = {pair.client, pair.server},
                    .medium = {.both.delay = MS(10), .script = LOSS_SCRIPT, .sink = &log->sink},
                    .sink = &log->sink,
                    .sample = true,
                    .sysctls = sysctls},
        .text = {text, sizeof text - 1},
    };
    return exchange_run(&exchange, &result, fault);
}

/* Kernel beside own, or the simulation alone. */
static int draw_exchange(const struct pair *drawn, size_t count, struct fault *fault)
{
    struct trace_log log[2];
    const struct trace_log *logs[] = {&log[0], &log[1]};
    struct ladder_options options;
    int error = 0;

    ladder_options_auto(&options, stdout);
    for (size_t i = 0; i < count; i++)
        trace_log_init(&log[i]);
    for (size_t i = 0; i < count && !error; i++) {
        options.titles[i] = pair_name(drawn[i]);
        error = play_exchange(drawn[i], &log[i], fault);
    }
    if (!error) {
        printf("\nOne line, one scripted loss (\"%s\"), 10 ms each way:\n\n", LOSS_SCRIPT);
        error = ladder_print(stdout, &options, logs, count);
        if (error)
            fault_errno(fault, error, "cannot draw the ladder");
    }
    for (size_t i = 0; i < count; i++) {
        char name[64];
        snprintf(name, sizeof name, "ladder-%s", pair_name(drawn[i]));
        if (!error)
            error = write_log(&log[i], name, fault);
        trace_log_fini(&log[i]);
    }
    return error;
}

/* ---- the whole ---- */

/* Every pair that can run, over each wire, one after another. */
static int show_pairs(bool has_hosts, struct fault *fault)
{
    for (size_t i = 0; i < ARRAY_LEN(wires) * ARRAY_LEN(pairs); i++) {
        const struct wire *wire = &wires[i / ARRAY_LEN(pairs)];
        struct pair pair = pairs[i % ARRAY_LEN(pairs)];
        struct row row = {
            .pair = pair_name(pair), .wire = wire->name, .is_virtual = !pair_needs_hosts(pair)};
        if (pair_needs_hosts(pair) && !has_hosts)
            continue;
        int error = run_on_testbed(pair, wire, &row, fault);
        if (!error)
            error = judge(&row, fault);
        if (error)
            return error;
    }
    return 0;
}

static void explain(void)
{
    printf("\npair:   the client's TCP, the server's; sim is our own twice, in virtual time\n");
    for (size_t i = 0; i < ARRAY_LEN(wires); i++)
        printf("%-8s%s: %s\n", i ? "" : "wire:", wires[i].name, wires[i].what);
}

/* Without namespaces: what is left, and what would be there with them. */
static int show_loopback(const struct fault *why, struct fault *fault)
{
    struct row row = {.pair = "kernel-kernel", .wire = "loopback"};

    int error = run_on_loopback(&row, fault);
    if (!error)
        error = judge(&row, fault);
    explain();
    printf("\nLeft out: the pairs that need two hosts (kernel and own over a real wire).\n"
           "Why:      %s\n"
           "See:      make doctor\n",
           why->text);
    return error;
}

static int make_out_dir(struct fault *fault)
{
    static const char *const parts[] = {"build", "build/out", OUT_DIR};

    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        if (mkdir(parts[i], 0777) && errno != EEXIST)
            return fault_errno(fault, -errno, "cannot make the folder %s", parts[i]);
    return 0;
}

static int show(struct fault *fault)
{
    static const struct pair real[] = {{STACK_KERNEL, STACK_KERNEL}, {STACK_OWN, STACK_OWN}};
    static const struct pair simulated[] = {{STACK_SIM, STACK_SIM}};
    struct fault tier = {0};

    int error = check_source(fault);
    if (!error)
        error = make_out_dir(fault);
    if (error)
        return error;
    bool has_hosts = testbed_enter(&tier) == 0;

    printf("A file goes through an echo server and back. seed=%" PRIu64 "\n\n", settings.seed);
    print_head();
    error = show_pairs(has_hosts, fault);
    if (error)
        return error;
    if (has_hosts)
        explain();
    else
        error = show_loopback(&tier, fault);
    if (!error)
        error = has_hosts ? draw_exchange(real, ARRAY_LEN(real), fault)
                          : draw_exchange(simulated, ARRAY_LEN(simulated), fault);
    if (!error)
        printf("\nEvery segment is in %s/: *.ndjson (event log), *.pcapng (open with Wireshark).\n",
               OUT_DIR);
    return error;
}

int main(int argc, char **argv)
{
    struct program program = {
        .name = "demo",
        .summary = "Send a file through an echo server and back, compare each byte, and draw it.",
        .example = "demo --file /etc/services",
        .groups = groups,
        .group_count = ARRAY_LEN(groups),
    };
    struct fault fault = {0};

    int code = options_begin(&program, argc, argv);
    if (code >= 0)
        return code;
    return show(&fault) ? options_fail(&program, &fault) : 0;
}
