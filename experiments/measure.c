/* A testbed, a server in the background, and a client. */
#include "experiments/measure.h"

#include "base/clock.h"
#include "base/thread.h"
#include "client/bulk.h"
#include "client/many.h"
#include "client/round_trips.h"
#include "net/background.h"
#include "server/echo.h"
#include "server/sink.h"

#define PATIENCE SECONDS(20) /* without any progress: the measurement failed */

enum {
    PORT = 9,
    CROWD_CLIENTS = 1000,
    LOSS_BYTES = 100 * 1000 * 1000,
    SIMULATION_BYTES = 100 * 1000 * 1000,
    TRIPS = 3000,
    TRIPS_WARM_UP = 200,
    TRIP_LEN = 64,
};

#define BULK_DURATION MS(300)

/* Where a run takes place. */
struct stage {
    struct net *client;
    struct net_addr server;
};

/* One kind of measurement. */
struct trial {
    struct testbed_config config;
    const int *cpus; /* by enum host */
    void (*handle)(struct net *net, int sock, const struct net_addr *peer, void *arg);
    void *service;
    int connections;
    int (*run)(const struct stage *stage, double *figure, struct fault *fault);
};

/* Threads stay on the CPU on which they were started. */
static int run_client_and_server(struct testbed *testbed, const struct trial *trial, double *figure,
                                 struct fault *fault)
{
    const struct stage stage = {testbed_net(testbed, HOST_A), {testbed_ip(HOST_B), PORT}};
    const struct serve_config serve = {
        .addr = stage.server,
        .backlog = trial->connections,
        .max_connections = trial->connections,
        .handle = trial->handle,
        .arg = trial->service,
    };
    struct background server;

    int error = thread_pin(NULL, trial->cpus[HOST_B]);
    if (!error)
        error = background_start(&server, testbed_net(testbed, HOST_B), &serve, fault);
    if (error)
        return fault_errno(fault, error, "cannot start the server");
    error = thread_pin(NULL, trial->cpus[HOST_A]);
    if (error)
        fault_errno(fault, error, "cannot run on CPU %d", trial->cpus[HOST_A]);
    else
        error = trial->run(&stage, figure, fault);
    background_stop(&server, NULL);
    return error;
}

static int try(const struct trial *trial, const struct measurement *wanted, double *figure,
               struct fault *fault)
{
    struct testbed_config config = trial->config;
    struct testbed *testbed;

    thread_pin(NULL, trial->cpus[HOST_A]); /* the wire, if there is one, stays with the sender */
    config.stack[HOST_A] = wanted->stack[HOST_A];
    config.stack[HOST_B] = wanted->stack[HOST_B];
    config.cpus = trial->cpus;
    int error = testbed_open(&testbed, &config, fault);
    if (error)
        return error;
    error = run_client_and_server(testbed, trial, figure, fault);
    if (!error)
        error = testbed_check_wire(testbed, fault);
    testbed_close(testbed);
    return error;
}

static double gbit_per_second(uint64_t bytes, usec_t took)
{
    return took ? 8.0 * (double)bytes / (double)took / 1000.0 : 0;
}

static double seconds(usec_t took)
{
    return (double)took / USEC_S;
}

/* ---- bulk ---- */

static int run_bulk(const struct stage *stage, double *figure, struct fault *fault)
{
    const struct bulk bulk = {
        .server = stage->server,
        .bytes = UINT64_MAX,
        .duration = BULK_DURATION,
        .timeout_us = PATIENCE,
    };
    struct bulk_result result;

    int error = bulk_run(stage->client, &bulk, &result, fault);
    *figure = gbit_per_second(result.bytes, result.took_us);
    return error;
}

int measure_bulk(const struct measurement *wanted, double *figure, struct fault *fault)
{
    struct sink_service service = {.timeout_us = PATIENCE};
    const struct trial trial = {
        .config = {.direct = true, .small_frames = !wanted->super_segments},
        .cpus = wanted->cpus,
        .handle = sink_handle,
        .service = &service,
        .connections = 1,
        .run = run_bulk,
    };

    return try(&trial, wanted, figure, fault);
}

/* ---- round trip ---- */

static int run_trips(const struct stage *stage, double *figure, struct fault *fault)
{
    const struct round_trips trips = {stage->server, TRIPS, TRIPS_WARM_UP, TRIP_LEN, PATIENCE};
    struct round_trips_result result;

    int error = round_trips_run(stage->client, &trips, &result, fault);
    *figure = error ? 0 : (double)result.p50_us;
    return error;
}

int measure_round_trip(const struct measurement *wanted, double *figure, struct fault *fault)
{
    const int together[2] = {wanted->cpus[HOST_A], wanted->cpus[HOST_A]};
    struct echo_service service = {.timeout_us = PATIENCE};
    const struct trial trial = {
        .config = {.direct = true, .small_frames = true},
        .cpus = together,
        .handle = echo_handle,
        .service = &service,
        .connections = 1,
        .run = run_trips,
    };

    return try(&trial, wanted, figure, fault);
}

/* ---- loss ---- */

static int run_transfer(const struct stage *stage, double *figure, struct fault *fault)
{
    const struct bulk bulk = {
        .server = stage->server,
        .bytes = LOSS_BYTES,
        .timeout_us = PATIENCE,
        .digest = true,
    };
    struct bulk_result result;

    int error = bulk_run(stage->client, &bulk, &result, fault);
    *figure = seconds(result.took_us);
    return error;
}

int measure_loss(const struct measurement *wanted, double *figure, struct fault *fault)
{
    static const char *const as_our_own[] = {
        "net.ipv4.tcp_sack=1",
        "net.ipv4.tcp_recovery=1",      /* RACK */
        "net.ipv4.tcp_early_retrans=3", /* tail loss probes */
        "net.ipv4.tcp_rto_min_us=200000",
        NULL,
    };
    struct sink_service service = {.timeout_us = PATIENCE, .digest = true};
    const struct trial trial = {
        .config = {.medium = {.both.loss_ppm = 10000, .seed = wanted->seed}, .sysctls = as_our_own},
        .cpus = wanted->cpus,
        .handle = sink_handle,
        .service = &service,
        .connections = 1,
        .run = run_transfer,
    };

    return try(&trial, wanted, figure, fault);
}

/* ---- crowd ---- */

static int run_crowd(const struct stage *stage, double *figure, struct fault *fault)
{
    const struct many_options crowd = {stage->server, CROWD_CLIENTS, PATIENCE, true};
    struct many_result result = {0};

    int error = many_run(stage->client, &crowd, &result, fault);
    *figure = seconds(result.took_us);
    return error;
}

int measure_crowd(const struct measurement *wanted, double *figure, struct fault *fault)
{
    static const char *const sysctls[] = {"net.core.somaxconn=4096", NULL};
    struct echo_service service = {.timeout_us = PATIENCE};
    const struct trial trial = {
        .config = {.direct = true, .small_frames = true, .sysctls = sysctls},
        .cpus = wanted->cpus,
        .handle = echo_handle,
        .service = &service,
        .connections = CROWD_CLIENTS,
        .run = run_crowd,
    };

    return try(&trial, wanted, figure, fault);
}

/* ---- simulation ---- */

static int run_simulated(const struct stage *stage, double *figure, struct fault *fault)
{
    const struct bulk bulk = {.server = stage->server, .bytes = SIMULATION_BYTES};
    struct bulk_result result;

    *figure = 0; /* in virtual time it would mean nothing: the caller measures */
    return bulk_run(stage->client, &bulk, &result, fault);
}

/* Real time can be read only where no simulation is. */
int measure_simulation(const struct measurement *wanted, double *figure, struct fault *fault)
{
    struct sink_service service = {0};
    const struct trial trial = {
        .cpus = wanted->cpus,
        .handle = sink_handle,
        .service = &service,
        .connections = 1,
        .run = run_simulated,
    };
    usec_t start = clock_now();
    int error = try(&trial, wanted, figure, fault);

    *figure = gbit_per_second(SIMULATION_BYTES, clock_now() - start);
    return error;
}
