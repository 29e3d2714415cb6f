/* A program of this tree as a process of its own, on a host that runs on the kernel. */
#ifndef EXPERIMENTS_PROCESS_H
#define EXPERIMENTS_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

#include "testbed/testbed.h"

struct process {
    pid_t pid;
};

/* Starts `command`, whose first word is the name of a program in the same folder as this one, and
 * which ends with NULL; what it prints is not shown. Returns 0, or a negative errno with `fault`.
 * It ends with the calling thread at the latest. */
int process_start(struct process *process, struct testbed *testbed, enum host host,
                  const char *const *command, struct fault *fault);

/* Whether it has ended by itself; it is gone then. */
bool process_has_ended(struct process *process);

/* Waits until somebody listens at the port of the host. Returns 0, -EADDRINUSE when the process has
 * ended instead (the only thing in its way can be the port), or -ETIMEDOUT. */
int process_await_listening(struct process *process, struct testbed *testbed, enum host host,
                            uint16_t port);

/* Stops it where it is, as Ctrl-Z does: from its return on no line of it runs. */
void process_suspend(struct process *process);

/* A signal that ends it, suspended or not; waits until it has ended. Does nothing for one that is
 * gone. */
void process_end(struct process *process, int signal);

#endif
