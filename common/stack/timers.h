/* Deadlines of many, the earliest first: a binary heap in which each knows its own place, so that
 * it can be moved without being searched. Pure but for the memory. */
#ifndef STACK_TIMERS_H
#define STACK_TIMERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/usec.h"

/* Embedded in whatever has a deadline; all zero at first. */
struct timer {
    usec_t at;      /* meaningful while set */
    uint32_t place; /* in the heap, from 1; 0 while not set */
};

struct timers {
    struct timer **heap;
    uint32_t count, cap;
};

void timers_init(struct timers *timers);

/* No timer may be set any more. */
void timers_fini(struct timers *timers);

/* Makes room for `count` timers, so that setting as many never fails. Returns 0 or -ENOMEM. */
int timers_reserve(struct timers *timers, uint32_t count);

/* Sets the timer, or moves it; NEVER takes it out. */
void timers_set(struct timers *timers, struct timer *timer, usec_t at);

/* When the first is due; NEVER while none is set. */
usec_t timers_deadline(const struct timers *timers);

/* The first of those due at `now`, which stays set; NULL when none is. Of equal ones, any. */
struct timer *timers_due(const struct timers *timers, usec_t now);

#endif
