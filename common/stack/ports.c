/* Ephemeral ports. */
#include "stack/ports.h"

#include "stack/internal.h"

uint16_t ports_choose_locked(struct stack *stack,
                             bool (*is_free)(const struct stack *stack, uint16_t port))
{
    const uint32_t count = PORTS_EPHEMERAL_LAST - PORTS_EPHEMERAL_FIRST + 1;
    uint32_t start = (uint32_t)prng_below(&stack->prng, count);
    for (uint32_t i = 0; i < count; i++) {
        uint16_t port = (uint16_t)(PORTS_EPHEMERAL_FIRST + (start + i) % count);
        if (is_free(stack, port))
            return port;
    }
    return 0;
}
