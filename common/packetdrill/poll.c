/* What is ready, and waiting for it. */
#include <errno.h>

#include "base/clock.h"
#include "packetdrill/files.h"
#include "packetdrill/kept.h"
#include "packetdrill/parts.h"
#include "stack/socket.h"

/* Nothing will come any more: POLLRDHUP, which the stack's own poll does not tell. Either the peer
 * has said its last, or this side does not listen and so reads the end at once. */
static bool has_ended(const struct door *door, int fd, bool readable)
{
    const struct file *file = files_find(door, fd);
    struct socket_info info;
    if (socket_get_info(door->stack, file->sock, &info) < 0 || !info.stream)
        return false;
    enum tcp_state state = info.tcp.state;
    return state == STATE_CLOSE_WAIT || state == STATE_LAST_ACK || state == STATE_CLOSING ||
           state == STATE_TIME_WAIT ||
           ((state == STATE_CLOSED || file->deaf) && info.peer.port != 0) ||
           (readable && state != STATE_LISTEN && info.unread == 0);
}

/* A descriptor of the kernel's, or none. */
static int poll_kernel(int fd)
{
    struct pollfd one = {.fd = fd, .events = POLLIN | POLLOUT | POLLRDNORM | POLLWRNORM};
    return poll(&one, 1, 0) < 0 ? POLLNVAL : one.revents;
}

int poll_bits(const struct door *door, int fd)
{
    int sock = files_sock(door, fd);
    if (!files_find(door, fd))
        return poll_kernel(fd);
    struct socket_poll poll = {.sock = sock, .events = SOCKET_IN | SOCKET_OUT | SOCKET_PRI};
    if (sock < 0 || socket_poll(door->stack, &poll, 1, 0) < 0)
        return POLLNVAL;
    int ready = poll.revents;
    if (kept_too_few(door, fd, SIZE_MAX))
        ready &= ~SOCKET_IN;
    if (kept_too_much(door, fd))
        ready &= ~SOCKET_OUT;
    return (ready & SOCKET_IN ? POLLIN | POLLRDNORM : 0) |
           (ready & SOCKET_OUT ? POLLOUT | POLLWRNORM : 0) | (ready & SOCKET_PRI ? POLLPRI : 0) |
           (ready & SOCKET_ERR ? POLLERR : 0) | (ready & SOCKET_HUP ? POLLHUP : 0) |
           (has_ended(door, fd, (ready & SOCKET_IN) != 0) ? POLLRDHUP : 0);
}

static int look(const struct door *door, struct pollfd *polls, nfds_t count)
{
    int ready = 0;
    for (nfds_t i = 0; i < count; i++) {
        int asked = polls[i].events | POLLERR | POLLHUP | POLLNVAL;
        int found = polls[i].fd < 0 ? 0 : poll_bits(door, polls[i].fd) & asked;
        polls[i].revents = (short)found;
        ready += found != 0;
    }
    return ready;
}

usec_t poll_deadline(int timeout_ms)
{
    return usec_after(clock_now(), timeout_ms < 0 ? DOOR_PATIENCE : MS(timeout_ms));
}

static int call_poll(void *userdata, struct pollfd *polls, nfds_t count, int timeout_ms)
{
    struct door *door = door_enter(userdata);
    if (!polls && count > 0)
        return (int)door_leave(door, -EFAULT);
    usec_t deadline = poll_deadline(timeout_ms);
    int ready = look(door, polls, count);
    while (ready == 0 && wait_turn(door, deadline))
        ready = look(door, polls, count);
    return (int)door_leave(door, ready);
}

void poll_enter(struct packetdrill_interface *table)
{
    table->poll = call_poll;
}
