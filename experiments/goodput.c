/* A testbed for each transfer: seeds, routes' memory and namespaces start afresh. */
#include "experiments/goodput.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "client/bulk.h"
#include "net/background.h"
#include "server/sink.h"

enum { PORT = 9, MSS = 1448 };

/* The mechanisms and the least time-out that our own stack has, for both. */
static const char *const alike[] = {
    "net.ipv4.tcp_sack=1",
    "net.ipv4.tcp_recovery=1",      /* RACK */
    "net.ipv4.tcp_early_retrans=3", /* tail loss probes */
    "net.ipv4.tcp_rto_min_us=200000",
    NULL,
};

static int run_client(struct testbed *testbed, const struct transfer_wanted *wanted, double *mbit,
                      struct fault *fault)
{
    const struct bulk bulk = {
        .server = {testbed_ip(HOST_B), PORT},
        .bytes = wanted->wire->bytes,
        .timeout_us = GOODPUT_PATIENCE,
        .congestion = &wanted->congestion,
        .digest = true,
    };
    struct bulk_result result;

    int error = bulk_run(testbed_net(testbed, HOST_A), &bulk, &result, fault);
    if (!error)
        *mbit = 8.0 * (double)result.bytes / (double)result.took_us;
    return error;
}

static int run_both(struct testbed *testbed, const struct transfer_wanted *wanted, double *mbit,
                    struct fault *fault)
{
    struct sink_service sink = {.timeout_us = GOODPUT_PATIENCE, .digest = true};
    const struct serve_config serve = {
        .addr = {testbed_ip(HOST_B), PORT},
        .backlog = 1,
        .max_connections = 1,
        .handle = sink_handle,
        .arg = &sink,
    };
    struct background server;

    int error = background_start(&server, testbed_net(testbed, HOST_B), &serve, fault);
    if (error)
        return error;
    error = run_client(testbed, wanted, mbit, fault);
    background_stop(&server, NULL);
    return error;
}

int goodput_measure(const struct transfer_wanted *wanted, double *mbit, struct fault *fault)
{
    const struct testbed_config config = {
        .stack = {wanted->stack[HOST_A], wanted->stack[HOST_B]},
        .medium = {.both = wanted->wire->impairment, .seed = wanted->seed},
        .sysctls = alike,
    };
    struct testbed *testbed;

    int error = testbed_open(&testbed, &config, fault);
    if (error)
        return error;
    error = run_both(testbed, wanted, mbit, fault);
    if (!error)
        error = testbed_check_wire(testbed, fault);
    testbed_close(testbed);
    return error;
}

int goodput_kernel_offers(enum net_congestion congestion, struct fault *fault)
{
    const struct testbed_config config = {.direct = true};
    struct testbed *testbed;

    int error = testbed_open(&testbed, &config, fault);
    if (error)
        return error;
    struct net *net = testbed_net(testbed, HOST_A);
    int sock = net_socket(net, NET_STREAM);
    error = sock < 0 ? fault_errno(fault, sock, "cannot make a socket")
                     : net_setsockopt(net, sock, NET_TCP_CONGESTION, congestion);
    if (sock >= 0)
        net_close(net, sock);
    testbed_close(testbed);
    return sock < 0 ? error : error == 0;
}

double goodput_predicted(const struct wire *wire)
{
    const struct impairment *on = &wire->impairment;
    double lost = ((double)on->loss_ppm + (double)on->corrupt_ppm) / 1e6;
    double rate = on->rate_bps ? (double)on->rate_bps / 1e6 : INFINITY;
    double round_trip_us = 2 * (double)on->delay;

    if (lost <= 0 || round_trip_us <= 0)
        return rate;
    return fmin(rate, 8.0 * MSS / round_trip_us * sqrt(1.5 / lost));
}

static int by_size(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;
    return (left > right) - (left < right);
}

double goodput_median(const double *each, size_t count)
{
    double sorted[GOODPUT_FIGURES];

    assert(count > 0 && count <= GOODPUT_FIGURES);
    memcpy(sorted, each, count * sizeof *each);
    qsort(sorted, count, sizeof *sorted, by_size);
    return (sorted[count / 2] + sorted[(count - 1) / 2]) / 2;
}
