/* poll over the sockets of one host. */
#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/sched.h"
#include "stack/internal.h"
#include "stack/sockets.h"

enum { FEW = 16 }; /* no allocation for as many */

/* A thread inside all the sockets it polls. */
struct poll_round {
    struct stack *stack;
    struct socket_poll *polls;
    struct socket **sockets; /* NULL where the number is negative */
    size_t count;
    usec_t now;
};

static void leave(struct poll_round *round, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (round->sockets[i])
            socket_leave_locked(round->sockets[i]);
}

/* All or none. */
static int enter(struct poll_round *round)
{
    for (size_t i = 0; i < round->count; i++) {
        int sock = round->polls[i].sock;
        round->sockets[i] = sock < 0 ? NULL : sockets_find_locked(round->stack, sock);
        if (sock >= 0 && !round->sockets[i]) {
            leave(round, i);
            return -EBADF;
        }
        if (round->sockets[i])
            round->sockets[i]->users++;
    }
    return 0;
}

/* How many are ready. */
static int look(const struct poll_round *round)
{
    int ready = 0;
    for (size_t i = 0; i < round->count; i++) {
        const struct socket *socket = round->sockets[i];
        struct socket_poll *poll = &round->polls[i];
        int found = !socket ? 0 : socket->udp ? datagram_poll(socket) : stream_poll(socket);
        poll->revents = found & (poll->events | SOCKET_ERR | SOCKET_HUP);
        ready += poll->revents != 0;
    }
    return ready;
}

static void count_polls(const struct poll_round *round, uint32_t change)
{
    for (size_t i = 0; i < round->count; i++)
        if (round->sockets[i])
            round->sockets[i]->bell.polls += change;
}

/* One socket is waited for at its own bell; for several there is one queue, whose threads all wake
 * when any of their sockets rings. */
static void wait_for_any(struct poll_round *round, usec_t deadline)
{
    thread_waiting_in("poll", round->count > 0 ? round->polls[0].sock : -1);
    if (round->count == 1 && round->sockets[0]) {
        round->now = bell_wait_locked(round->stack, &round->sockets[0]->bell, deadline);
    } else {
        count_polls(round, 1);
        round->now = bell_poll_locked(round->stack, deadline);
        count_polls(round, (uint32_t)-1);
    }
    thread_waiting_in(NULL, -1);
}

static int poll_inside(struct poll_round *round, usec_t timeout_us)
{
    round->now = stack_enter(round->stack);
    usec_t deadline = usec_after(round->now, timeout_us);
    int ready = enter(round);
    if (ready == 0) {
        while ((ready = look(round)) == 0 && round->now < deadline)
            wait_for_any(round, deadline);
        leave(round, round->count);
    }
    stack_leave(round->stack);
    return ready;
}

int socket_poll(struct stack *stack, struct socket_poll *polls, size_t count, usec_t timeout_us)
{
    struct socket *few[FEW];
    struct poll_round round = {.stack = stack, .polls = polls, .sockets = few, .count = count};
    sched_point();
    if (count > FEW)
        round.sockets = calloc(count, sizeof(struct socket *));
    if (!round.sockets)
        return -ENOMEM;
    int ready = poll_inside(&round, timeout_us);
    if (round.sockets != few)
        free(round.sockets);
    return ready;
}
