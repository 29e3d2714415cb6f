/* Measurements of two hosts: each opens a testbed of its own, does one thing a number of times and
 * gives a figure for each. What is measured is programs of server/ and client/ over the one API;
 * which stacks they run on makes no difference here. */
#ifndef EXPERIMENTS_MEASURE_H
#define EXPERIMENTS_MEASURE_H

#include <stdbool.h>

#include "base/fault.h"
#include "testbed/testbed.h"

enum { MEASURE_RUNS_MAX = 99 };

#define MEASURE_TIME_MAX SECONDS(15) /* after so long no further run is begun */

struct measurement {
    enum stack_kind stack[2];             /* the client is on host A, the server on host B */
    int cpus[2];                          /* the hosts', by enum host */
    int runs;                             /* at most MEASURE_RUNS_MAX, and MEASURE_TIME_MAX */
    bool super_segments;                  /* bulk: with the offloads that the devices have */
    void (*progress)(int run, void *arg); /* before each run; or NULL */
    void *progress_arg;
};

struct figures {
    int count; /* of runs that came to their end */
    double each[MEASURE_RUNS_MAX];
};

/* All return 0 and at least one figure, or a negative errno with `fault`. */

/* Gbit/s of payload from A to B over a direct veth. */
int measure_bulk(const struct measurement *wanted, struct figures *figures, struct fault *fault);

/* Median round trip in microseconds over a direct veth. Both hosts are on the CPU of A: across CPUs
 * it is the waking that is measured. */
int measure_round_trip(const struct measurement *wanted, struct figures *figures,
                       struct fault *fault);

/* Seconds for 100 MB over a wire that loses 1 % of the frames each way, compared by SHA-256. The
 * kernel is told to use the mechanisms that our own stack has, and both have the same least
 * time-out. Since Linux 6.17 the kernel no longer lets go of RACK, which finds a retransmission
 * lost without waiting for the timer. */
int measure_loss(const struct measurement *wanted, struct figures *figures, struct fault *fault);

/* Seconds for 1,000 clients that all are connected before the first one speaks, a thread at either
 * end of each, over a direct veth. */
int measure_crowd(const struct measurement *wanted, struct figures *figures, struct fault *fault);

/* Gbit/s of payload in real time in a simulation. */
int measure_simulation(const struct measurement *wanted, struct figures *figures,
                       struct fault *fault);

#endif
