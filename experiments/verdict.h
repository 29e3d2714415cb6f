/* The verdict that a run passes on a claim, and the table of them. */
#ifndef EXPERIMENTS_VERDICT_H
#define EXPERIMENTS_VERDICT_H

#include <stdbool.h>
#include <stdio.h>

#include "experiments/assertion.h"
#include "experiments/claims.h"
#include "testbed/pairs.h"

/* What one pair of stacks showed. */
struct witness {
    struct pair pair;
    struct evidence evidence; /* of the claim's experiment */
};

struct ruling {
    enum verdict verdict;
    bool differs;     /* settled, and not as the row expects of our own stack */
    bool failed;      /* and it was our own stack, on an undisturbed wire */
    struct fault why; /* when nothing settles it: -ENOENT where its scene was not played */
};

/* The claim names an experiment. */
struct ruling verdict_pass(const struct claim *claim, const struct witness *witness);

/* A page of the table. */
struct verdict_page {
    FILE *out;
    enum language language;
    unsigned width;                  /* columns */
    const struct witness *witnesses; /* a column for each */
    size_t count;
    bool differs, failed, disturbed; /* signs that a row had, and the foot explains */
};

void verdict_print_head(const struct verdict_page *page);

/* One row: line of the text, verdicts, what it says; below that what was measured, and the rest of
 * the row. Claims that no run settles, and what is no claim, have a row as well. */
void verdict_print(struct verdict_page *page, const struct claim *claim);

/* What the signs behind the verdicts mean, where there were any. */
void verdict_print_foot(const struct verdict_page *page);

#endif
