/* One queue of threads for each socket, and one of the host's for those who wait for several. */
#include "stack/bell.h"

#include "stack/internal.h"

void bell_init(struct bell *bell)
{
    waiters_init(&bell->waiting);
    bell->polls = 0;
}

void bell_fini(struct bell *bell)
{
    waiters_fini(&bell->waiting);
}

static void tell(struct stack *stack, struct waiters *waiters)
{
    bool woken = waiters_wake(waiters, &stack->lock);
    drive_on_ring_locked(stack, waiters, woken);
}

void bell_ring_locked(struct stack *stack, struct bell *bell)
{
    tell(stack, &bell->waiting);
    if (bell->polls > 0)
        tell(stack, &stack->pollers);
}

static usec_t wait_in(struct stack *stack, struct waiters *waiters, usec_t deadline)
{
    stack_finish_locked(stack);
    if (!drive_locked(stack, waiters, deadline))
        waiters_wait(waiters, &stack->lock, deadline);
    return stack_now_locked(stack);
}

usec_t bell_wait_locked(struct stack *stack, struct bell *bell, usec_t deadline)
{
    return wait_in(stack, &bell->waiting, deadline);
}

usec_t bell_poll_locked(struct stack *stack, usec_t deadline)
{
    return wait_in(stack, &stack->pollers, deadline);
}
