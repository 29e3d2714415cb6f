/* Programs run side by side, so many at a time, what each prints kept apart. */
#ifndef EXPERIMENTS_BATCH_H
#define EXPERIMENTS_BATCH_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#include "base/fault.h"
#include "base/usec.h"

struct batch_job {
    const char *const *command; /* a path and its arguments, ends with NULL */
    FILE *out, *err;            /* what it printed, from the beginning; NULL: it was not run */
    int status;                 /* its exit code, or 128 and the signal that ended it */
    pid_t pid;                  /* while it runs */
    usec_t took_us;             /* of real time */
};

struct batch {
    struct batch_job *jobs;
    size_t count;
    int parallel;   /* at a time */
    unsigned limit; /* seconds until a job gets SIGALRM; 0: never */
    /* Called whenever a job began (true) or ended; NULL: nobody is told. */
    void (*progress)(const struct batch_job *job, bool began, void *arg);
    void *arg;
};

/* Runs the jobs in their order; once one has ended with exit code 77 no other is begun. Returns 0,
 * or a negative errno with `fault` when one could not be started. Jobs die with the caller. In
 * either case the caller calls batch_fini. */
int batch_run(struct batch *batch, struct fault *fault);

void batch_fini(struct batch *batch);

#endif
