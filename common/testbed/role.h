/* The network of a program that plays one role alone, a server or a client, on the stack that
 * --stack names. On the kernel's that is wherever the program runs. Our own stack needs a host
 * whose kernel leaves the network card alone, so the program has to run inside such a host of a
 * testbed, and the host lives as long as the program. A simulation has no place for one role alone.
 */
#ifndef TESTBED_ROLE_H
#define TESTBED_ROLE_H

#include <stdio.h>

#include "base/options.h"
#include "testbed/own_host.h"

struct role_config {
    const char *program;    /* its name, */
    enum host host;         /* where it is at home, */
    const char *experiment; /* and where it plays with its peer: of use in what goes wrong */
    bool dies_of_interrupt; /* it does not see to Ctrl-C: peers are then told by a reset */
    int stack;              /* an enum stack_kind, to be set by the option, */
    const char *sysctl;     /* like this one, for our own stack; or NULL */
};

struct role {
    struct net *net;
    struct own_host own; /* zero on the kernel's stack */
    int claim;           /* of the card; -1: none */
    int operand_count;   /* of the command line, where role_main has read one, */
    char **operand;      /* as in struct program */
};

/* --stack and --sysctl, stored in `config`. The table is the process's only one. */
struct option_group role_option_group(struct role_config *config);

/* Opens the network. No thread may exist yet. Returns 0, or a negative errno with `fault`: -EINVAL
 * when such a role cannot play here, -EBUSY when another program has the host, -EPERM. */
int role_open(struct role *role, const struct role_config *config, struct fault *fault);

/* What our own stack has counted, as lines of key=value; nothing on the kernel's. */
void role_report(const struct role *role, FILE *out);

/* Gives connections that the program has closed a little time to end, resets those that do not, and
 * closes all. The net's sockets must be closed. */
void role_close(struct role *role);

#endif
