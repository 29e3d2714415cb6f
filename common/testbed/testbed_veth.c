/* The testbed of namespaces: a topology, a net for each host, a relay and a sampler. */
#include "testbed/testbed_backend.h"

#include <errno.h>
#include <stdlib.h>

#include "link/packet_socket.h"
#include "net/net_kernel.h"
#include "testbed/kernel_host.h"
#include "testbed/own_host.h"
#include "testbed/sampler.h"
#include "testbed/spawn.h"
#include "testbed/topology.h"
#include "wire/relay.h"

struct testbed_veth {
    struct testbed testbed;
    struct topology topology;
    struct own_host own[2];  /* by enum host, as all that follows; zero: no stack of ours */
    struct link *link[2];    /* the wire's two ends; NULL: direct */
    struct relay *relay;     /* NULL: direct */
    struct sampler *sampler; /* NULL: not asked for */
};

static struct testbed_veth *veth_of(const struct testbed *testbed)
{
    return (struct testbed_veth *)testbed;
}

/* ---- the hosts ---- */

static int open_kernel_host(struct testbed_veth *veth, enum host host,
                            const struct testbed_config *config)
{
    const struct net_kernel_config kernel = {
        .netns_fd = veth->topology.netns[host],
        .host = host == HOST_A ? 'A' : 'B',
        .sink = config->sink,
    };
    return net_kernel_new(&veth->testbed.net[host], &kernel);
}

/* Nothing to do for a host that is left to its visitors. */
static int open_own_host(struct testbed_veth *veth, enum host host,
                         const struct testbed_config *config, struct fault *fault)
{
    struct own_host *own = &veth->own[host];
    if (config->for_visitors)
        return 0;
    int error = own_host_attach(own, host, veth->topology.netns[host], config, fault);
    veth->testbed.net[host] = own->net;
    return error;
}

static int open_host(struct testbed_veth *veth, enum host host, const struct testbed_config *config,
                     struct fault *fault)
{
    int error = config->stack[host] == STACK_OWN ? open_own_host(veth, host, config, fault)
                                                 : open_kernel_host(veth, host, config);
    return error ? fault_errno(fault, error, "cannot open host %c", host == HOST_A ? 'A' : 'B') : 0;
}

static void close_host(struct testbed_veth *veth, enum host host)
{
    if (veth->own[host].stack)
        own_host_close(&veth->own[host]);
    else
        net_free(veth->testbed.net[host]);
}

static int open_hosts(struct testbed_veth *veth, const struct testbed_config *config,
                      struct fault *fault)
{
    int error = open_host(veth, HOST_A, config, fault);
    if (error)
        return error;
    error = open_host(veth, HOST_B, config, fault);
    if (error)
        close_host(veth, HOST_A);
    return error;
}

static void close_hosts(struct testbed_veth *veth)
{
    close_host(veth, HOST_B);
    close_host(veth, HOST_A);
}

/* ---- the sampler ---- */

static int start_sampler(struct testbed_veth *veth, const struct testbed_config *config,
                         struct fault *fault)
{
    bool kernel = config->stack[HOST_A] == STACK_KERNEL || config->stack[HOST_B] == STACK_KERNEL;
    if (!config->sample || !config->sink || !kernel)
        return 0;
    int error = sampler_start(&veth->sampler, veth->topology.netns, config->sink);
    return error ? fault_errno(fault, error, "cannot watch the kernel's connections") : 0;
}

static void stop_sampler(struct testbed_veth *veth)
{
    if (veth->sampler)
        sampler_stop(veth->sampler);
}

/* ---- the wire ---- */

/* The wire's end of the cable to `host`. */
static int open_link(struct testbed_veth *veth, enum host host, struct fault *fault)
{
    const struct packet_socket_config config = {
        .netns_fd = veth->topology.wire_netns,
        .interface = topology_wire_device(host),
    };
    return packet_socket_open(&veth->link[host], &config, fault);
}

static void stop_wire(struct testbed_veth *veth)
{
    if (veth->relay)
        relay_stop(veth->relay);
    link_close(veth->link[HOST_A]);
    link_close(veth->link[HOST_B]);
}

static int start_wire(struct testbed_veth *veth, const struct testbed_config *config,
                      struct fault *fault)
{
    if (config->direct)
        return 0;
    int error = open_link(veth, HOST_A, fault);
    if (!error)
        error = open_link(veth, HOST_B, fault);
    if (!error) {
        struct relay_config relay = {
            .link = {[WIRE_A_TO_B] = veth->link[HOST_A], [WIRE_B_TO_A] = veth->link[HOST_B]},
            .medium = config->medium,
        };
        if (veth->sampler)
            relay.medium.sink = sampler_tap(veth->sampler, config->medium.sink);
        error = relay_start(&veth->relay, &relay, fault);
    }
    if (error)
        stop_wire(veth);
    return error;
}

/* ---- the testbed ---- */

static int open_inside(struct testbed_veth *veth, const struct testbed_config *config,
                       struct fault *fault)
{
    int error = topology_build(&veth->topology, config, fault);
    if (error)
        return error;
    error = open_hosts(veth, config, fault);
    if (error)
        goto free_topology;
    error = start_sampler(veth, config, fault);
    if (error)
        goto close_hosts;
    error = start_wire(veth, config, fault);
    if (error)
        goto stop_sampler;
    return 0;
stop_sampler:
    stop_sampler(veth);
close_hosts:
    close_hosts(veth);
free_topology:
    topology_free(&veth->topology);
    return error;
}

static void veth_close(struct testbed *testbed)
{
    struct testbed_veth *veth = veth_of(testbed);
    stop_wire(veth);
    stop_sampler(veth);
    close_hosts(veth);
    topology_free(&veth->topology);
    free(veth);
}

static void veth_get_stats(struct testbed *testbed, struct testbed_stats *stats)
{
    const struct testbed_veth *veth = veth_of(testbed);
    struct relay_stats relay;
    for (int host = HOST_A; host <= HOST_B; host++)
        if (veth->own[host].stack)
            stack_get_counters(veth->own[host].stack, &stats->host[host]);
    if (!veth->relay)
        return;
    relay_get_stats(veth->relay, &relay);
    stats->dir[WIRE_A_TO_B] = relay.dir[WIRE_A_TO_B];
    stats->dir[WIRE_B_TO_A] = relay.dir[WIRE_B_TO_A];
    stats->latest = relay.latest;
    stats->overruns = relay.overruns + relay.unsent;
}

static int64_t veth_bad_checksums(struct testbed *testbed, enum host host)
{
    const struct testbed_veth *veth = veth_of(testbed);
    struct stack_counters counters;
    if (!veth->own[host].stack)
        return kernel_host_count(veth->topology.netns[host], "InCsumErrors");
    stack_get_counters(veth->own[host].stack, &counters);
    return (int64_t)counters.dropped[DROP_TCP_CHECKSUM];
}

static bool veth_is_idle(struct testbed *testbed)
{
    const struct testbed_veth *veth = veth_of(testbed);
    return !veth->relay || relay_is_idle(veth->relay);
}

static int veth_list(struct testbed *testbed, enum host host, const struct tcp_listing *listing)
{
    struct testbed_veth *veth = veth_of(testbed);
    if (!veth->own[host].stack)
        return kernel_host_list(veth->topology.netns[host], listing);
    own_host_list(&veth->own[host], listing);
    return 0;
}

static int veth_spawn(struct testbed *testbed, enum host host, char *const *command)
{
    return spawn_inside(veth_of(testbed)->topology.netns[host], command);
}

static struct testbed_device veth_host_device(const struct testbed *testbed, enum host host)
{
    return (struct testbed_device){
        .netns_fd = veth_of(testbed)->topology.netns[host],
        .name = TOPOLOGY_HOST_DEVICE,
        .mac = testbed_mac(host),
    };
}

static int veth_open_card(struct testbed *testbed, enum host host, struct link **out,
                          struct fault *fault)
{
    const struct packet_socket_config card = {.netns_fd = veth_of(testbed)->topology.netns[host],
                                              .interface = TOPOLOGY_HOST_DEVICE};
    return packet_socket_open(out, &card, fault);
}

static const struct testbed_ops veth_ops = {
    .close = veth_close,
    .get_stats = veth_get_stats,
    .bad_checksums = veth_bad_checksums,
    .is_idle = veth_is_idle,
    .list = veth_list,
    .spawn = veth_spawn,
    .open_card = veth_open_card,
    .host_device = veth_host_device,
};

int testbed_veth_open(struct testbed **out, const struct testbed_config *config,
                      struct fault *fault)
{
    struct testbed_veth *veth = calloc(1, sizeof(*veth));
    if (!veth)
        return fault_errno(fault, -ENOMEM, "no testbed");
    veth->testbed.ops = &veth_ops;
    int error = open_inside(veth, config, fault);
    if (error) {
        free(veth);
        return error;
    }
    *out = &veth->testbed;
    return 0;
}
