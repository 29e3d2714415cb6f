/* Two things asked of an HTTP server on one connection: a file, and something that is not there. By
 * curl where the client's host runs on the kernel and has it, by our own client elsewhere. */
#ifndef EXPERIMENTS_FETCH_H
#define EXPERIMENTS_FETCH_H

#include <stdio.h>

#include "experiments/experiment.h"

struct fetched {
    const char *client;         /* "curl" or "ours" */
    int status, missing_status; /* as the server answered */
    int connections;            /* that the client made */
    FILE *content;              /* of the file; the caller's, empty beforehand */
};

/* Asks the server on host B for "/" and "/missing". Returns 0, or a negative errno with `fault`. */
int fetch_two(struct stage *stage, uint16_t port, struct fetched *fetched, struct fault *fault);

#endif
