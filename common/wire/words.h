/* The words of an impairment script: rules, words in them, numbers, times and rates.
 *
 * A cursor stands before a word of the present rule. words_take steps over an expected word; the
 * readers step over a value or return -EINVAL with the fault told. Pure. */
#ifndef WIRE_WORDS_H
#define WIRE_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/usec.h"

struct words {
    const char *at, *end;    /* what is left of the rule, no blanks at either side */
    const char *rest, *stop; /* the text behind the rule */
    unsigned line, next_line;
    struct fault *fault;
};

void words_begin(struct words *words, const char *text, size_t len, struct fault *fault);

/* Goes to the next rule that has a word in it; false at the end of the text. */
bool words_next_rule(struct words *words);

bool words_at_end(const struct words *words);

/* Steps over `word` if it is the next one. */
bool words_take(struct words *words, const char *word);

bool words_begin_with_digit(const struct words *words);

/* Whether the next word has a letter in it, as a time or a rate does. */
bool words_has_unit(const struct words *words);

/* A whole number from 1 to `max`; `what` names it in the fault. */
int words_number(struct words *words, uint32_t max, uint32_t *out, const char *what);

/* "3", "2..4" or "5..", the last without end: UINT32_MAX. */
int words_range(struct words *words, uint32_t *first, uint32_t *last);

/* A time of at most a day. */
int words_time(struct words *words, usec_t *out);

/* Bits per second, more than none. */
int words_rate(struct words *words, uint64_t *out);

/* Tells what was found where `wanted` was needed; returns -EINVAL. */
int words_fail(const struct words *words, const char *wanted);

#endif
