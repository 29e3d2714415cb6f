/* A list of uses for each port, found by its number. */
#include "stack/ports.h"

#include "stack/conn.h"
#include "stack/conns.h"
#include "stack/internal.h"
#include "tcp/incarnation.h"

uint16_t ports_choose_locked(struct stack *stack,
                             bool (*is_free)(const struct stack *stack, uint16_t port))
{
    const uint32_t first = stack->config.port_first, count = stack->config.port_last - first + 1;
    uint32_t start = (uint32_t)prng_below(&stack->prng, count);
    for (uint32_t i = 0; i < count; i++) {
        uint16_t port = (uint16_t)(first + (start + i) % count);
        if (is_free(stack, port))
            return port;
    }
    return 0;
}

bool ports_tuple_is_free(const struct stack *stack, usec_t now, const struct isn_tuple *tuple)
{
    const struct conn *old = conn_table_find(&stack->conns->table, tuple);
    return !old || (!old->bell && incarnation_reusable(&old->tcb, now));
}

/* A port in use by others is nobody's to share, but for the last connection to the same peer. */
static bool suits(const struct stack *stack, usec_t now, const struct isn_tuple *tuple)
{
    return ports_is_free(stack, tuple->local_port) ||
           (conn_table_find(&stack->conns->table, tuple) && ports_tuple_is_free(stack, now, tuple));
}

uint16_t ports_choose_for_locked(struct stack *stack, usec_t now, const struct isn_tuple *to)
{
    const uint32_t first = stack->config.port_first, count = stack->config.port_last - first + 1;
    struct isn_tuple tuple = *to;
    tuple.local_port = 0;
    uint32_t offset = isn_hash(&stack->config.key, &tuple) % count;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t turn = stack->conns->ports.chosen++ % count;
        tuple.local_port = (uint16_t)(first + (offset + turn) % count);
        if (suits(stack, now, &tuple))
            return tuple.local_port;
    }
    return 0;
}

bool ports_is_free(const struct stack *stack, uint16_t port)
{
    return !stack->conns->ports.first[port];
}

bool ports_may_share(const struct ports *ports, const struct port_use *use, uint16_t port)
{
    for (const struct port_use *other = ports->first[port]; other; other = other->next)
        if (other != use && (other->listener || !other->reuse_addr || !use->reuse_addr))
            return false;
    return true;
}

void ports_take(struct ports *ports, struct port_use *use, uint16_t port)
{
    struct port_use **first = &ports->first[port];
    if (*first && (*first)->listener)
        first = &(*first)->next; /* the listener stays in front */
    use->port = port;
    use->next = *first;
    use->prev = first == &ports->first[port] ? NULL : ports->first[port];
    if (use->next)
        use->next->prev = use;
    *first = use;
}

void ports_release(struct ports *ports, struct port_use *use)
{
    if (use->port == 0)
        return;
    if (use->next)
        use->next->prev = use->prev;
    if (use->prev)
        use->prev->next = use->next;
    else
        ports->first[use->port] = use->next;
    *use = (struct port_use){.reuse_addr = use->reuse_addr};
}

void ports_listen(struct ports *ports, struct port_use *use, struct listener *listener)
{
    uint16_t port = use->port;
    ports_release(ports, use);
    ports_take(ports, use, port);
    use->listener = listener;
}
