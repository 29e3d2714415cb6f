/* Sockets from their beginning to their end. */
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "packetdrill/files.h"
#include "packetdrill/kept.h"
#include "packetdrill/parts.h"
#include "stack/socket.h"

/* ---- socket, bind, listen ---- */

static int kind_of(int domain, int type, int protocol)
{
    type &= ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (type < 0 || type > SOCK_PACKET)
        return -EINVAL;
    if (domain != AF_INET)
        return -EAFNOSUPPORT;
    if (protocol < 0 || protocol >= IPPROTO_MAX)
        return -EINVAL;
    if (type == SOCK_STREAM && (protocol == 0 || protocol == IPPROTO_TCP))
        return SOCKET_STREAM;
    if (type == SOCK_DGRAM && (protocol == 0 || protocol == IPPROTO_UDP))
        return SOCKET_DGRAM;
    return type == SOCK_STREAM || type == SOCK_DGRAM ? -EPROTONOSUPPORT : -ESOCKTNOSUPPORT;
}

/* A descriptor for the stack's socket, which is closed when there is none to be had. */
static int64_t name_socket(struct door *door, int sock, bool nonblocking)
{
    if (sock < 0)
        return sock;
    socket_set_option(door->stack, sock, SOCKET_NONBLOCK, 1);
    const struct file file = {.sock = sock, .nonblocking = nonblocking};
    int fd = files_add(door, &file);
    if (fd < 0)
        socket_close(door->stack, sock);
    return fd;
}

static int call_socket(void *userdata, int domain, int type, int protocol)
{
    struct door *door = door_enter(userdata);
    int kind = kind_of(domain, type, protocol);
    int64_t result = kind;
    if (kind >= 0)
        result = name_socket(door, socket_open(door->stack, (enum socket_type)kind),
                             (type & SOCK_NONBLOCK) != 0);
    return (int)door_leave(door, result);
}

static int call_bind(void *userdata, int fd, const struct sockaddr *addr, socklen_t len)
{
    struct door *door = door_enter(userdata);
    struct stack_addr local;
    int sock = files_sock(door, fd);
    int error = sock < 0 ? sock : addr_read(addr, len, &local);
    return (int)door_leave(door, error ? error : socket_bind(door->stack, sock, &local));
}

static int call_listen(void *userdata, int fd, int backlog)
{
    struct door *door = door_enter(userdata);
    int sock = files_sock(door, fd);
    return (int)door_leave(door, sock < 0 ? sock : socket_listen(door->stack, sock, backlog));
}

/* ---- accept, connect ---- */

static int64_t accept_one(struct door *door, int fd, struct stack_addr *peer)
{
    int sock = files_sock(door, fd);
    if (sock < 0)
        return sock;
    usec_t deadline = files_patience(door, fd, SOCKET_RCVTIMEO);
    int accepted = socket_accept(door->stack, sock, peer);
    while (accepted == -EAGAIN && wait_turn(door, deadline))
        accepted = socket_accept(door->stack, sock, peer);
    if (accepted >= 0)
        files_count(door, fd, 1);
    int64_t named = name_socket(door, accepted, false);
    if (named >= 0)
        kept_inherit(door, fd, (int)named);
    return named;
}

static int call_accept(void *userdata, int fd, struct sockaddr *addr, socklen_t *len)
{
    struct door *door = door_enter(userdata);
    struct stack_addr peer;
    int64_t result = addr && !len ? -EFAULT : addr && (int)*len < 0 ? -EINVAL : 0;
    if (result == 0)
        result = accept_one(door, fd, &peer);
    if (result >= 0)
        addr_write(&peer, addr, len);
    return (int)door_leave(door, result);
}

static int64_t connect_to(struct door *door, int fd, const struct stack_addr *peer)
{
    int sock = files_sock(door, fd);
    if (sock < 0)
        return sock;
    device_meet(door, peer->ip);
    usec_t deadline = files_patience(door, fd, SOCKET_SNDTIMEO);
    bool waited = false;
    int result = socket_connect(door->stack, sock, peer);
    while ((result == -EINPROGRESS || result == -EALREADY) && wait_turn(door, deadline)) {
        waited = true;
        result = socket_connect(door->stack, sock, peer);
    }
    return waited && result == -EALREADY ? -EINPROGRESS : result;
}

static int call_connect(void *userdata, int fd, const struct sockaddr *addr, socklen_t len)
{
    struct door *door = door_enter(userdata);
    struct stack_addr peer;
    int sock = files_sock(door, fd);
    int error = sock < 0 ? sock : addr_read(addr, len, &peer);
    return (int)door_leave(door, error ? error : connect_to(door, fd, &peer));
}

/* ---- shutdown, close ---- */

static int call_shutdown(void *userdata, int fd, int how)
{
    struct door *door = door_enter(userdata);
    int64_t result = files_sock(door, fd);
    if (result >= 0 && (how < SHUT_RD || how > SHUT_RDWR))
        result = -EINVAL;
    else if (result >= 0)
        result = socket_shutdown(door->stack, (int)result, how != SHUT_WR, how != SHUT_RD);
    if (result == 0 && how != SHUT_WR)
        files_find(door, fd)->deaf = true;
    return (int)door_leave(door, result);
}

static bool awaits_ack_of_fin(const struct door *door, int sock)
{
    struct socket_info info;
    if (socket_get_info(door->stack, sock, &info) < 0)
        return false;
    enum tcp_state state = info.tcp.state;
    return state == STATE_FIN_WAIT_1 || state == STATE_CLOSING || state == STATE_LAST_ACK;
}

/* The stack's own close would wait inside the stack (SO_LINGER), so the wait comes first. */
static void linger(struct door *door, int sock)
{
    struct socket_info info;
    int64_t seconds = -1;
    socket_get_option(door->stack, sock, SOCKET_LINGER, &seconds);
    if (seconds <= 0 || socket_get_info(door->stack, sock, &info) < 0 || info.unread > 0)
        return;
    usec_t deadline = usec_after(clock_now(), SECONDS(seconds));
    socket_set_option(door->stack, sock, SOCKET_LINGER, -1);
    socket_shutdown(door->stack, sock, false, true);
    while (awaits_ack_of_fin(door, sock) && wait_turn(door, deadline))
        ;
}

static int64_t close_file(struct door *door, int fd)
{
    const struct file *found = files_find(door, fd);
    if (!found)
        return close(fd) < 0 ? -errno : 0; /* a pipe's, or nobody's */
    const struct file file = *found;
    if (file.sock >= 0)
        linger(door, file.sock);
    files_remove(door, fd);
    epoll_free(file.epoll);
    return file.sock >= 0 ? socket_close(door->stack, file.sock) : 0;
}

static int call_close(void *userdata, int fd)
{
    struct door *door = door_enter(userdata);
    return (int)door_leave(door, close_file(door, fd));
}

/* ---- fcntl, ioctl, pipe ---- */

static int64_t control(struct door *door, int fd, int command, int argument)
{
    struct file *file = files_find(door, fd);
    if (file && command == F_GETFL)
        return O_RDWR | (file->nonblocking ? O_NONBLOCK : 0);
    if (!file || command != F_SETFL) {
        int result = fcntl(fd, command, argument);
        return result < 0 ? -errno : result;
    }
    file->nonblocking = (argument & O_NONBLOCK) != 0;
    return 0;
}

static int call_fcntl(void *userdata, int fd, int command, ...)
{
    va_list arguments;
    va_start(arguments, command);
    int argument = va_arg(arguments, int);
    va_end(arguments);
    struct door *door = door_enter(userdata);
    return (int)door_leave(door, control(door, fd, command, argument));
}

/* How much lies in a queue; a SYN on its way is nothing that was written. */
static int64_t queued(const struct socket_info *info, unsigned long request)
{
    bool opening = info->tcp.state == STATE_SYN_SENT || info->tcp.state == STATE_SYN_RECEIVED;
    if (request != SIOCINQ && request != SIOCOUTQ && request != SIOCOUTQNSD)
        return -ENOTTY;
    if (info->tcp.state == STATE_LISTEN)
        return -EINVAL;
    if (request == SIOCINQ)
        return info->unread;
    if (opening)
        return 0;
    return info->tcp.unsent + (request == SIOCOUTQ ? info->tcp.unacked : 0);
}

static int64_t at_mark(const struct door *door, int sock)
{
    int64_t mark = 0;
    int error = socket_get_option(door->stack, sock, SOCKET_ATMARK, &mark);
    return error ? error : mark;
}

static int64_t ask(struct door *door, int fd, unsigned long request, int *answer)
{
    struct socket_info info;
    int sock = files_sock(door, fd);
    if (sock < 0 || socket_get_info(door->stack, sock, &info) < 0)
        return sock < 0 ? sock : -EBADF;
    int64_t told = request == SIOCATMARK ? at_mark(door, sock) : queued(&info, request);
    if (told >= 0 && !answer)
        return -EFAULT;
    if (told >= 0)
        *answer = (int)told;
    return told < 0 ? told : 0;
}

static int64_t set_nonblocking(const struct door *door, int fd, const int *on)
{
    struct file *file = files_find(door, fd);
    if (!file)
        return -EBADF;
    if (!on)
        return -EFAULT;
    file->nonblocking = *on != 0;
    return 0;
}

static int call_ioctl(void *userdata, int fd, unsigned long request, ...)
{
    va_list arguments;
    va_start(arguments, request);
    int *argument = va_arg(arguments, int *);
    va_end(arguments);
    struct door *door = door_enter(userdata);
    return (int)door_leave(door, request == FIONBIO ? set_nonblocking(door, fd, argument)
                                                    : ask(door, fd, request, argument));
}

static int call_pipe(void *userdata, int fds[2])
{
    (void)userdata;
    return pipe(fds);
}

void calls_enter(struct packetdrill_interface *table)
{
    table->socket = call_socket;
    table->bind = call_bind;
    table->listen = call_listen;
    table->accept = call_accept;
    table->connect = call_connect;
    table->shutdown = call_shutdown;
    table->close = call_close;
    table->fcntl = call_fcntl;
    table->ioctl = call_ioctl;
    table->pipe = call_pipe;
}
