/* The table of sockets, and the visits of threads. */
#include "stack/sockets.h"

#include <errno.h>
#include <stdlib.h>

#include "base/sched.h"
#include "stack/internal.h"

enum { SLOTS_START = 64 };

int sockets_init(struct stack *stack)
{
    stack->sockets = calloc(1, sizeof(*stack->sockets));
    return stack->sockets ? 0 : -ENOMEM;
}

static void free_socket(struct socket *socket)
{
    bell_fini(&socket->bell);
    free(socket);
}

void sockets_fini(struct stack *stack)
{
    struct sockets *sockets = stack->sockets;
    for (uint32_t i = 0; i < sockets->cap; i++) {
        struct socket *socket = sockets->slots[i];
        if (socket && socket->udp)
            udp_close_locked(socket->udp);
        if (socket)
            free_socket(socket);
    }
    free(sockets->slots);
    free(sockets);
}

/* ---- numbers ---- */

/* At least half of the table stays free, so that a free slot is found at once. */
static int make_room(struct sockets *sockets)
{
    if (sockets->open < sockets->cap / 2)
        return 0;
    uint32_t cap = sockets->cap ? sockets->cap * 2 : SLOTS_START;
    struct socket **slots = realloc(sockets->slots, cap * sizeof(struct socket *));
    if (!slots)
        return -ENOMEM;
    for (uint32_t i = sockets->cap; i < cap; i++)
        slots[i] = NULL;
    sockets->slots = slots;
    sockets->cap = cap;
    return 0;
}

static int give_number(struct sockets *sockets, struct socket *socket)
{
    while (sockets->slots[sockets->next])
        sockets->next = (sockets->next + 1) % sockets->cap;
    sockets->slots[sockets->next] = socket;
    socket->number = (int)sockets->next + SOCKET_FIRST;
    sockets->next = (sockets->next + 1) % sockets->cap;
    sockets->open++;
    return socket->number;
}

static int furnish(const struct stack *stack, struct socket *socket, enum socket_type type)
{
    socket->type = type;
    socket->linger_s = -1;
    conn_options_init(&socket->options, &stack->config.tcp);
    if (type == SOCKET_DGRAM) {
        int error = udp_open_locked(&socket->udp, &socket->bell);
        if (error)
            return error;
        socket->options.rcvbuf = socket->udp->queue_limit;
    }
    return 0;
}

int sockets_open_locked(struct stack *stack, enum socket_type type, struct socket **out)
{
    if (stack->sockets->open >= stack->config.socket_limit)
        return -EMFILE;
    struct socket *socket = calloc(1, sizeof(*socket));
    if (!socket)
        return -ENOMEM;
    bell_init(&socket->bell);
    int error = make_room(stack->sockets);
    if (!error)
        error = furnish(stack, socket, type);
    if (error) {
        free_socket(socket);
        return error;
    }
    *out = socket;
    return give_number(stack->sockets, socket);
}

struct socket *sockets_find_locked(const struct stack *stack, int sock)
{
    const struct sockets *sockets = stack->sockets;
    if (sock < SOCKET_FIRST || (uint32_t)(sock - SOCKET_FIRST) >= sockets->cap)
        return NULL;
    return sockets->slots[sock - SOCKET_FIRST];
}

void sockets_remove_locked(struct stack *stack, const struct socket *socket)
{
    stack->sockets->slots[socket->number - SOCKET_FIRST] = NULL;
    stack->sockets->open--;
}

/* ---- visits ---- */

int visit_begin(struct visit *visit, struct stack *stack, int sock, const char *call)
{
    sched_point();
    *visit = (struct visit){.stack = stack, .call = call};
    visit->now = stack_enter(stack);
    visit->socket = sockets_find_locked(stack, sock);
    if (!visit->socket) {
        stack_leave(stack);
        return -EBADF;
    }
    visit->socket->users++;
    return 0;
}

void socket_leave_locked(struct socket *socket)
{
    if (--socket->users == 0 && socket->closed)
        free_socket(socket);
}

int64_t visit_end(struct visit *visit, int64_t result)
{
    socket_leave_locked(visit->socket);
    stack_leave(visit->stack);
    return result;
}

usec_t visit_deadline(const struct visit *visit, usec_t timeo, bool nonblocking)
{
    if (nonblocking)
        return visit->now;
    return timeo ? usec_after(visit->now, timeo) : NEVER;
}

bool visit_wait(struct visit *visit, usec_t deadline)
{
    if (visit->now >= deadline)
        return false;
    thread_waiting_in(visit->call, visit->socket->number);
    visit->now = bell_wait_locked(visit->stack, &visit->socket->bell, deadline);
    thread_waiting_in(NULL, -1);
    return true;
}
