/* Putting stack, link and net together. */
#include "testbed/own_host.h"

#include "link/packet_socket.h"
#include "net/net_own.h"
#include "stack/io.h"
#include "stack/listing.h"
#include "testbed/own_sysctl.h"
#include "testbed/topology.h"

enum { PREFIX_LEN = 24 };

/* Text of a super-segment that our stack leaves to the kernel to cut up, as TSO does. */
enum { GSO_BYTES = 64000 };

void own_host_configure(struct stack_config *config, enum host host,
                        const struct testbed_config *testbed)
{
    config->ip = testbed_ip(host);
    config->prefix_len = PREFIX_LEN;
    config->sink = testbed->sink;
    own_sysctl_apply(config, testbed->sysctls);
    own_sysctl_apply(config, testbed->sysctls_of[host]);
}

int own_host_open(struct own_host *own, enum host host, const struct stack_config *config,
                  struct link *link)
{
    *own = (struct own_host){.link = link};
    int error = stack_new(&own->stack, config, link);
    if (error)
        goto close_link;
    const struct net_own_config net = {
        .stack = own->stack, .host = host == HOST_A ? 'A' : 'B', .sink = config->sink};
    error = net_own_new(&own->net, &net);
    if (error)
        goto free_stack;
    return 0;

free_stack:
    stack_free(own->stack);
close_link:
    link_close(link);
    *own = (struct own_host){0};
    return error;
}

void own_host_close(struct own_host *own)
{
    stack_io_stop(own->io);
    net_free(own->net);
    stack_free(own->stack);
    link_close(own->link);
    *own = (struct own_host){0};
}

/* There is always room: the cache of a fresh host holds nobody. */
void own_host_introduce(struct own_host *own, enum host peer)
{
    struct mac mac = testbed_mac(peer);
    stack_add_neighbour(own->stack, testbed_ip(peer), &mac);
}

/* ---- on a network card ---- */

/* Of 128 KiB each, because any frame may be a super-segment: a thousand connections that begin at
 * once send a thousand small ones. */
enum { SUPER_SLOTS = 1024 };

static bool has_offloads(const struct testbed_config *testbed)
{
    return testbed->direct && !testbed->small_frames;
}

static int open_on(struct own_host *own, enum host host, const struct testbed_config *testbed,
                   struct link *link)
{
    struct stack_config settings;
    int error = stack_config_random(&settings, host == HOST_A ? 'A' : 'B');
    if (error) {
        link_close(link);
        return error;
    }
    own_host_configure(&settings, host, testbed);
    link->mac = testbed_mac(host);
    if (has_offloads(testbed))
        settings.tcp.gso_bytes = GSO_BYTES;
    return own_host_open(own, host, &settings, link);
}

static int start_io(struct own_host *own, enum host host, const struct testbed_config *testbed)
{
    int error = stack_io_start(&own->io, own->stack, host == HOST_A ? "host A" : "host B");
    if (error || !testbed->cpus)
        return error;
    return stack_io_pin(own->io, testbed->cpus[host]);
}

int own_host_attach(struct own_host *own, enum host host, int netns_fd,
                    const struct testbed_config *testbed, struct fault *fault)
{
    const struct packet_socket_config card = {
        .netns_fd = netns_fd,
        .interface = TOPOLOGY_HOST_DEVICE,
        .slots = has_offloads(testbed) ? SUPER_SLOTS : 0,
        .offload = has_offloads(testbed),
    };
    struct link *link;
    int error = packet_socket_open(&link, &card, fault);
    if (error)
        return error;
    error = open_on(own, host, testbed, link);
    if (error)
        return fault_errno(fault, error, "no stack of our own");
    if (!testbed->arp)
        own_host_introduce(own, host == HOST_A ? HOST_B : HOST_A);
    error = start_io(own, host, testbed);
    if (!error)
        return 0;
    own_host_close(own);
    return fault_errno(fault, error, "nothing drives our own stack");
}

static const char *const timer_names[] = {
    [STACK_TIMER_RETRANSMIT] = "on",
    [STACK_TIMER_KEEPALIVE] = "keepalive",
    [STACK_TIMER_TIME_WAIT] = "timewait",
    [STACK_TIMER_PROBE] = "persist",
};

static void tell_entry(const struct stack_entry *entry, void *arg)
{
    const struct tcp_listing *listing = arg;
    const struct tcp_entry told = {
        .state = entry->state,
        .local = {entry->local.ip, entry->local.port},
        .peer = {entry->peer.ip, entry->peer.port},
        .recv_queue = entry->recv_queue,
        .send_queue = entry->send_queue,
        .timer = timer_names[entry->timer],
        .timer_us = entry->timer_us,
        .timer_count = entry->timer_count,
    };
    listing->each(&told, listing->arg);
}

void own_host_list(struct own_host *own, const struct tcp_listing *listing)
{
    stack_list(own->stack, tell_entry, (void *)listing);
}
