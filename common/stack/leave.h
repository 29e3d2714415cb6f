/* How a host leaves in good order. Under the kernel connections outlive the program that closed
 * them; a host of our own ends with its program, so that program has to wait a little. */
#ifndef STACK_LEAVE_H
#define STACK_LEAVE_H

#include <stdbool.h>

#include "base/usec.h"

struct stack;

/* Waits until all connections are over, at most until `deadline`; returns whether they are. One in
 * TIME_WAIT counts as over: it has nothing more to say unless its last ACK was lost, which the peer
 * will have to bear. */
bool stack_settle(struct stack *stack, usec_t deadline);

/* Resets every connection: what is left to do about those who do not end. */
void stack_reset_all(struct stack *stack);

#endif
