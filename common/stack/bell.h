/* What threads wait for at a socket: somebody rings, and they look again whether what they want is
 * there. Each socket has a bell of its own, so that of a thousand blocked threads the right one
 * wakes. */
#ifndef STACK_BELL_H
#define STACK_BELL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/thread.h"
#include "base/usec.h"

struct stack;

/* Guarded by the stack's lock. */
struct bell {
    struct waiters waiting;
    uint32_t polls; /* threads that wait for this socket among others: bell_poll_locked */
};

void bell_init(struct bell *bell);
void bell_fini(struct bell *bell);

/* Something changed at this socket. */
void bell_ring_locked(struct stack *stack, struct bell *bell);

/* Sends what was gathered, and waits for the bell or until `deadline`. Gives the time at which the
 * caller is inside again. Maybe for nothing: look, and wait again while `deadline` lies ahead. */
usec_t bell_wait_locked(struct stack *stack, struct bell *bell, usec_t deadline);

/* The same for any of the bells whose `polls` the caller has raised by one. */
usec_t bell_poll_locked(struct stack *stack, usec_t deadline);

#endif
