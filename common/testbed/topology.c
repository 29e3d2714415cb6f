/* Namespaces first, then cables between them, then each host's own settings. */
#include "testbed/topology.h"

#include <errno.h>
#include <unistd.h>

#include "base/clock.h"
#include "testbed/netns.h"
#include "testbed/offload.h"
#include "testbed/sysctl.h"

enum { PREFIX_LEN = 24 };

/* What every kernel host starts from; the caller's own settings come after and win. */
static const char *const host_sysctls[] = {
    "net.ipv4.tcp_congestion_control=reno", /* the RFC's own and allowed to everyone; the default
                                               may be bbr, and cubic may be refused */
    "net.ipv4.tcp_no_metrics_save=1",       /* no connection learns from an earlier one */
    "net.ipv4.tcp_max_syn_backlog=2048",    /* this and the next follow the machine's memory */
    "net.ipv4.tcp_max_tw_buckets=65536",    /* unless they are pinned */
    NULL,
};

/* A namespace while it is being set up. */
struct place {
    int netns;
    struct netlink netlink;
    struct fault *fault;
};

const char *topology_wire_device(enum host host)
{
    return host == HOST_A ? "to-a" : "to-b";
}

/* The second bit of the first octet marks it as locally administered. */
static struct mac wire_mac(enum host host)
{
    return (struct mac){{0x02, 0, 0, 0, 0x01, host == HOST_A ? 0x0a : 0x0b}};
}

/* Our own stack has an address that its card has not: to the host's kernel, which sees every frame
 * as well, they are then for somebody else, and it looks no further into them. */
static struct mac card_mac(const struct testbed_config *config, enum host host)
{
    struct mac mac = testbed_mac(host);
    if (config->stack[host] == STACK_OWN)
        mac.octets[4] = 0x02;
    return mac;
}

/* Router solicitations and the like would show up among the frames. A kernel without IPv6 is
 * silent already. */
static int silence_ipv6(const struct place *place)
{
    static const char *const off[] = {"net.ipv6.conf.all.disable_ipv6=1", NULL};
    struct fault refused = {0};
    int error = sysctl_set_all(place->netns, off, &refused);
    if (error == 0 || error == -ENOENT)
        return 0;
    return fault_set(place->fault, error, "%s", refused.text);
}

static void close_place(struct place *place)
{
    netlink_close(&place->netlink);
    close(place->netns);
}

static int open_place(struct place *place, struct fault *fault)
{
    *place = (struct place){.netns = netns_new(), .fault = fault};
    if (place->netns < 0)
        return fault_errno(fault, place->netns, "cannot make a network namespace");
    int error = netlink_open(&place->netlink, place->netns);
    if (error) {
        close(place->netns);
        return fault_errno(fault, error, "cannot open netlink");
    }
    error = silence_ipv6(place);
    if (error)
        close_place(place);
    return error;
}

static int add_cable(struct place *wire, const struct veth_end ends[2], uint32_t mtu)
{
    int error = netlink_add_veth(&wire->netlink, ends, mtu);
    return error ? fault_errno(wire->fault, error, "cannot make a veth pair") : 0;
}

static int silence_offloads(const struct place *place, const char *device)
{
    int error = offload_disable(place->netns, device);
    return error ? fault_errno(place->fault, error, "cannot turn off the offloads of %s", device)
                 : 0;
}

static int bring_up(struct place *place, const char *device)
{
    int error = netlink_set_up(&place->netlink, device);
    return error ? fault_errno(place->fault, error, "cannot set %s up", device) : 0;
}

static int await_carrier(struct place *place, const char *device)
{
    int error = netlink_await_carrier(&place->netlink, device, clock_now() + SECONDS(5));
    return error ? fault_errno(place->fault, error, "%s does not come up", device) : 0;
}

/* The three places, in the making. */
struct site {
    struct place host[2], wire;
    const struct testbed_config *config;
    struct fault *fault;
};

static int lay_direct_cable(struct site *site)
{
    const struct veth_end ends[2] = {
        {TOPOLOGY_HOST_DEVICE, site->host[HOST_A].netns, card_mac(site->config, HOST_A)},
        {TOPOLOGY_HOST_DEVICE, site->host[HOST_B].netns, card_mac(site->config, HOST_B)},
    };
    return add_cable(&site->wire, ends, site->config->medium.mtu);
}

/* Lays the cable from the wire to a host and sets the wire's end up. */
static int lay_wire_cable(struct site *site, enum host host)
{
    const char *device = topology_wire_device(host);
    const struct veth_end ends[2] = {
        {device, -1, wire_mac(host)},
        {TOPOLOGY_HOST_DEVICE, site->host[host].netns, card_mac(site->config, host)},
    };
    int error = add_cable(&site->wire, ends, site->config->medium.mtu);
    if (!error)
        error = silence_offloads(&site->wire, device);
    return error ? error : bring_up(&site->wire, device);
}

static int lay_cables(struct site *site)
{
    if (site->config->direct)
        return lay_direct_cable(site);
    int error = lay_wire_cable(site, HOST_A);
    return error ? error : lay_wire_cable(site, HOST_B);
}

static int give_address(struct place *place, enum host host, bool knows_peer)
{
    enum host peer = host == HOST_A ? HOST_B : HOST_A;
    struct mac peer_mac = testbed_mac(peer);
    int error =
        netlink_add_address(&place->netlink, TOPOLOGY_HOST_DEVICE, testbed_ip(host), PREFIX_LEN);
    if (!error && knows_peer)
        error = netlink_add_neighbour(&place->netlink, TOPOLOGY_HOST_DEVICE, testbed_ip(peer),
                                      &peer_mac);
    return error ? fault_errno(place->fault, error, "cannot give a host its address") : 0;
}

static int set_up_host(struct site *site, enum host host)
{
    struct place *place = &site->host[host];
    const struct testbed_config *config = site->config;
    int error = sysctl_set_all(place->netns, host_sysctls, site->fault);
    if (!error)
        error = sysctl_set_all(place->netns, config->sysctls, site->fault);
    if (!error)
        error = sysctl_set_all(place->netns, config->sysctls_of[host], site->fault);
    if (!error && !(config->direct && !config->small_frames))
        error = silence_offloads(place, TOPOLOGY_HOST_DEVICE);
    if (!error)
        error = bring_up(place, "lo");
    if (!error)
        error = bring_up(place, TOPOLOGY_HOST_DEVICE);
    if (!error && config->stack[host] == STACK_KERNEL)
        error = give_address(place, host, !config->arp);
    return error;
}

static int await_carriers(struct site *site)
{
    int error = 0;
    for (enum host host = HOST_A; host <= HOST_B && !error; host++) {
        error = await_carrier(&site->host[host], TOPOLOGY_HOST_DEVICE);
        if (!error && !site->config->direct)
            error = await_carrier(&site->wire, topology_wire_device(host));
    }
    return error;
}

static int furnish(struct site *site)
{
    int error = lay_cables(site);
    if (!error)
        error = set_up_host(site, HOST_A);
    if (!error)
        error = set_up_host(site, HOST_B);
    return error ? error : await_carriers(site);
}

static int open_places(struct site *site)
{
    int error = open_place(&site->host[HOST_A], site->fault);
    if (error)
        return error;
    error = open_place(&site->host[HOST_B], site->fault);
    if (error)
        goto close_a;
    error = open_place(&site->wire, site->fault);
    if (error)
        goto close_b;
    return 0;
close_b:
    close_place(&site->host[HOST_B]);
close_a:
    close_place(&site->host[HOST_A]);
    return error;
}

int topology_build(struct topology *topology, const struct testbed_config *config,
                   struct fault *fault)
{
    struct site site = {.config = config, .fault = fault};
    int error = open_places(&site);
    if (error)
        return error;
    *topology = (struct topology){
        .netns = {site.host[HOST_A].netns, site.host[HOST_B].netns},
        .wire_netns = site.wire.netns,
    };
    error = furnish(&site);
    netlink_close(&site.host[HOST_A].netlink);
    netlink_close(&site.host[HOST_B].netlink);
    netlink_close(&site.wire.netlink);
    if (error)
        topology_free(topology);
    return error;
}

void topology_free(struct topology *topology)
{
    close(topology->netns[HOST_A]);
    close(topology->netns[HOST_B]);
    close(topology->wire_netns);
}
