/* A host of a testbed that runs on our own stack: the stack on its link, and the net that programs
 * see. */
#ifndef TESTBED_OWN_HOST_H
#define TESTBED_OWN_HOST_H

#include "stack/stack.h"
#include "testbed/testbed_backend.h"

struct own_host {
    struct link *link;
    struct stack *stack;
    struct stack_io *io; /* the thread that drives it; NULL: somebody else does */
    struct net *net;
};

/* Fills in what a testbed settles for its hosts: the address, the sink, and those sysctls that our
 * stack has too. Everything else of `config` stays. */
void own_host_configure(struct stack_config *config, enum host host,
                        const struct testbed_config *testbed);

/* Brings the host up on `link`, which is the host's to close from then on, also when this fails.
 * Returns 0 or -ENOMEM. */
int own_host_open(struct own_host *own, enum host host, const struct stack_config *config,
                  struct link *link);

/* Brings the host up on its network card in the namespace `netns_fd` (-1: the caller's own), to
 * which the kernel there has given no address, and starts a thread that drives it. */
int own_host_attach(struct own_host *own, enum host host, int netns_fd,
                    const struct testbed_config *testbed, struct fault *fault);

/* Stops the thread, if there is one, and closes the link. */
void own_host_close(struct own_host *own);

/* Lets it know the other host without asking for it by ARP. */
void own_host_introduce(struct own_host *own, enum host peer);

/* Tells of all its TCP sockets. */
void own_host_list(struct own_host *own, const struct tcp_listing *listing);

#endif
