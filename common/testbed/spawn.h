/* Child processes inside a network namespace, told so that none outlives its parent. */
#ifndef TESTBED_SPAWN_H
#define TESTBED_SPAWN_H

/* Starts `command` (NULL-terminated, looked up in PATH) in a namespace, with default signal
 * handling, and returns its pid, or the negative errno for which it could not be started (-ENOENT:
 * no such command). The caller waits for it. The kernel kills it when the calling thread ends. */
int spawn_inside(int netns_fd, char *const *command);

#endif
