/* Kernel settings of a network namespace. */
#ifndef TESTBED_SYSCTL_H
#define TESTBED_SYSCTL_H

#include "base/fault.h"

/* Sets one in the calling thread's namespace, written as for sysctl(8): "net.ipv4.tcp_sack=0". With
 * '-' before it, as in sysctl.d(5), a kernel may do without it: one that does not have the setting,
 * does not go so far, or does not let us.
 * Returns 0 or a negative errno with a fault that names the setting: -EINVAL when it is no
 * assignment or the kernel refuses the value, -ENOENT when the kernel does not know it, -EACCES or
 * -EROFS when it cannot be written here. */
int sysctl_set(const char *assignment, struct fault *fault);

/* Sets a NULL-terminated list in another namespace, in order, up to the first that fails. A NULL
 * list sets nothing. */
int sysctl_set_all(int netns_fd, const char *const *assignments, struct fault *fault);

#endif
