/* Which stack plays which role: the pairs a program runs, and the options that choose them. The
 * client is always host A, the server host B. */
#ifndef TESTBED_PAIRS_H
#define TESTBED_PAIRS_H

#include "base/options.h"
#include "testbed/testbed.h"

struct pair {
    enum stack_kind client, server;
};

/* "kernel-own"; "sim" for the simulation. */
const char *pair_name(struct pair pair);

/* True when the pair needs namespaces: testbed_enter before testbed_open. */
bool pair_needs_hosts(struct pair pair);

/* What the options below were set to; zeros are the defaults. */
struct pair_options {
    int stack;          /* both, kernel, own, sim */
    int client, server; /* as --stack, kernel, own, sim */
};

/* --stack, --client and --server, stored in `options`. The table is the process's only one. */
struct option_group pair_option_group(struct pair_options *options);

/* The pairs asked for: two (kernel beside own) or one. Returns their number, or -EINVAL with
 * `fault` for one simulated end and another. */
int pair_list(const struct pair_options *options, struct pair pairs[2], struct fault *fault);

#endif
