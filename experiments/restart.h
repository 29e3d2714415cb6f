/* An echo server that is interrupted while a client is connected, and started again at once: as a
 * process killed by Ctrl-C where the host runs on the kernel, as a thread that closes what the
 * process would have closed where it runs on our own stack. */
#ifndef EXPERIMENTS_RESTART_H
#define EXPERIMENTS_RESTART_H

#include "experiments/experiment.h"

/* Puts "lived_as" (process, thread), and under `key` what came of the second start: "listening" or
 * "busy". Returns 0, or a negative errno with `fault`. */
int restart_server(struct stage *stage, uint16_t port, bool reuse_addr, const char *key,
                   struct fault *fault);

#endif
