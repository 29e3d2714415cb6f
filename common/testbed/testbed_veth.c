/* The testbed on the kernel's namespaces: a topology, a net for each host, a relay and a sampler.
 */
#include "testbed/testbed.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/thread.h"
#include "link/packet_socket.h"
#include "net/net_kernel.h"
#include "testbed/sampler.h"
#include "testbed/spawn.h"
#include "testbed/topology.h"
#include "wire/relay.h"

struct testbed {
    struct topology topology;
    struct net *net[2];      /* by enum host */
    struct link *link[2];    /* the wire's two ends, by enum host; NULL: direct */
    struct relay *relay;     /* NULL: direct */
    struct sampler *sampler; /* NULL: not asked for */
};

uint32_t testbed_ip(enum host host)
{
    return host == HOST_A ? TESTBED_IP_A : TESTBED_IP_B;
}

static int open_net(struct testbed *testbed, enum host host, struct event_sink *sink)
{
    const struct net_kernel_config config = {
        .netns_fd = testbed->topology.netns[host],
        .host = host == HOST_A ? 'A' : 'B',
        .sink = sink,
    };
    return net_kernel_new(&testbed->net[host], &config);
}

static int open_nets(struct testbed *testbed, struct event_sink *sink)
{
    int error = open_net(testbed, HOST_A, sink);
    if (error)
        return error;
    error = open_net(testbed, HOST_B, sink);
    if (error)
        net_free(testbed->net[HOST_A]);
    return error;
}

static void free_nets(struct testbed *testbed)
{
    net_free(testbed->net[HOST_A]);
    net_free(testbed->net[HOST_B]);
}

static int start_sampler(struct testbed *testbed, const struct testbed_config *config,
                         struct fault *fault)
{
    if (!config->sample || !config->sink)
        return 0;
    int error = sampler_start(&testbed->sampler, testbed->topology.netns, config->sink);
    return error ? fault_errno(fault, error, "cannot watch the kernel's connections") : 0;
}

static void stop_sampler(struct testbed *testbed)
{
    if (testbed->sampler)
        sampler_stop(testbed->sampler);
}

/* The wire's end of the cable to `host`. */
static int open_link(struct testbed *testbed, enum host host, struct fault *fault)
{
    const struct packet_socket_config config = {
        .netns_fd = testbed->topology.wire_netns,
        .interface = topology_wire_device(host),
    };
    return packet_socket_open(&testbed->link[host], &config, fault);
}

static void stop_wire(struct testbed *testbed)
{
    if (testbed->relay)
        relay_stop(testbed->relay);
    link_close(testbed->link[HOST_A]);
    link_close(testbed->link[HOST_B]);
}

static int start_wire(struct testbed *testbed, const struct testbed_config *config,
                      struct fault *fault)
{
    if (config->direct)
        return 0;
    int error = open_link(testbed, HOST_A, fault);
    if (!error)
        error = open_link(testbed, HOST_B, fault);
    if (!error) {
        struct relay_config relay = {
            .link = {[WIRE_A_TO_B] = testbed->link[HOST_A], [WIRE_B_TO_A] = testbed->link[HOST_B]},
            .medium = config->medium,
        };
        if (testbed->sampler)
            relay.medium.sink = sampler_tap(testbed->sampler, config->medium.sink);
        error = relay_start(&testbed->relay, &relay, fault);
    }
    if (error)
        stop_wire(testbed);
    return error;
}

static int open_inside(struct testbed *testbed, const struct testbed_config *config,
                       struct fault *fault)
{
    int error = topology_build(&testbed->topology, config, fault);
    if (error)
        return error;
    error = open_nets(testbed, config->sink);
    if (error) {
        fault_errno(fault, error, "cannot open the hosts' networks");
        goto free_topology;
    }
    error = start_sampler(testbed, config, fault);
    if (error)
        goto free_nets;
    error = start_wire(testbed, config, fault);
    if (error)
        goto stop_sampler;
    return 0;
stop_sampler:
    stop_sampler(testbed);
free_nets:
    free_nets(testbed);
free_topology:
    topology_free(&testbed->topology);
    return error;
}

int testbed_open(struct testbed **out, const struct testbed_config *config, struct fault *fault)
{
    if (config->stack[HOST_A] != STACK_KERNEL || config->stack[HOST_B] != STACK_KERNEL)
        return fault_set(fault, -EOPNOTSUPP, "this testbed runs the kernel's stack only");
    struct testbed *testbed = calloc(1, sizeof(*testbed));
    if (!testbed)
        return fault_errno(fault, -ENOMEM, "no testbed");
    int error = open_inside(testbed, config, fault);
    if (error) {
        free(testbed);
        return error;
    }
    *out = testbed;
    return 0;
}

void testbed_close(struct testbed *testbed)
{
    stop_wire(testbed);
    stop_sampler(testbed);
    free_nets(testbed);
    topology_free(&testbed->topology);
    free(testbed);
}

struct net *testbed_net(struct testbed *testbed, enum host host)
{
    return testbed->net[host];
}

void testbed_get_stats(struct testbed *testbed, struct testbed_stats *stats)
{
    struct relay_stats relay;
    *stats = (struct testbed_stats){0};
    if (!testbed->relay)
        return;
    relay_get_stats(testbed->relay, &relay);
    stats->dir[WIRE_A_TO_B] = relay.dir[WIRE_A_TO_B];
    stats->dir[WIRE_B_TO_A] = relay.dir[WIRE_B_TO_A];
    stats->latest = relay.latest;
    stats->overruns = relay.overruns + relay.unsent;
}

/* A host may just be answering what was delivered, so the wire has to stay empty for a while. */
bool testbed_settle(struct testbed *testbed, usec_t deadline)
{
    const usec_t quiet = MS(5);
    usec_t quiet_since = clock_now();
    if (!testbed->relay)
        return true;
    for (usec_t now = quiet_since; now < deadline; now = clock_now()) {
        if (!relay_is_idle(testbed->relay))
            quiet_since = now;
        else if (now - quiet_since >= quiet)
            return true;
        thread_sleep_until(now + USEC_MS);
    }
    return false;
}

int testbed_spawn(struct testbed *testbed, enum host host, char *const *command)
{
    return spawn_inside(testbed->topology.netns[host], command);
}

struct testbed_device testbed_host_device(const struct testbed *testbed, enum host host)
{
    return (struct testbed_device){
        .netns_fd = testbed->topology.netns[host],
        .name = TOPOLOGY_HOST_DEVICE,
        .mac = topology_mac(host),
    };
}
