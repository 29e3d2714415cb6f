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
#include "base/prng.h"
#include "client/transfer.h"
#include "experiments/exchange.h"
#include "net/background.h"
#include "net/net_kernel.h"
#include "server/echo.h"
#include "testbed/testbed.h"
#include "trace/options.h"
#include "trace/summary.h"

#define OUT_DIR "build/out/demo"

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

/* One row of the table. */
struct row {
    const char *pair, *wire;
    struct transfer_result transfer;
    struct trace_counts sent[2];
    struct testbed_stats stats;
    bool traced; /* a wire was there to count at */
};

/* The kernel's congestion control is pinned, so that every machine runs the same one. */
static const char *const sysctls[] = {"net.ipv4.tcp_congestion_control=reno", NULL};

/* ---- the file ---- */

static FILE *generated(size_t bytes)
{
    FILE *file = tmpfile();
    struct prng prng;

    prng_seed(&prng, settings.seed);
    for (size_t done = 0; file && done < bytes; done += sizeof(uint64_t)) {
        uint64_t word = prng_next(&prng);
        if (fwrite(&word, sizeof word, 1, file) != 1) {
            fclose(file);
            return NULL;
        }
    }
    if (file)
        rewind(file);
    return file;
}

static FILE *open_source(size_t bytes, struct fault *fault)
{
    FILE *file = settings.file ? fopen(settings.file, "rb") : generated(bytes);
    if (!file)
        fault_errno(fault, -errno, "cannot read %s",
                    settings.file ? settings.file : "a generated file");
    return file;
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

static void clear_progress(void)
{
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
}

/* ---- one transfer ---- */

/* Where one transfer runs. */
struct stage {
    struct net *client, *server;
    struct net_addr addr; /* of the server */
    size_t bytes;         /* when the file is generated */
};

/* Both roles at once; the row gets the client's result. */
static int send_through(const struct stage *stage, struct row *row, struct fault *fault)
{
    struct echo_service service = {.timeout_us = SECONDS(30)};
    struct serve_config config = {.addr = stage->addr,
                                  .backlog = 16,
                                  .max_connections = 4,
                                  .handle = echo_handle,
                                  .arg = &service};
    struct progress progress = {row->pair, row->wire, 0};
    struct transfer transfer = {.timeout_us = SECONDS(30)};
    struct background background;

    transfer.source = open_source(stage->bytes, fault);
    if (!transfer.source)
        return fault->error;
    if (isatty(STDERR_FILENO)) {
        transfer.progress = show_progress;
        transfer.progress_arg = &progress;
    }
    int error = background_start(&background, stage->server, &config, fault);
    if (!error) {
        transfer.server = serve_addr(background.serve);
        transfer.server.ip = stage->addr.ip;
        error = transfer_run(stage->client, &transfer, &row->transfer, fault);
        background_stop(&background, NULL);
    }
    clear_progress();
    fclose(transfer.source);
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

static int run_on_testbed(const struct wire *wire, struct row *row, struct fault *fault)
{
    struct trace_log log;
    struct testbed *testbed;

    trace_log_init(&log);
    struct testbed_config config = {
        .stack = {STACK_KERNEL, STACK_KERNEL},
        .medium = {.both = wire->impairment, .seed = settings.seed, .sink = &log.sink},
        .sysctls = sysctls,
    };
    int error = testbed_open(&testbed, &config, fault);
    if (!error) {
        const struct stage stage = {testbed_net(testbed, HOST_A),
                                    testbed_net(testbed, HOST_B),
                                    {testbed_ip(HOST_B), ECHO_PORT},
                                    wire->generated_bytes};
        error = send_through(&stage, row, fault);
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
    const struct stage stage = {net, net, {NET_LOOPBACK, 0}, wires[0].generated_bytes};
    error = send_through(&stage, row, fault);
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

    printf("%-15s %-8s %10" PRIu64 "  %-6s %6.2f s %8.1f", row->pair, row->wire, transfer->sent,
           transfer_equal(transfer) ? "equal" : "DIFFER", (double)transfer->took_us / 1e6,
           megabits_per_second(transfer));
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

static int draw_exchange(struct fault *fault)
{
    static const uint8_t text[] = "Hello, twin!\n";
    struct trace_log log;
    struct exchange_result result;

    trace_log_init(&log);
    const struct exchange exchange = {
        .testbed = {.medium = {.both.delay = MS(10),
                               .script = "drop data 1 a>b",
                               .sink = &log.sink},
                    .sink = &log.sink,
                    .sample = true,
                    .sysctls = sysctls},
        .text = {text, sizeof text - 1},
    };
    int error = exchange_run(&exchange, &result, fault);
    if (!error) {
        const struct trace_log *logs[] = {&log};
        struct ladder_options options;
        ladder_options_auto(&options, stdout);
        printf("\nOne line, one scripted loss (\"%s\"), 10 ms each way:\n\n",
               exchange.testbed.medium.script);
        ladder_print(stdout, &options, logs, ARRAY_LEN(logs));
        error = write_log(&log, "ladder", fault);
    }
    trace_log_fini(&log);
    return error;
}

/* ---- the whole ---- */

static int show_wires(struct fault *fault)
{
    int error = 0;

    for (size_t i = 0; i < ARRAY_LEN(wires) && !error; i++) {
        struct row row = {.pair = "kernel-kernel", .wire = wires[i].name};
        error = run_on_testbed(&wires[i], &row, fault);
        if (!error)
            error = judge(&row, fault);
    }
    return error;
}

/* Without namespaces: what is left, and what would be there with them. */
static int show_loopback(const struct fault *why, struct fault *fault)
{
    struct row row = {.pair = "kernel-kernel", .wire = "loopback"};

    int error = run_on_loopback(&row, fault);
    if (!error)
        error = judge(&row, fault);
    printf("\nLeft out: the two hosts, the clean and the bad wire, and the ladder.\n"
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
    struct fault tier = {0};

    int error = make_out_dir(fault);
    if (error)
        return error;
    bool has_hosts = testbed_enter(&tier) == 0;

    printf("A file goes through an echo server and back. seed=%" PRIu64 "\n\n", settings.seed);
    print_head();
    if (!has_hosts)
        return show_loopback(&tier, fault);
    error = show_wires(fault);
    for (size_t i = 0; i < ARRAY_LEN(wires); i++)
        printf("%s%s: %s", i ? "; " : "\nwires: ", wires[i].name, wires[i].what);
    printf("\n");
    if (!error)
        error = draw_exchange(fault);
    if (!error)
        printf("\nEvery segment is in %s/: *.ndjson (event log), *.pcapng (open with Wireshark).\n",
               OUT_DIR);
    return error;
}

int main(int argc, char **argv)
{
    struct program program = {
        .name = "demo",
        .summary = "Send a file through an echo server and back, prove that no byte was lost, and "
                   "draw it.",
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
