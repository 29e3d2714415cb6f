/* A testbed: two hosts, A and B, and a wire, from one call.
 *
 * Hosts on the kernel's stack or on our own are network namespaces of this very process, joined by
 * veth pairs through a third namespace where the wire relays frames; nothing outlives the process.
 * testbed_enter must come first, before the process has any thread: user namespaces cannot be
 * entered later. Our own stack takes the host's network card for itself; its kernel has no address.
 *
 * In a simulation both hosts, the wire and the clock live in memory and need no privilege: from
 * testbed_open to testbed_close the process is a simulation (base/sched.h) with the wire's seed. It
 * must have no other thread at either moment. */
#ifndef TESTBED_TESTBED_H
#define TESTBED_TESTBED_H

#include "net/net.h"
#include "packet/ethernet.h"
#include "stack/counters.h"
#include "wire/medium.h"

enum host { HOST_A, HOST_B };

#define TESTBED_IP_A UINT32_C(0x0a000001) /* 10.0.0.1 */
#define TESTBED_IP_B UINT32_C(0x0a000002) /* 10.0.0.2 */

enum stack_kind { STACK_KERNEL, STACK_OWN, STACK_SIM };

struct testbed_config {
    enum stack_kind stack[2]; /* by enum host */
    bool for_visitors;        /* hosts on our own stack get none here: it is left to programs that
                                 visit them to bring it (role.h); they have no net */
    bool direct;              /* one veth pair, no wire: for speed; offloads stay on */
    bool small_frames;        /* direct, and yet a frame for each segment: offloads are off */
    const int *cpus;          /* where our own stacks' threads run, by enum host; NULL: anywhere */
    struct medium_config medium; /* the wire's impairments, script, seed and sink */
    struct event_sink *sink;     /* hears calls, states and samples */
    bool sample;                 /* read the kernel's states and windows while running */
    bool arp;                    /* let the hosts find each other by ARP; else they know: a lost
                                    ARP frame would cost a second that is not TCP's doing */
    const char *const *sysctls;  /* "net.ipv4.tcp_sack=0", ..., NULL; set in both hosts; our own
                                    stack heeds those it has (own_sysctl.c) */
    const char *const *sysctls_of[2]; /* likewise, of one host alone, by enum host */
};

struct testbed;

/* Moves the process into namespaces of its own: as root into a network namespace, as an ordinary
 * user into a user and a network namespace. Idempotent. -EPERM with the mending line in `fault`
 * when the system does not allow it. */
int testbed_enter(struct fault *fault);

/* Returns 0, or a negative errno with `fault`: -EINVAL for one simulated host and another. */
int testbed_open(struct testbed **out, const struct testbed_config *config, struct fault *fault);

/* Stops the wire and its threads, lets the namespaces go. The nets' sockets must be closed. */
void testbed_close(struct testbed *testbed);

/* The host's view of the network; stays the testbed's. */
struct net *testbed_net(struct testbed *testbed, enum host host);

uint32_t testbed_ip(enum host host);
struct mac testbed_mac(enum host host);

struct testbed_stats {
    struct medium_counts dir[2]; /* by enum wire_dir; zero without a wire */
    usec_t latest;     /* how late the wire was at worst: above 20 ms call the run noisy */
    uint64_t overruns; /* frames lost at its ends and not by its rules: 0, or the run is void */
    struct stack_counters host[2]; /* by enum host; zero on the kernel's stack */
};

void testbed_get_stats(struct testbed *testbed, struct testbed_stats *stats);

/* For measurements: 0, or -EIO with `fault` when there were overruns. */
int testbed_check_wire(struct testbed *testbed, struct fault *fault);

/* How many TCP segments a host has refused for a wrong checksum, or a negative errno. */
int64_t testbed_bad_checksums(struct testbed *testbed, enum host host);

/* Waits until the wire, where there is one, is empty and all told of it, at most to `deadline`. */
bool testbed_settle(struct testbed *testbed, usec_t deadline);

/* Runs `command` (NULL-terminated) inside a host, as a child process whose network is the host's;
 * returns its pid, or a negative errno (-ENOENT: no such command). The caller waits for it; the
 * kernel kills it when the calling thread ends. -EOPNOTSUPP in a simulation. */
int testbed_spawn(struct testbed *testbed, enum host host, char *const *command);

/* The host's network card, for those who speak Ethernet themselves. */
struct testbed_device {
    int netns_fd;     /* stays the testbed's; -1 in a simulation */
    const char *name; /* in that namespace */
    struct mac mac;
};

struct testbed_device testbed_host_device(const struct testbed *testbed, enum host host);

#endif
