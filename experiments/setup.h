/* How an experiment was set up, to be compared: did the user change anything that the experiment
 * had chosen? The seed does not count: whatever it is, a stack has to do what it should. */
#ifndef EXPERIMENTS_SETUP_H
#define EXPERIMENTS_SETUP_H

#include <stdbool.h>

#include "base/options.h"

/* The values of options, as one would type them. */
struct setup {
    char text[2048];
};

void setup_read(struct setup *setup, const struct option_group *groups, size_t count);

bool setup_is_same(const struct setup *a, const struct setup *b);

#endif
