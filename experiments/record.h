/* What an experiment told as a program: its --json, read again, as evidence for the claims. */
#ifndef EXPERIMENTS_RECORD_H
#define EXPERIMENTS_RECORD_H

#include <stdio.h>

#include "experiments/assertion.h"
#include "testbed/pairs.h"

struct record {
    struct results *runs; /* as they were printed */
    size_t count;
    const struct results **order; /* the same, pair by pair */
};

/* Reads all runs. 0, or a negative errno with `fault`; in either case record_fini is due. */
int record_read(struct record *record, FILE *json, struct fault *fault);

/* What the record says of this pair: empty when there is nothing. Lives as long as the record. */
struct evidence record_evidence(const struct record *record, struct pair pair);

void record_fini(struct record *record);

#endif
