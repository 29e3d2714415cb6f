/* What `ip` would do, without it: virtual cables, addresses and neighbours by rtnetlink.
 *
 * All calls act on the namespace for which the netlink was opened, from any thread, and return 0 or
 * a negative errno. */
#ifndef TESTBED_NETLINK_H
#define TESTBED_NETLINK_H

#include <stdint.h>

#include "base/usec.h"
#include "packet/ethernet.h"

struct mnl_socket;

struct netlink {
    struct mnl_socket *socket;
    uint32_t sequence;
};

/* Opens in a namespace, or with -1 in the calling thread's own. */
int netlink_open(struct netlink *netlink, int netns_fd);
void netlink_close(struct netlink *netlink);

/* One end of a virtual cable. */
struct veth_end {
    const char *name;
    int netns_fd; /* where it goes, or -1: the netlink's own namespace */
    struct mac mac;
};

/* Makes a cable; both ends are down. An `mtu` of 0 leaves the kernel's 1500. */
int netlink_add_veth(struct netlink *netlink, const struct veth_end ends[2], uint32_t mtu);

int netlink_set_up(struct netlink *netlink, const char *device);

/* Addresses are in host byte order. */
int netlink_add_address(struct netlink *netlink, const char *device, uint32_t ip, uint8_t prefix);

/* Tells the kernel for good who `ip` is, so that it never asks by ARP (it still answers). */
int netlink_add_neighbour(struct netlink *netlink, const char *device, uint32_t ip,
                          const struct mac *mac);

/* Waits until the device carries frames: link-up is not enough, the kernel finishes it later and
 * drops what is sent before. -ETIMEDOUT past the deadline. */
int netlink_await_carrier(struct netlink *netlink, const char *device, usec_t deadline);

#endif
