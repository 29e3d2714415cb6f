/* Network namespaces as descriptors: a namespace lives as long as someone holds its descriptor, a
 * socket in it, or a thread inside it. None has a name in the file system, so none can be left
 * behind.
 *
 * The calling thread never changes its own namespace: short-lived threads go in its place, so all
 * of this may be used while other threads run. */
#ifndef TESTBED_NETNS_H
#define TESTBED_NETNS_H

/* Makes an empty network namespace and returns its descriptor (close-on-exec, the caller's), or a
 * negative errno: -EPERM without CAP_SYS_ADMIN. */
int netns_new(void);

/* Runs `job(arg)` inside the namespace and waits for it; returns what it returned (0 or positive,
 * or a negative errno), or the reason for which it could not run. */
int netns_run(int netns_fd, int (*job)(void *arg), void *arg);

#endif
