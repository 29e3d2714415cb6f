/* Both ends of exp-time-wait, and what is left of them. */
#include "experiments/parting.h"

#include "base/clock.h"
#include "client/parting.h"
#include "testbed/listing.h"

int parting_begin(struct parting *parting, struct stage *stage, const struct parting_config *config,
                  struct fault *fault)
{
    *parting = (struct parting){
        .stage = stage,
        .addr = {testbed_ip(HOST_B), config->port},
        .service = {.first = config->server_first, .timeout_us = SECONDS(10)},
    };
    const struct serve_config serve = {
        .addr = parting->addr,
        .backlog = 16,
        .max_connections = 16,
        .reuse_addr = config->reuse_addr,
        .handle = parting_handle,
        .arg = &parting->service,
    };
    return background_start(&parting->server, stage->b, &serve, fault);
}

int parting_once(struct parting *parting)
{
    const struct knock how = {.server = parting->addr};
    return parting_run(parting->stage->a, &how, !parting->service.first);
}

void parting_end(struct parting *parting)
{
    parting_settle(parting->stage);
    background_stop(&parting->server, NULL);
}

int parting_whole(struct parting *parting, struct stage *stage, const struct parting_config *config,
                  struct fault *fault)
{
    int error = parting_begin(parting, stage, config, fault);
    if (error)
        return error;
    error = parting_once(parting);
    parting_end(parting);
    return error ? fault_errno(fault, error, "the client failed") : 0;
}

void parting_settle(const struct stage *stage)
{
    testbed_settle(stage->testbed, usec_after(clock_now(), SECONDS(1)));
}

int parting_put_time_waits(struct stage *stage, struct fault *fault)
{
    int a = testbed_count(stage->testbed, HOST_A, STATE_TIME_WAIT, 0);
    int b = testbed_count(stage->testbed, HOST_B, STATE_TIME_WAIT, 0);
    if (a < 0 || b < 0)
        return fault_errno(fault, a < 0 ? a : b, "cannot list the sockets of a host");
    results_put_number(&stage->results, "time_wait_a", a);
    results_put_number(&stage->results, "time_wait_b", b);
    return 0;
}

int parting_listen_again(struct stage *stage, uint16_t port, bool reuse_addr)
{
    const struct net_addr addr = {testbed_ip(HOST_B), port};
    int sock = net_socket(stage->b, NET_STREAM);
    if (sock < 0)
        return sock;
    int error = net_setsockopt(stage->b, sock, NET_SO_REUSEADDR, reuse_addr);
    if (!error)
        error = net_bind(stage->b, sock, &addr);
    if (!error)
        error = net_listen(stage->b, sock, 16);
    net_close(stage->b, sock);
    return error;
}
