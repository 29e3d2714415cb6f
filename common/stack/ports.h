/* Local ports: which may be bound, and which are given to those who do not care. */
#ifndef STACK_PORTS_H
#define STACK_PORTS_H

#include <stdbool.h>
#include <stdint.h>

enum { /* as Linux' ip_local_port_range; RFC 6056 section 3.2 would rather have all from 1024 */
       PORTS_EPHEMERAL_FIRST = 32768,
       PORTS_EPHEMERAL_LAST = 60999,
};

struct stack;

/* Picks an ephemeral port for which `is_free` says so, starting at random (RFC 6056 section 3.3.1,
 * algorithm 1). Returns it, or 0 when all are taken. */
uint16_t ports_choose_locked(struct stack *stack,
                             bool (*is_free)(const struct stack *stack, uint16_t port));

#endif
