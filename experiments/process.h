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

/* Ctrl-C, and waits until it has ended. Does nothing for one that is gone. */
void process_interrupt(struct process *process);

#endif
