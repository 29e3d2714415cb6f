/* A program of the system, curl or nc, on a host that runs on the kernel: somebody else's client
 * for our server. */
#ifndef EXPERIMENTS_STRANGER_H
#define EXPERIMENTS_STRANGER_H

#include <stdio.h>

#include "testbed/testbed.h"

/* Runs `command` (ends with NULL, looked up in PATH) with `in` as its input, from its beginning,
 * and `out` as its output; both are files and stay the caller's. Waits for its end. Returns its
 * exit status, -ENOENT when there is no such program here, or another negative errno. */
int stranger_run(struct testbed *testbed, enum host host, const char *const *command, FILE *in,
                 FILE *out);

#endif
