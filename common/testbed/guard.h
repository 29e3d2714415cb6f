/* A second process that outlives the holder of a testbed for a moment, only to forget it: whoever
 * is killed, or crashes, cannot remove its own registration. */
#ifndef TESTBED_GUARD_H
#define TESTBED_GUARD_H

#include "testbed/registry.h"

struct guard {
    pid_t pid;
    int rope; /* the guard holds the other end, and feels when this one is let go */
};

/* Starts it for a name that the calling process is about to register. Call while there is but one
 * thread, and with the signals of interrupt_block kept away, which the guard inherits. Returns 0 or
 * a negative errno. */
int guard_post(struct guard *guard, struct registry *registry, const char *name);

/* Ends it when the holder ends in order. */
void guard_dismiss(struct guard *guard);

#endif
