/* The namespaces of a testbed and the cables between them.
 *
 *     host A                      wire                      host B
 *     eth0 10.0.0.1 ------- to-a        to-b ------- eth0 10.0.0.2
 *
 * Nothing joins to-a and to-b but the relay. A direct testbed has one cable, eth0 to eth0, and the
 * wire's namespace stays empty. A host with our own stack has its device, but its kernel gets no
 * address: it would answer in our place. */
#ifndef TESTBED_TOPOLOGY_H
#define TESTBED_TOPOLOGY_H

#include "testbed/netlink.h"
#include "testbed/testbed.h"

struct topology {
    int netns[2]; /* descriptors, by enum host */
    int wire_netns;
};

#define TOPOLOGY_HOST_DEVICE "eth0" /* in either host */

/* The wire's end of the cable to `host`. */
const char *topology_wire_device(enum host host);

/* Builds what `config` asks for and waits until it carries frames. The process must have entered
 * namespaces of its own before (testbed_enter). */
int topology_build(struct topology *topology, const struct testbed_config *config,
                   struct fault *fault);

/* Lets go of the namespaces: the kernel takes each down when no socket or process is left in it. */
void topology_free(struct topology *topology);

#endif
