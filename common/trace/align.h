/* Two ladders side by side: which rows say the same. */
#ifndef TRACE_ALIGN_H
#define TRACE_ALIGN_H

#include <stdbool.h>
#include <stddef.h>

#include "trace/rows.h"

/* A line of both: row numbers, or ALIGN_NONE on a side that has nothing here. */
struct aligned {
    size_t left, right;
    bool differs; /* in what was sent or became of it */
};

#define ALIGN_NONE SIZE_MAX

/* Pairs the rows, equal ones as many as possible (a longest common subsequence over label_key).
 * Takes memory for the product of both counts: fold first. Returns 0 and `*count` pairs to free,
 * or -ENOMEM. */
int align_rows(const struct rows *left, const struct rows *right, struct aligned **out,
               size_t *count);

#endif
