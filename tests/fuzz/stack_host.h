/* The host under fire: alone on a memory link, in virtual time, and watched: after every step what
 * must always be so is looked at. */
#ifndef TESTS_FUZZ_STACK_HOST_H
#define TESTS_FUZZ_STACK_HOST_H

#include "packet/segment.h"
#include "stack/conn.h"
#include "stack/stack.h"

#define FUZZ_OUR_IP  UINT32_C(0x0a000001)
#define FUZZ_PEER_IP UINT32_C(0x0a000002)

enum { FUZZ_OUR_PORT = 8080, FUZZ_PEER_PORT = 40000, FUZZ_TEXT_MAX = 4096 };

/* Begins a life, in a simulation of its own. */
struct stack *stack_host_begin(uint8_t settings);

/* Ends it: with nobody there any more, no connection may outlive its last timer. */
void stack_host_end(void);

/* Lets time pass. */
void stack_host_pass(usec_t delay);

/* What the peer says, as a frame from its card to ours. */
void stack_host_receive(uint8_t protocol, struct span payload);
void stack_host_receive_segment(const struct segment *seg);
void stack_host_receive_frame(struct span frame);

/* The connection of that number in the table's order, counted round; NULL when there is none. */
struct conn *stack_host_conn(uint8_t number);

/* The octets 0, 1, 2, ... of every stream, from `first` on; at most FUZZ_TEXT_MAX of them. */
struct span stack_host_text(uint32_t first, size_t len);

/* Looks at all that must hold between any two steps. */
void stack_host_check(void);

#endif
