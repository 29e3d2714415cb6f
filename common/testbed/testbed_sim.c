/* A testbed in memory and in virtual time: two hosts and a medium in one process, without any
 * privilege. All three are handlers of the scheduler. */
#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/sched.h"
#include "link/memory.h"
#include "testbed/own_host.h"
#include "testbed/testbed_backend.h"

struct testbed_sim;

/* One host's end of the wire. */
struct port {
    struct testbed_sim *sim;
    enum wire_dir out;
};

struct testbed_sim {
    struct testbed testbed;
    bool began;   /* the simulation is ours to end */
    uint32_t mtu; /* of both cards */
    struct medium *medium;
    struct port port[2]; /* by enum host, as all that follows */
    struct own_host host[2];
    struct sched_handler wire, driver[2];
};

static struct testbed_sim *sim_of(const struct testbed *testbed)
{
    return (struct testbed_sim *)testbed;
}

/* ---- the wire ---- */

static void take_frame(void *arg, struct span frame)
{
    const struct port *port = arg;
    medium_enter(port->sim->medium, clock_now(), port->out, frame);
}

static usec_t wire_deadline(void *arg)
{
    return medium_deadline(((const struct testbed_sim *)arg)->medium);
}

static void run_wire(void *arg, usec_t now)
{
    struct testbed_sim *sim = arg;
    enum wire_dir dir;
    struct span bytes;
    while (medium_next(sim->medium, now, &dir, &bytes)) {
        const struct link_frame frame = {.parts = {bytes}, .arrived = now};
        enum host to = dir == WIRE_A_TO_B ? HOST_B : HOST_A;
        stack_on_frames(sim->host[to].stack, now, &frame, 1);
    }
}

static int open_wire(struct testbed_sim *sim, const struct testbed_config *config,
                     struct fault *fault)
{
    const struct medium_config plain = {.mtu = config->medium.mtu};
    sim->mtu = config->medium.mtu ? config->medium.mtu : MEDIUM_MTU_DEFAULT;
    sim->port[HOST_A] = (struct port){sim, WIRE_A_TO_B};
    sim->port[HOST_B] = (struct port){sim, WIRE_B_TO_A};
    sim->wire = (struct sched_handler){"wire", wire_deadline, run_wire, sim, {0}};
    return medium_new(&sim->medium, config->direct ? &plain : &config->medium, fault);
}

/* ---- the hosts ---- */

static usec_t host_deadline(void *arg)
{
    return stack_deadline(((const struct own_host *)arg)->stack);
}

static void run_host(void *arg, usec_t now)
{
    stack_on_time(((const struct own_host *)arg)->stack, now);
}

static int plug_in(struct testbed_sim *sim, enum host host, struct link **out)
{
    const struct memory_link_config wiring = {
        .mac = testbed_mac(host),
        .mtu = sim->mtu,
        .take = take_frame,
        .arg = &sim->port[host],
    };
    return memory_link_open(out, &wiring);
}

static int open_host(struct testbed_sim *sim, enum host host, const struct testbed_config *config)
{
    const char *name = host == HOST_A ? "host A" : "host B";
    struct own_host *own = &sim->host[host];
    struct stack_config settings;
    struct link *link;
    stack_config_seeded(&settings, sched_seed(), host == HOST_A ? 'A' : 'B');
    own_host_configure(&settings, host, config);
    int error = plug_in(sim, host, &link);
    if (!error)
        error = own_host_open(own, host, &settings, link);
    if (error)
        return error;
    if (!config->arp)
        own_host_introduce(own, host == HOST_A ? HOST_B : HOST_A);
    sim->driver[host] = (struct sched_handler){name, host_deadline, run_host, own, {0}};
    sim->testbed.net[host] = own->net;
    return 0;
}

static int open_hosts(struct testbed_sim *sim, const struct testbed_config *config)
{
    int error = open_host(sim, HOST_A, config);
    if (error)
        return error;
    error = open_host(sim, HOST_B, config);
    if (error)
        own_host_close(&sim->host[HOST_A]);
    return error;
}

/* ---- the testbed ---- */

static void sim_close(struct testbed *testbed)
{
    struct testbed_sim *sim = sim_of(testbed);
    sched_remove_handler(&sim->driver[HOST_B]);
    sched_remove_handler(&sim->driver[HOST_A]);
    sched_remove_handler(&sim->wire);
    own_host_close(&sim->host[HOST_B]);
    own_host_close(&sim->host[HOST_A]);
    medium_free(sim->medium);
    if (sim->began)
        sched_end();
    free(sim);
}

static void sim_get_stats(struct testbed *testbed, struct testbed_stats *stats)
{
    const struct testbed_sim *sim = sim_of(testbed);
    const struct medium *medium = sim->medium;
    medium_get_counts(medium, WIRE_A_TO_B, &stats->dir[WIRE_A_TO_B]);
    medium_get_counts(medium, WIRE_B_TO_A, &stats->dir[WIRE_B_TO_A]);
    stack_get_counters(sim->host[HOST_A].stack, &stats->host[HOST_A]);
    stack_get_counters(sim->host[HOST_B].stack, &stats->host[HOST_B]);
}

static int64_t sim_bad_checksums(struct testbed *testbed, enum host host)
{
    struct stack_counters counters;
    stack_get_counters(sim_of(testbed)->host[host].stack, &counters);
    return (int64_t)counters.dropped[DROP_TCP_CHECKSUM];
}

static bool sim_is_idle(struct testbed *testbed)
{
    return medium_inside(sim_of(testbed)->medium) == 0;
}

static int sim_list(struct testbed *testbed, enum host host, const struct tcp_listing *listing)
{
    own_host_list(&sim_of(testbed)->host[host], listing);
    return 0;
}

static int sim_spawn(struct testbed *testbed, enum host host, char *const *command)
{
    (void)testbed;
    (void)host;
    (void)command;
    return -EOPNOTSUPP; /* another process has no part in this one's time */
}

static struct testbed_device sim_host_device(const struct testbed *testbed, enum host host)
{
    (void)testbed;
    return (struct testbed_device){.netns_fd = -1, .name = "", .mac = testbed_mac(host)};
}

static int sim_open_card(struct testbed *testbed, enum host host, struct link **out,
                         struct fault *fault)
{
    int error = plug_in(sim_of(testbed), host, out);
    return error ? fault_errno(fault, error, "no card") : 0;
}

static const struct testbed_ops sim_ops = {
    .close = sim_close,
    .get_stats = sim_get_stats,
    .bad_checksums = sim_bad_checksums,
    .is_idle = sim_is_idle,
    .list = sim_list,
    .spawn = sim_spawn,
    .open_card = sim_open_card,
    .host_device = sim_host_device,
};

static int furnish(struct testbed_sim *sim, const struct testbed_config *config,
                   struct fault *fault)
{
    int error = open_wire(sim, config, fault);
    if (error)
        return error;
    error = open_hosts(sim, config);
    if (error) {
        medium_free(sim->medium);
        return fault_errno(fault, error, "cannot open the hosts");
    }
    sched_add_handler(&sim->wire);
    sched_add_handler(&sim->driver[HOST_A]);
    sched_add_handler(&sim->driver[HOST_B]);
    return 0;
}

int testbed_sim_open(struct testbed **out, const struct testbed_config *config, struct fault *fault)
{
    struct testbed_sim *sim = calloc(1, sizeof(*sim));
    if (!sim)
        return fault_errno(fault, -ENOMEM, "no testbed");
    sim->testbed.ops = &sim_ops;
    sim->began = !sched_is_virtual();
    if (sim->began)
        sched_begin(config->medium.seed);
    int error = furnish(sim, config, fault);
    if (error) {
        if (sim->began)
            sched_end();
        free(sim);
        return error;
    }
    *out = &sim->testbed;
    return 0;
}
