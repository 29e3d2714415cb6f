/* A testbed, whichever way it is made. */
#include "testbed/testbed.h"

#include <errno.h>
#include <inttypes.h>

#include "base/clock.h"
#include "base/thread.h"
#include "testbed/testbed_backend.h"

uint32_t testbed_ip(enum host host)
{
    return host == HOST_A ? TESTBED_IP_A : TESTBED_IP_B;
}

/* The second bit of the first octet marks them as locally administered. */
struct mac testbed_mac(enum host host)
{
    return (struct mac){{0x02, 0, 0, 0, 0, host == HOST_A ? 0x0a : 0x0b}};
}

int testbed_open(struct testbed **out, const struct testbed_config *config, struct fault *fault)
{
    bool sim_a = config->stack[HOST_A] == STACK_SIM, sim_b = config->stack[HOST_B] == STACK_SIM;
    if (sim_a != sim_b)
        return fault_set(fault, -EINVAL,
                         "sim goes only with sim: the other host would live in real time");
    return sim_a ? testbed_sim_open(out, config, fault) : testbed_veth_open(out, config, fault);
}

void testbed_close(struct testbed *testbed)
{
    testbed->ops->close(testbed);
}

struct net *testbed_net(struct testbed *testbed, enum host host)
{
    return testbed->net[host];
}

void testbed_get_stats(struct testbed *testbed, struct testbed_stats *stats)
{
    *stats = (struct testbed_stats){0};
    testbed->ops->get_stats(testbed, stats);
}

int testbed_check_wire(struct testbed *testbed, struct fault *fault)
{
    struct testbed_stats stats;
    testbed_get_stats(testbed, &stats);
    if (stats.overruns == 0)
        return 0;
    return fault_set(fault, -EIO, "the machine was too busy: the wire lost %" PRIu64 " frames",
                     stats.overruns);
}

int64_t testbed_bad_checksums(struct testbed *testbed, enum host host)
{
    return testbed->ops->bad_checksums(testbed, host);
}

/* A host may just be answering what was delivered, so the wire has to stay empty for a while. */
bool testbed_settle(struct testbed *testbed, usec_t deadline)
{
    const usec_t quiet = MS(5);
    usec_t quiet_since = clock_now();
    for (usec_t now = quiet_since; now < deadline; now = clock_now()) {
        if (!testbed->ops->is_idle(testbed))
            quiet_since = now;
        else if (now - quiet_since >= quiet)
            return true;
        thread_sleep_until(now + USEC_MS);
    }
    return false;
}

int testbed_spawn(struct testbed *testbed, enum host host, char *const *command)
{
    return testbed->ops->spawn(testbed, host, command);
}

struct testbed_device testbed_host_device(const struct testbed *testbed, enum host host)
{
    return testbed->ops->host_device(testbed, host);
}
