/* The claims that one experiment settles: shown at its end, put among its results, and our own
 * stack held to them. */
#ifndef EXPERIMENTS_SETTLE_H
#define EXPERIMENTS_SETTLE_H

#include "experiments/verdict.h"

/* Whose claims, and what settles them. */
struct settle {
    const struct claims *claims;
    const char *experiment;
    const struct witness *witnesses;
    size_t count;
};

/* Prints those that the scenes played are to settle, if there are any. */
void settle_print(const struct settle *settle, FILE *out, enum language language, unsigned width);

/* Puts "claim_57a" and its verdict into `scene`, results of that witness, for each claim that is
 * settled and whose assertion begins with this scene. */
void settle_put(const struct settle *settle, const struct witness *witness, struct results *scene);

/* Returns 0, or -EPROTO with `fault` naming the first claim in which our own stack failed. */
int settle_judge(const struct settle *settle, struct fault *fault);

#endif
