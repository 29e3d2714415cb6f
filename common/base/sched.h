/* The simulation's scheduler: real threads, one baton, virtual time.
 *
 * Between sched_begin and sched_end the threads of base/thread.h still are pthreads, but only the
 * one that holds the baton runs. It keeps it until it blocks (monitor_wait, monitor_enter of a
 * monitor that is taken, thread_sleep_until, thread_join) or comes to a sched_point; the baton
 * goes to whoever became ready first. While any thread can run, time moves by the microsecond
 * that each sched_point costs; when all are blocked it jumps to the earliest deadline. Nothing
 * depends on the kernel's scheduling, so every run is the same run.
 *
 * Stacks and wire are no threads but handlers: they tell when they have something to do, and are
 * called then, by the thread that happens to hold the baton. */
#ifndef BASE_SCHED_H
#define BASE_SCHED_H

#include <stdbool.h>
#include <stdint.h>

#include "base/list.h"
#include "base/usec.h"

/* Makes the process a simulation. Call from the only thread there is; it takes part as "main".
 * Time starts at one second, so that no time that was set is 0. Also keeps the process on one CPU:
 * handing the baton across CPUs costs seven times as much. */
void sched_begin(uint64_t seed);

/* Back to real threads and the real clock. All other threads must have been joined and all
 * handlers removed. */
void sched_end(void);

bool sched_is_virtual(void);

/* The seed of this simulation, from which everything left to chance must be drawn. The scheduler
 * itself leaves nothing to chance. */
uint64_t sched_seed(void);

/* Costs a microsecond and lets every thread that is ready run first. Every call of the socket API
 * is one, so that a loop that polls moves the clock on. Does nothing outside a simulation. Must
 * not be called while holding a monitor that a handler enters. */
void sched_point(void);

/* Something that acts at a time of its own choosing. */
struct sched_handler {
    const char *name;                   /* for reports */
    usec_t (*deadline)(void *arg);      /* when to run next, NEVER: not unless something happens */
    void (*run)(void *arg, usec_t now); /* must not block; afterwards `deadline` lies ahead */
    void *arg;
    struct list_link listed; /* the scheduler's */
};

/* Handlers due at the same time run in the order in which they were added, and before threads.
 * The handler stays the caller's and must live until it is removed. Not from within a handler. */
void sched_add_handler(struct sched_handler *handler);
void sched_remove_handler(struct sched_handler *handler);

/* When every thread waits and no deadline is left, nothing can ever happen again. `hook` gets the
 * report, a line for each thread with what it waits in, and must not return. Without a hook the
 * report goes to stderr and the process ends with exit code 1, the one place where library code
 * does so: the threads that would have to return an error are all blocked. */
void sched_on_deadlock(void (*hook)(const char *report));

#endif
