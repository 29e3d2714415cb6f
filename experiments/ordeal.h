/* An ordeal for our own TCP: programs of random shape on both hosts, random faults on the wire
 * between them, all in a simulation and all drawn from one seed. Whatever happens, every octet
 * arrives, every thread ends, no connection is left over, and the counters agree. */
#ifndef EXPERIMENTS_ORDEAL_H
#define EXPERIMENTS_ORDEAL_H

#include "experiments/ordeal_plan.h"
#include "trace/log.h"

struct ordeal_result {
    uint64_t bytes;           /* said and heard, both ways */
    uint64_t frames, dropped; /* entered the wire; lost there */
    usec_t took;              /* virtual time */
    uint8_t log_sha256[32];   /* of the event log as NDJSON */
};

/* Runs `plan`, all its events into `log`, which is fresh. Returns 0, or a negative errno with what
 * did not hold in `fault`. The calling thread must be the only one; a deadlock ends the process
 * (sched_on_deadlock). */
int ordeal_run(const struct ordeal_plan *plan, struct trace_log *log, struct ordeal_result *result,
               struct fault *fault);

#endif
