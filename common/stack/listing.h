/* Every TCP socket of a host, as its stack sees it: what SOCK_DIAG tells of the kernel's, also of
 * those that no program holds any more (TIME-WAIT) or yet (SYN-RECEIVED). */
#ifndef STACK_LISTING_H
#define STACK_LISTING_H

#include "base/tcp_state.h"
#include "stack/stack.h"

enum stack_timer {
    STACK_TIMER_NONE,
    STACK_TIMER_RETRANSMIT,
    STACK_TIMER_KEEPALIVE,
    STACK_TIMER_TIME_WAIT, /* also the end of a FIN-WAIT-2 that nobody owns */
    STACK_TIMER_PROBE,
};

struct stack_entry {
    enum tcp_state state;
    struct stack_addr local, peer;
    uint32_t recv_queue, send_queue; /* octets unread, octets unacknowledged; LISTEN: connections
                                        waiting to be accepted, and how many may */
    enum stack_timer timer;          /* the one that fires next, delayed ACKs aside */
    usec_t timer_us;                 /* in how long */
    uint32_t timer_count;            /* how often in a row it has fired */
};

/* Calls `each` for every listener and every connection, all as they are at one moment. `each` must
 * not call the stack. */
void stack_list(struct stack *stack, void (*each)(const struct stack_entry *entry, void *arg),
                void *arg);

#endif
