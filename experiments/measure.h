/* Measurements of two hosts: each opens a testbed of its own, does one thing and gives one figure.
 * What is measured is programs of server/ and client/ over the one API; which stacks they run on
 * makes no difference here. */
#ifndef EXPERIMENTS_MEASURE_H
#define EXPERIMENTS_MEASURE_H

#include <stdbool.h>

#include "base/fault.h"
#include "testbed/testbed.h"

struct measurement {
    enum stack_kind stack[2]; /* the client is on host A, the server on host B */
    int cpus[2];              /* the hosts', by enum host */
    uint64_t seed;            /* of the wire's chance */
    bool super_segments;      /* bulk: with the offloads that the devices have */
};

/* All return 0 and the figure, or a negative errno with `fault`. */

/* Gbit/s of payload from A to B over a direct veth. */
int measure_bulk(const struct measurement *wanted, double *figure, struct fault *fault);

/* Median round trip in microseconds over a direct veth. Both hosts are on the CPU of A: across CPUs
 * it is the waking that is measured. */
int measure_round_trip(const struct measurement *wanted, double *figure, struct fault *fault);

/* Seconds for 100 MB over a wire that loses 1 % of the frames each way, compared by SHA-256. The
 * kernel is told to use the mechanisms that our own stack has, and both have the same least
 * time-out. Since Linux 6.17 the kernel no longer lets go of RACK, which finds a retransmission
 * lost without waiting for the timer. */
int measure_loss(const struct measurement *wanted, double *figure, struct fault *fault);

/* Seconds for 1,000 clients that all are connected before the first one speaks, a thread at either
 * end of each, over a direct veth. */
int measure_crowd(const struct measurement *wanted, double *figure, struct fault *fault);

/* Gbit/s of payload in real time in a simulation. */
int measure_simulation(const struct measurement *wanted, double *figure, struct fault *fault);

#endif
