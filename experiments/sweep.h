/* What was measured again and again while one thing was changed: a result for each point, "kbps_1",
 * "kbps_4", ... */
#ifndef EXPERIMENTS_SWEEP_H
#define EXPERIMENTS_SWEEP_H

#include "base/usec.h"
#include "experiments/results.h"
#include "experiments/words.h"

void sweep_put(struct results *results, const char *name, int at, int64_t value);

/* 0 where there is none. `at` 0: the result that is called `name` alone. */
int64_t sweep_get(const struct results *results, const char *name, int at);

/* Throughput in kbit/s; 0 when it took no time. */
int64_t sweep_kbps(int64_t octets, usec_t took);

/* The names of two series: what was measured, and what the rule says. */
extern const struct words sweep_measured, sweep_model;

#endif
