/* A host of a testbed that runs on the kernel's stack: what its namespace tells. */
#ifndef TESTBED_KERNEL_HOST_H
#define TESTBED_KERNEL_HOST_H

#include "testbed/testbed_backend.h"

/* Tells of all TCP sockets of the namespace. Returns 0 or a negative errno. */
int kernel_host_list(int netns_fd, const struct tcp_listing *listing);

/* A counter of the namespace's TCP by its name in /proc/net/snmp (RFC 4022: "InSegs", "OutRsts",
 * "InCsumErrors"). Returns it, or a negative errno: -ENOENT when the kernel has none of that name.
 */
int64_t kernel_host_count(int netns_fd, const char *name);

#endif
