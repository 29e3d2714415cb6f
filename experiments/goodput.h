/* How much of a stream arrives in a second over a bad wire, and how much should. */
#ifndef EXPERIMENTS_GOODPUT_H
#define EXPERIMENTS_GOODPUT_H

#include "experiments/wires.h"
#include "testbed/testbed.h"

#define GOODPUT_PATIENCE SECONDS(20) /* without any progress: a hang */

enum { GOODPUT_FIGURES = 9 };

/* One transfer from host A to host B. */
struct transfer_wanted {
    enum stack_kind stack[2]; /* by enum host */
    enum net_congestion congestion;
    const struct wire *wire;
    uint64_t seed;
};

/* Sends the wire's octets and compares them by SHA-256. Returns 0 and Mbit/s, or a negative errno
 * with `fault`: -EIO when other octets arrived, or the machine was too busy to be a wire. */
int goodput_measure(const struct transfer_wanted *wanted, double *mbit, struct fault *fault);

/* Whether the kernel lets a program in a testbed's host choose it: 1, 0, or a negative errno with
 * `fault`. */
int goodput_kernel_offers(enum net_congestion congestion, struct fault *fault);

/* What a sender should attain in the long run, in Mbit/s: MSS / RTT * sqrt(3 / (2 p)) (Mathis et
 * al. 1997), or the wire's rate if that is less, nothing is lost, or the round trip is unknown. */
double goodput_predicted(const struct wire *wire);

/* The median of `count` figures, which are at most GOODPUT_FIGURES. */
double goodput_median(const double *each, size_t count);

#endif
