/* Which states the ends of connections went through, as the log tells. */
#ifndef EXPERIMENTS_PATHS_H
#define EXPERIMENTS_PATHS_H

#include "testbed/testbed.h"
#include "trace/log.h"

/* Writes the states of a host's end of the run's first connection from `from` on: "ESTABLISHED
 * FIN_WAIT_1 FIN_WAIT_2 TIME_WAIT". What does not fit is cut off. Returns how many, or a negative
 * errno. */
struct path_wanted {
    enum host host;
    enum tcp_state from;
};

int path_tell(const struct trace_log *log, struct path_wanted wanted, char *out, size_t size);

#endif
