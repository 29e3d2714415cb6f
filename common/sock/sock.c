/* The calls, each in its own few lines. */
#include "sock/sock.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"

static int64_t answer(int64_t result)
{
    return result < 0 ? -errno : result;
}

static int answer_int(int result)
{
    return result < 0 ? -errno : result;
}

int sock_bind(int fd, const struct sockaddr_in *addr)
{
    return answer_int(bind(fd, (const struct sockaddr *)addr, sizeof(*addr)));
}

int sock_listen(int fd, int backlog)
{
    return answer_int(listen(fd, backlog));
}

int sock_poll(struct pollfd *fds, nfds_t count, usec_t deadline)
{
    for (;;) {
        usec_t left = deadline == NEVER ? 0 : usec_max(deadline - clock_now(), 0);
        struct timespec wait = {.tv_sec = left / USEC_S, .tv_nsec = left % USEC_S * 1000};
        int ready = answer_int(ppoll(fds, count, deadline == NEVER ? NULL : &wait, NULL));
        if (ready != -EINTR)
            return ready;
    }
}

usec_t sock_deadline(int fd, int timeout)
{
    struct timeval value = {0};
    socklen_t len = sizeof(value);
    if (getsockopt(fd, SOL_SOCKET, timeout, &value, &len))
        return NEVER;
    usec_t us = SECONDS(value.tv_sec) + value.tv_usec;
    return us ? usec_after(clock_now(), us) : NEVER;
}

/* Whether a call that ended with `*result` is to be made again: it was interrupted, and its socket
 * became ready before the deadline. Past it the result is that of a call that timed out. */
static bool resumes(int64_t *result, int fd, short events, usec_t deadline)
{
    if (*result != -EINTR)
        return false;
    if (deadline == NEVER)
        return true;
    int ready = sock_poll(&(struct pollfd){.fd = fd, .events = events}, 1, deadline);
    *result = ready ? ready : -EAGAIN;
    return ready > 0;
}

int sock_accept(int fd, struct sockaddr_in *peer, usec_t deadline)
{
    int64_t result;
    do {
        socklen_t len = sizeof(*peer);
        result = answer(accept4(fd, (struct sockaddr *)peer, &len, SOCK_CLOEXEC));
    } while (resumes(&result, fd, POLLIN, deadline));
    return (int)result;
}

int64_t sock_send(int fd, struct span data, int flags, const struct sockaddr_in *to,
                  usec_t deadline)
{
    int64_t result;
    do {
        result = answer(sendto(fd, data.data, data.len, flags | MSG_NOSIGNAL,
                               (const struct sockaddr *)to, to ? sizeof(*to) : 0));
    } while (resumes(&result, fd, POLLOUT, deadline));
    return result;
}

int64_t sock_recv(int fd, struct buffer data, int flags, struct sockaddr_in *from, usec_t deadline)
{
    int64_t result;
    do {
        socklen_t len = sizeof(*from);
        result = answer(
            recvfrom(fd, data.data, data.cap, flags, (struct sockaddr *)from, from ? &len : NULL));
    } while (resumes(&result, fd, POLLIN, deadline));
    return result;
}

static int connect_without_waiting(int fd, const struct sockaddr_in *peer, int mode)
{
    if (fcntl(fd, F_SETFL, mode | O_NONBLOCK))
        return -errno;
    int error = answer_int(connect(fd, (const struct sockaddr *)peer, sizeof(*peer)));
    if (fcntl(fd, F_SETFL, mode))
        return -errno;
    return error;
}

/* Back to an unconnected socket. */
static int disconnect(int fd)
{
    struct sockaddr none = {.sa_family = AF_UNSPEC};
    return answer_int(connect(fd, &none, sizeof(none)));
}

/* What the attempt came to, once poll has said that it is over. */
static int connect_outcome(int fd, const struct sockaddr_in *peer, int revents)
{
    if (!(revents & (POLLERR | POLLHUP))) /* stands; this call only makes the kernel notice */
        return answer_int(connect(fd, (const struct sockaddr *)peer, sizeof(*peer)));
    int failure = 0;
    int error = sock_get(fd, SOL_SOCKET, SO_ERROR, &failure);
    if (error)
        return error;
    if (!failure)
        return sock_peer(fd, &(struct sockaddr_in){0}) ? -ECONNABORTED : 0;
    error = disconnect(fd);
    return error ? error : -failure;
}

/* Waits in poll and not in connect: there a signal or a shutdown just before the wait would be
 * missed, and a wait once interrupted could not be resumed. */
int sock_connect(int fd, const struct sockaddr_in *peer, usec_t deadline)
{
    int mode = fcntl(fd, F_GETFL);
    if (mode < 0)
        return -errno;
    int error = connect_without_waiting(fd, peer, mode);
    if ((error != -EINPROGRESS && error != -EALREADY) || (mode & O_NONBLOCK))
        return error;
    struct pollfd wait = {.fd = fd, .events = POLLOUT};
    int ready = sock_poll(&wait, 1, deadline);
    if (ready <= 0)
        return ready ? ready : -EINPROGRESS;
    return connect_outcome(fd, peer, wait.revents);
}

int sock_shutdown(int fd, int how)
{
    return answer_int(shutdown(fd, how));
}

int sock_close(int fd)
{
    return answer_int(close(fd));
}

int sock_abort(int fd)
{
    return disconnect(fd);
}

int sock_get(int fd, int level, int name, int *value)
{
    socklen_t len = sizeof(*value);
    return answer_int(getsockopt(fd, level, name, value, &len));
}

int sock_set(int fd, int level, int name, int value)
{
    return answer_int(setsockopt(fd, level, name, &value, sizeof(value)));
}

int sock_local(int fd, struct sockaddr_in *addr)
{
    socklen_t len = sizeof(*addr);
    return answer_int(getsockname(fd, (struct sockaddr *)addr, &len));
}

int sock_peer(int fd, struct sockaddr_in *addr)
{
    socklen_t len = sizeof(*addr);
    return answer_int(getpeername(fd, (struct sockaddr *)addr, &len));
}

static int queue_length(int fd, unsigned long which)
{
    int bytes = 0;
    int error = answer_int(ioctl(fd, which, &bytes));
    return error ? error : bytes;
}

int sock_unread(int fd)
{
    return queue_length(fd, SIOCINQ);
}

int sock_unacked(int fd)
{
    return queue_length(fd, SIOCOUTQ);
}
