/* The steps by which a process gets namespaces of its own. testbed_enter takes them in this order;
 * `doctor` tells of each. Each returns 0, or -EPERM with a fault that ends in the line that mends
 * it. They must come before the process has any thread. */
#ifndef TESTBED_ENTER_H
#define TESTBED_ENTER_H

#include <stdbool.h>

#include "base/fault.h"

/* Whether the process may do all it needs (network administration, raw sockets, namespaces)
 * without a user namespace: root outside a container, or a container given these capabilities. */
bool enter_is_privileged(void);

/* Makes the process root of a user namespace that contains nobody but its own user: its files
 * stay the user's. */
int enter_user_namespace(struct fault *fault);

int enter_network_namespace(struct fault *fault);

/* Uses a capability inside, by setting loopback up: having the namespaces is not yet being
 * allowed to do something in them (AppArmor on Ubuntu 24.04 gives the one and denies the other). */
int enter_use_capability(struct fault *fault);

#endif
