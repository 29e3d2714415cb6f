/* Our own stack where it is not wanted: on a host whose kernel has the address already, by a raw
 * IPv4 socket (link/raw_ip.h). Both get every segment, and the kernel answers for both. */
#ifndef TESTBED_INTRUDER_H
#define TESTBED_INTRUDER_H

#include "testbed/own_host.h"

/* Brings our stack up beside the kernel's; `own_host_close` takes it away again, before the testbed
 * is closed. Returns 0, or a negative errno with `fault`: -EOPNOTSUPP for a host in a simulation,
 * which has no kernel. */
int intruder_open(struct own_host *own, struct testbed *testbed, enum host host,
                  struct fault *fault);

#endif
