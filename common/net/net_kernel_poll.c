/* poll, with the sockets held in the table while it waits. */
#include "net/net_kernel_poll.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "sock/sock.h"

static const struct {
    int ours;
    short kernels;
} bits[] = {
    {NET_IN, POLLIN},   {NET_OUT, POLLOUT}, {NET_ERR, POLLERR},
    {NET_HUP, POLLHUP}, {NET_PRI, POLLPRI},
};

static short to_kernel(int events)
{
    short result = 0;
    for (size_t i = 0; i < ARRAY_LEN(bits); i++)
        if (events & bits[i].ours)
            result |= bits[i].kernels;
    return result;
}

static int from_kernel(short events)
{
    int result = 0;
    for (size_t i = 0; i < ARRAY_LEN(bits); i++)
        if (events & bits[i].kernels)
            result |= bits[i].ours;
    return result;
}

static void leave_all(struct sock_table *table, const struct net_pollfd *fds, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (fds[i].sock >= 0)
            sock_table_leave(table, fds[i].sock);
}

/* All or none. */
static int enter_all(struct sock_table *table, const struct net_pollfd *fds, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        int marks = fds[i].sock < 0 ? 0 : sock_table_enter(table, fds[i].sock);
        if (marks < 0) {
            leave_all(table, fds, i);
            return marks;
        }
    }
    return 0;
}

static int wait_in(struct pollfd *waits, struct net_pollfd *fds, size_t count, usec_t deadline)
{
    for (size_t i = 0; i < count; i++)
        waits[i] = (struct pollfd){.fd = fds[i].sock, .events = to_kernel(fds[i].events)};
    int ready = sock_poll(waits, count, deadline);
    for (size_t i = 0; ready >= 0 && i < count; i++)
        fds[i].revents = from_kernel(waits[i].revents);
    return ready;
}

int net_kernel_poll(struct sock_table *table, struct net_pollfd *fds, size_t count,
                    usec_t timeout_us)
{
    enum { FEW = 16 }; /* no allocation for as many */
    struct pollfd few[FEW];
    usec_t deadline = timeout_us == NEVER ? NEVER : usec_after(clock_now(), timeout_us);
    struct pollfd *waits = count <= FEW ? few : calloc(count, sizeof(*waits));
    if (!waits)
        return -ENOMEM;
    int ready = enter_all(table, fds, count);
    if (ready == 0) {
        ready = wait_in(waits, fds, count, deadline);
        leave_all(table, fds, count);
    }
    if (waits != few)
        free(waits);
    return ready;
}
