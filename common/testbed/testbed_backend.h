/* The two ways to make a testbed: of namespaces and cables, or all in memory. For this folder only.
 */
#ifndef TESTBED_TESTBED_BACKEND_H
#define TESTBED_TESTBED_BACKEND_H

#include "testbed/listing.h"
#include "testbed/testbed.h"

/* Who is told of a host's sockets. */
struct tcp_listing {
    void (*each)(const struct tcp_entry *entry, void *arg);
    void *arg;
};

struct link;

struct testbed_ops {
    void (*close)(struct testbed *testbed); /* frees it too */
    void (*get_stats)(struct testbed *testbed, struct testbed_stats *stats);
    int64_t (*bad_checksums)(struct testbed *testbed, enum host host);
    bool (*is_idle)(struct testbed *testbed); /* no frame on the wire, and all of it told */
    int (*list)(struct testbed *testbed, enum host host, const struct tcp_listing *listing);
    int (*spawn)(struct testbed *testbed, enum host host, char *const *command);
    /* One more way to send by the host's card; the caller closes it, before the testbed. */
    int (*open_card)(struct testbed *testbed, enum host host, struct link **out,
                     struct fault *fault);
    struct testbed_device (*host_device)(const struct testbed *testbed, enum host host);
};

/* Embedded first in the way's own struct. */
struct testbed {
    const struct testbed_ops *ops;
    struct net *net[2]; /* by enum host */
};

int testbed_veth_open(struct testbed **out, const struct testbed_config *config,
                      struct fault *fault);
int testbed_sim_open(struct testbed **out, const struct testbed_config *config,
                     struct fault *fault);

#endif
