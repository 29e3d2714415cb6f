/* Taking turns at driving a host on a real link.
 *
 * A thread whose only work is to take frames from the link would make every answer cost two
 * switches of threads more than it needs: to it, and from it to the program. So programs that wait
 * do this work themselves, one at a time: who comes to wait while nobody drives sleeps on the link
 * and deals with all that comes, until its own bell rings, or until it has woken another thread,
 * which may drive next. A reserve (stack/io.h) drives when nobody has for a while.
 *
 * Guarded by the stack's lock. */
#ifndef STACK_DRIVE_H
#define STACK_DRIVE_H

#include <stdbool.h>

#include "base/thread.h"
#include "base/usec.h"

/* Microseconds for which the reserve leaves a host undriven, as it is from when a program is woken
 * until it waits again. */
#define DRIVE_GAP INT64_C(250)

struct stack;

struct drive {
    int wake_fd;        /* readable: the driver, if asleep, is to look at the stack */
    int alarm_fd;       /* readable: the reserve is to look whether anybody drives */
    bool alarm_set;     /* it will be */
    bool stop;          /* the reserve is to end */
    bool taken;         /* somebody drives */
    usec_t given_up_at; /* if not: since when */

    /* Of who drives: */
    const struct waiters *waiters; /* with whom it waits; NULL: the reserve */
    bool asleep;                   /* on the link, outside the lock */
    bool rung;                     /* what it waits for may be there */
    bool relieved;                 /* it has woken somebody who can drive */
    usec_t wakes;                  /* when it looks at the stack even if no frame comes */
};

/* Returns 0 or a negative errno. */
int drive_init(struct drive *drive);
void drive_fini(struct drive *drive);

/* Drives until `waiters` are told to look or `deadline` has passed: then true, the wait is over.
 * False when the caller must go on to wait as others do, because somebody else drives, or can. */
bool drive_locked(struct stack *stack, const struct waiters *waiters, usec_t deadline);

/* The stack's deadline may have come forward: wakes a driver that would sleep past it. */
void drive_on_deadline_locked(struct stack *stack);

/* `waiters` were told to look; `woken`: some of them were asleep. */
void drive_on_ring_locked(struct stack *stack, const struct waiters *waiters, bool woken);

/* What the reserve does, from its beginning until drive_stop_locked. */
void drive_in_reserve(struct stack *stack);
void drive_stop_locked(struct stack *stack);

#endif
