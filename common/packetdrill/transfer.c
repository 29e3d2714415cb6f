/* Reading and writing, in all the ways that POSIX has for it. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "packetdrill/files.h"
#include "packetdrill/kept.h"
#include "packetdrill/parts.h"
#include "stack/socket.h"

static int flags_of(int flags)
{
    return SOCKET_DONTWAIT | (flags & MSG_PEEK ? SOCKET_PEEK : 0) |
           (flags & MSG_OOB ? SOCKET_OOB : 0) | (flags & MSG_MORE ? SOCKET_MORE : 0) |
           (flags & MSG_TRUNC ? SOCKET_TRUNC : 0);
}

/* ---- in ---- */

struct reading {
    int fd;
    struct buffer room;
    int flags;
    struct stack_addr *from; /* or NULL */
};

static int64_t receive_some(struct door *door, const struct reading *r, int sock, usec_t deadline)
{
    int flags = flags_of(r->flags);
    if (kept_too_few(door, r->fd, r->room.cap))
        while (kept_too_few(door, r->fd, SIZE_MAX) && wait_turn(door, deadline))
            ;
    int64_t got = socket_recv(door->stack, sock, r->room, flags, r->from);
    while (got == -EAGAIN && wait_turn(door, deadline))
        got = socket_recv(door->stack, sock, r->room, flags, r->from);
    return got;
}

/* MSG_WAITALL: until the room is full, or the stream ends. */
static int64_t receive_all(struct door *door, const struct reading *r, int sock, usec_t deadline)
{
    struct reading rest = *r;
    int64_t got;
    do {
        got = receive_some(door, &rest, sock, deadline);
        if (got <= 0)
            break;
        rest.room.data += got;
        rest.room.cap -= (size_t)got;
    } while (rest.room.cap > 0);
    return rest.room.data > r->room.data ? rest.room.data - r->room.data : got;
}

/* No octet is asked for, but waited for nevertheless. */
static int64_t receive_nothing(struct door *door, const struct reading *r, int sock)
{
    uint8_t octet;
    const struct reading one = {r->fd, {&octet, 1}, r->flags | MSG_PEEK, r->from};
    usec_t deadline = files_patience(door, r->fd, SOCKET_RCVTIMEO);
    int64_t got = receive_some(door, &one, sock, r->flags & MSG_DONTWAIT ? 0 : deadline);
    return got > 0 ? 0 : got;
}

static int64_t receive(struct door *door, const struct reading *r)
{
    int sock = files_sock(door, r->fd);
    if (sock < 0)
        return sock;
    if (r->flags & MSG_ERRQUEUE)
        return -EAGAIN; /* nothing ever stands in it */
    if (!r->room.data && r->room.cap > 0)
        return -EFAULT;
    if (r->room.cap == 0)
        return receive_nothing(door, r, sock);
    usec_t deadline = files_patience(door, r->fd, SOCKET_RCVTIMEO);
    if (r->flags & MSG_DONTWAIT)
        deadline = 0;
    bool all = r->flags & MSG_WAITALL && !(r->flags & MSG_PEEK);
    int64_t got =
        all ? receive_all(door, r, sock, deadline) : receive_some(door, r, sock, deadline);
    if (!(r->flags & MSG_PEEK))
        files_count(door, r->fd, got);
    return got;
}

/* NOLINTNEXTLINE(readability-function-size): the arguments are POSIX' */
static ssize_t call_recvfrom(void *userdata, int fd, void *data, size_t len, int flags,
                             struct sockaddr *from, socklen_t *from_len)
{
    struct door *door = door_enter(userdata);
    struct stack_addr peer = {0};
    const struct reading reading = {fd, {data, len}, flags, &peer};
    int64_t got = receive(door, &reading);
    if (got >= 0)
        addr_write(&peer, from, from_len);
    return door_leave(door, got);
}

static ssize_t call_recv(void *userdata, int fd, void *data, size_t len, int flags)
{
    return call_recvfrom(userdata, fd, data, len, flags, NULL, NULL);
}

/* What is no socket is a pipe of the kernel's. */
static ssize_t call_read(void *userdata, int fd, void *data, size_t len)
{
    if (!door_has(userdata, fd))
        return read(fd, data, len);
    if (len == 0)
        return 0;
    return call_recv(userdata, fd, data, len, 0);
}

/* Room for all the parts of a message, or NULL and errno. */
static uint8_t *room_for(const struct msghdr *message, size_t *len)
{
    if (!message || message->msg_iovlen > IOV_MAX) {
        errno = message ? EMSGSIZE : EFAULT;
        return NULL;
    }
    const struct iovec *parts = message->msg_iov;
    size_t count = message->msg_iovlen;
    bool missing = !parts && count > 0;
    *len = 0;
    for (size_t i = 0; i < count && !missing; i++) {
        missing = !parts[i].iov_base && parts[i].iov_len > 0;
        *len += parts[i].iov_len;
    }
    uint8_t *room = missing || *len > SSIZE_MAX ? NULL : malloc(*len + 1);
    if (!room)
        errno = missing ? EFAULT : *len > SSIZE_MAX ? EINVAL : ENOMEM;
    return room;
}

static void scatter(const uint8_t *from, size_t len, const struct iovec *parts)
{
    for (; len > 0; parts++) {
        size_t part = min_size(len, parts->iov_len);
        memcpy(parts->iov_base, from, part);
        from += part;
        len -= part;
    }
}

static int tell_unread(void *userdata, int fd, struct msghdr *message)
{
    struct door *door = door_enter(userdata);
    return (int)door_leave(door, kept_tell_unread(door, fd, message));
}

static ssize_t call_recvmsg(void *userdata, int fd, struct msghdr *message, int flags)
{
    size_t cap;
    uint8_t *whole = room_for(message, &cap);
    if (!whole)
        return -1;
    ssize_t got = call_recvfrom(userdata, fd, whole, cap, flags, message->msg_name,
                                message->msg_name ? &message->msg_namelen : NULL);
    if (got > 0)
        scatter(whole, min_size((size_t)got, cap), message->msg_iov);
    if (got >= 0)
        message->msg_flags = tell_unread(userdata, fd, message);
    free(whole);
    return got;
}

static ssize_t call_readv(void *userdata, int fd, const struct iovec *parts, int count)
{
    if (count < 0 || count > IOV_MAX) {
        errno = EINVAL;
        return -1;
    }
    if (count == 0)
        return 0;
    struct msghdr message = {.msg_iov = (struct iovec *)parts, .msg_iovlen = (size_t)count};
    return call_recvmsg(userdata, fd, &message, 0);
}

/* ---- out ---- */

struct writing {
    int fd;
    struct span text;
    int flags;
    const struct stack_addr *to; /* or NULL */
};

static int64_t send_all(struct door *door, const struct writing *w, int sock, usec_t deadline)
{
    int flags = flags_of(w->flags);
    struct span rest = w->text;
    int64_t taken;
    do {
        size_t room = kept_room(door, w->fd);
        const struct span fits = {rest.data, min_size(rest.len, room)};
        taken = room > 0 || rest.len == 0 ? socket_send(door->stack, sock, fits, flags, w->to)
                                          : -EAGAIN;
        if (taken == -EAGAIN)
            continue;
        if (taken < 0)
            break;
        rest.data += taken;
        rest.len -= (size_t)taken;
    } while (rest.len > 0 && wait_turn(door, deadline));
    size_t done = w->text.len - rest.len;
    return done > 0 ? (int64_t)done : taken;
}

static int64_t transmit(struct door *door, const struct writing *w)
{
    int sock = files_sock(door, w->fd);
    if (sock < 0)
        return sock;
    if (w->flags & MSG_FASTOPEN)
        return -EOPNOTSUPP;
    if (!w->text.data && w->text.len > 0)
        return -EFAULT;
    if (w->to)
        device_meet(door, w->to->ip);
    usec_t deadline = files_patience(door, w->fd, SOCKET_SNDTIMEO);
    return send_all(door, w, sock, w->flags & MSG_DONTWAIT ? 0 : deadline);
}

/* NOLINTNEXTLINE(readability-function-size): the arguments are POSIX' */
static ssize_t call_sendto(void *userdata, int fd, const void *data, size_t len, int flags,
                           const struct sockaddr *to, socklen_t to_len)
{
    struct door *door = door_enter(userdata);
    struct stack_addr peer;
    struct writing writing = {fd, {data, len}, flags, NULL};
    int error = to ? addr_read(to, to_len, &peer) : 0;
    if (to)
        writing.to = &peer;
    return door_leave(door, error ? error : transmit(door, &writing));
}

static ssize_t call_send(void *userdata, int fd, const void *data, size_t len, int flags)
{
    return call_sendto(userdata, fd, data, len, flags, NULL, 0);
}

static ssize_t call_write(void *userdata, int fd, const void *data, size_t len)
{
    if (!door_has(userdata, fd))
        return write(fd, data, len);
    return call_send(userdata, fd, data, len, 0);
}

static void gather(const struct iovec *parts, size_t count, uint8_t *to)
{
    for (size_t i = 0; i < count; to += parts[i].iov_len, i++)
        memcpy(to, parts[i].iov_base, parts[i].iov_len);
}

static ssize_t call_sendmsg(void *userdata, int fd, const struct msghdr *message, int flags)
{
    size_t len;
    uint8_t *whole = room_for(message, &len);
    if (!whole)
        return -1;
    gather(message->msg_iov, message->msg_iovlen, whole);
    ssize_t taken =
        call_sendto(userdata, fd, whole, len, flags, message->msg_name, message->msg_namelen);
    free(whole);
    return taken;
}

static ssize_t call_writev(void *userdata, int fd, const struct iovec *parts, int count)
{
    if (count < 0 || count > IOV_MAX) {
        errno = EINVAL;
        return -1;
    }
    const struct msghdr message = {.msg_iov = (struct iovec *)parts, .msg_iovlen = (size_t)count};
    return call_sendmsg(userdata, fd, &message, 0);
}

/* ---- splice ---- */

/* Through memory: that octets are not copied is nothing that a peer could see. */
/* NOLINTNEXTLINE(readability-function-size): the arguments are POSIX' */
static ssize_t call_splice(void *userdata, int fd_in, loff_t *offset_in, int fd_out,
                           loff_t *offset_out, size_t len, unsigned int flags)
{
    uint8_t octets[4096];
    (void)flags;
    if (offset_in || offset_out) {
        errno = ESPIPE;
        return -1;
    }
    ssize_t got = call_read(userdata, fd_in, octets, min_size(len, sizeof(octets)));
    return got > 0 ? call_write(userdata, fd_out, octets, (size_t)got) : got;
}

void transfer_enter(struct packetdrill_interface *table)
{
    table->read = call_read;
    table->readv = call_readv;
    table->recv = call_recv;
    table->recvfrom = call_recvfrom;
    table->recvmsg = call_recvmsg;
    table->write = call_write;
    table->writev = call_writev;
    table->send = call_send;
    table->sendto = call_sendto;
    table->sendmsg = call_sendmsg;
    table->splice = call_splice;
}
