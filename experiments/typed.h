/* A dialogue in lines with a server on host B: typed into nc where the client's host runs on the
 * kernel and has it, held by our own client elsewhere. nc is given all lines at once; our client
 * waits for each answer, as a person would. */
#ifndef EXPERIMENTS_TYPED_H
#define EXPERIMENTS_TYPED_H

#include "client/dialogue.h"
#include "experiments/experiment.h"

enum { TYPED_MAX = 1024 };

struct typed {
    const char *client;   /* "nc" or "ours" */
    char text[TYPED_MAX]; /* all that the server said, cut off where there is no more room */
};

/* Returns 0, or a negative errno with `fault`. */
int typed_hold(struct stage *stage, const struct dialogue_plan *plan, struct typed *typed,
               struct fault *fault);

#endif
