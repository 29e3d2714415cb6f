/* Conversations and a crowd over one wire, and what must hold when all is over. */
#include "experiments/ordeal.h"

#include <errno.h>
#include <inttypes.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/thread.h"
#include "client/many.h"
#include "net/background.h"
#include "server/echo.h"
#include "trace/ndjson.h"

#define OVER_SOON SECONDS(4 * 3600) /* by then the last connection is over */

enum { FIRST_PORT = 7001, CROWD_THREADS = 8 };

/* ---- what goes on ---- */

static int run_crowd(struct testbed *testbed, const struct ordeal_plan *plan, struct fault *fault)
{
    const struct net_addr addr = {testbed_ip(HOST_B), ECHO_PORT};
    struct echo_service service = {.timeout_us = plan->timeout_us};
    const struct serve_config serving = {
        .addr = addr,
        .backlog = plan->crowd_backlog,
        .max_connections = CROWD_THREADS,
        .handle = echo_handle,
        .arg = &service,
    };
    const struct many_options crowd = {
        .server = addr, .clients = plan->crowd, .timeout_us = plan->timeout_us};
    struct many_result answers = {0};
    struct background server;
    int error = background_start(&server, testbed_net(testbed, HOST_B), &serving, fault);
    if (error)
        return error;
    error = many_run(testbed_net(testbed, HOST_A), &crowd, &answers, fault);
    background_stop(&server, NULL);
    return error;
}

/* The first failure is told, and yet all are waited for. */
static int converse(struct testbed *testbed, const struct ordeal_plan *plan, struct fault *fault)
{
    struct conversation conversations[ORDEAL_CONVERSATIONS_MAX];
    int started = 0, error = 0;
    while (started < plan->conversation_count && !error) {
        error = conversation_start(&conversations[started], testbed, &plan->conversations[started],
                                   (uint16_t)(FIRST_PORT + started), fault);
        started += !error;
    }
    if (plan->crowd && !error)
        error = run_crowd(testbed, plan, fault);
    for (int i = 0; i < started; i++) {
        struct fault own = {0};
        if (conversation_finish(&conversations[i], &own) && !error)
            error = fault_set(fault, own.error, "conversation %d, %s", i + 1, own.text);
    }
    return error;
}

/* ---- what must hold afterwards ---- */

static uint64_t connections_left(struct testbed *testbed)
{
    struct testbed_stats stats;
    testbed_get_stats(testbed, &stats);
    return stats.host[HOST_A].connections + stats.host[HOST_B].connections;
}

/* TIME-WAIT takes its minute, and a FIN whose ACK was lost goes on. */
static int wait_for_the_last(struct testbed *testbed, struct fault *fault)
{
    usec_t deadline = usec_after(clock_now(), OVER_SOON);
    while (connections_left(testbed) > 0 && clock_now() < deadline)
        thread_sleep_until(usec_after(clock_now(), SECONDS(1)));
    if (connections_left(testbed) > 0)
        return fault_set(fault, -EIO, "%" PRIu64 " connections are left over after four hours",
                         connections_left(testbed));
    if (!testbed_settle(testbed, usec_after(clock_now(), SECONDS(600))))
        return fault_set(fault, -EIO, "the wire does not come to rest");
    return 0;
}

/* Every frame that somebody counted, somebody else counted too. */
static int compare_counts(const struct testbed_stats *stats, enum wire_dir dir, struct fault *fault)
{
    enum host from = dir == WIRE_A_TO_B ? HOST_A : HOST_B;
    enum host to = dir == WIRE_A_TO_B ? HOST_B : HOST_A;
    const struct medium_counts *wire = &stats->dir[dir];
    const char *way = dir == WIRE_A_TO_B ? "a>b" : "b>a";
    if (stats->host[from].frames_out != wire->entered)
        return fault_set(fault, -EIO, "%s: %" PRIu64 " frames were sent, %" PRIu64 " entered", way,
                         stats->host[from].frames_out, wire->entered);
    if (stats->host[to].frames_in != wire->delivered)
        return fault_set(fault, -EIO, "%s: %" PRIu64 " frames left the wire, %" PRIu64 " came", way,
                         wire->delivered, stats->host[to].frames_in);
    if (wire->entered + wire->duplicated + wire->replayed != wire->delivered + wire->dropped)
        return fault_set(fault, -EIO, "%s: the wire gained or lost a frame", way);
    if (wire->corrupted == 0 && stats->host[to].dropped[DROP_TCP_CHECKSUM] > 0)
        return fault_set(fault, -EIO, "%s: a checksum is bad on a wire that changes nothing", way);
    if (stats->host[to].events_lost > 0)
        return fault_set(fault, -EIO, "%s: a core's journal overflowed", way);
    return 0;
}

static int inspect(struct testbed *testbed, struct ordeal_result *result, struct fault *fault)
{
    struct testbed_stats stats;
    testbed_get_stats(testbed, &stats);
    result->frames = stats.dir[WIRE_A_TO_B].entered + stats.dir[WIRE_B_TO_A].entered;
    result->dropped = stats.dir[WIRE_A_TO_B].dropped + stats.dir[WIRE_B_TO_A].dropped;
    int error = compare_counts(&stats, WIRE_A_TO_B, fault);
    return error ? error : compare_counts(&stats, WIRE_B_TO_A, fault);
}

static int live_through(struct testbed *testbed, const struct ordeal_plan *plan,
                        struct ordeal_result *result, struct fault *fault)
{
    usec_t start = clock_now();
    int error = converse(testbed, plan, fault);
    if (!error)
        error = wait_for_the_last(testbed, fault);
    if (!error)
        error = inspect(testbed, result, fault);
    result->took = clock_now() - start;
    return error;
}

/* ---- the log ---- */

static ssize_t digest(void *sha, const char *text, size_t len)
{
    sha256_update(sha, len, (const uint8_t *)text);
    return (ssize_t)len;
}

static int digest_log(const struct trace_log *log, uint8_t out[32], struct fault *fault)
{
    struct sha256_ctx sha;
    sha256_init(&sha);
    FILE *file = fopencookie(&sha, "w", (cookie_io_functions_t){.write = digest});
    if (!file)
        return fault_errno(fault, -errno, "cannot open a stream");
    int error = ndjson_write(file, log);
    fclose(file);
    if (error || log->lost)
        return fault_errno(fault, error ? error : -ENOMEM, "the event log is not whole");
    sha256_digest(&sha, 32, out);
    return 0;
}

int ordeal_run(const struct ordeal_plan *plan, struct trace_log *log, struct ordeal_result *result,
               struct fault *fault)
{
    const struct testbed_config config = {
        .stack = {STACK_SIM, STACK_SIM},
        .medium = {.both = plan->wire,
                   .script = plan->script[0] ? plan->script : NULL,
                   .seed = plan->seed,
                   .mtu = plan->mtu,
                   .sink = &log->sink},
        .sink = &log->sink,
        .sample = true,
        .arp = plan->arp,
        .sysctls = plan->sysctls,
    };
    struct testbed *testbed;
    *result = (struct ordeal_result){0};
    for (int i = 0; i < plan->conversation_count; i++)
        result->bytes += plan->conversations[i].speech[HOST_A].bytes +
                         (uint64_t)plan->conversations[i].speech[HOST_B].bytes;
    int error = testbed_open(&testbed, &config, fault);
    if (error)
        return error;
    error = live_through(testbed, plan, result, fault);
    testbed_close(testbed);
    return error ? error : digest_log(log, result->log_sha256, fault);
}
