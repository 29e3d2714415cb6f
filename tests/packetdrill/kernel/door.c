/* The table, each call handed on to the kernel. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "testbed/testbed.h"
#include "tests/packetdrill/kernel/parts.h"

/* ---- sockets ---- */

static int call_socket(void *userdata, int domain, int type, int protocol)
{
    (void)userdata;
    return socket(domain, type, protocol);
}

static int call_bind(void *userdata, int fd, const struct sockaddr *addr, socklen_t len)
{
    (void)userdata;
    return bind(fd, addr, len);
}

static int call_listen(void *userdata, int fd, int backlog)
{
    (void)userdata;
    return listen(fd, backlog);
}

static int call_accept(void *userdata, int fd, struct sockaddr *addr, socklen_t *len)
{
    (void)userdata;
    return accept(fd, addr, len);
}

static int call_connect(void *userdata, int fd, const struct sockaddr *addr, socklen_t len)
{
    (void)userdata;
    return connect(fd, addr, len);
}

static int call_close(void *userdata, int fd)
{
    (void)userdata;
    return close(fd);
}

static int call_shutdown(void *userdata, int fd, int how)
{
    (void)userdata;
    return shutdown(fd, how);
}

static int call_getsockopt(void *userdata, int fd, int level, int name, void *value, socklen_t *len)
{
    (void)userdata;
    return getsockopt(fd, level, name, value, len);
}

static int call_setsockopt(void *userdata, int fd, int level, int name, const void *value,
                           socklen_t len)
{
    (void)userdata;
    return setsockopt(fd, level, name, value, len);
}

static void enter_sockets(struct packetdrill_interface *table)
{
    table->socket = call_socket;
    table->bind = call_bind;
    table->listen = call_listen;
    table->accept = call_accept;
    table->connect = call_connect;
    table->close = call_close;
    table->shutdown = call_shutdown;
    table->getsockopt = call_getsockopt;
    table->setsockopt = call_setsockopt;
}

/* ---- transfer ---- */

static ssize_t call_read(void *userdata, int fd, void *data, size_t len)
{
    (void)userdata;
    return read(fd, data, len);
}

static ssize_t call_readv(void *userdata, int fd, const struct iovec *parts, int count)
{
    (void)userdata;
    return readv(fd, parts, count);
}

static ssize_t call_recv(void *userdata, int fd, void *data, size_t len, int flags)
{
    (void)userdata;
    return recv(fd, data, len, flags);
}

static ssize_t call_recvfrom(void *userdata, int fd, void *data, size_t len, int flags,
                             struct sockaddr *from, socklen_t *from_len)
{
    (void)userdata;
    return recvfrom(fd, data, len, flags, from, from_len);
}

static ssize_t call_recvmsg(void *userdata, int fd, struct msghdr *message, int flags)
{
    (void)userdata;
    return recvmsg(fd, message, flags);
}

static ssize_t call_write(void *userdata, int fd, const void *data, size_t len)
{
    (void)userdata;
    return write(fd, data, len);
}

static ssize_t call_writev(void *userdata, int fd, const struct iovec *parts, int count)
{
    (void)userdata;
    return writev(fd, parts, count);
}

static ssize_t call_send(void *userdata, int fd, const void *data, size_t len, int flags)
{
    (void)userdata;
    return send(fd, data, len, flags);
}

static ssize_t call_sendto(void *userdata, int fd, const void *data, size_t len, int flags,
                           const struct sockaddr *to, socklen_t to_len)
{
    (void)userdata;
    return sendto(fd, data, len, flags, to, to_len);
}

static ssize_t call_sendmsg(void *userdata, int fd, const struct msghdr *message, int flags)
{
    (void)userdata;
    return sendmsg(fd, message, flags);
}

static ssize_t call_splice(void *userdata, int fd_in, loff_t *offset_in, int fd_out,
                           loff_t *offset_out, size_t len, unsigned int flags)
{
    (void)userdata;
    return splice(fd_in, offset_in, fd_out, offset_out, len, flags);
}

static void enter_transfer(struct packetdrill_interface *table)
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

/* ---- descriptors ---- */

static int call_fcntl(void *userdata, int fd, int command, ...)
{
    (void)userdata;
    va_list arguments;
    va_start(arguments, command);
    int argument = va_arg(arguments, int);
    va_end(arguments);
    return fcntl(fd, command, argument);
}

static int call_ioctl(void *userdata, int fd, unsigned long request, ...)
{
    (void)userdata;
    va_list arguments;
    va_start(arguments, request);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    return ioctl(fd, request, argument);
}

static int call_poll(void *userdata, struct pollfd *polls, nfds_t count, int timeout_ms)
{
    (void)userdata;
    return poll(polls, count, timeout_ms);
}

static int call_epoll_create(void *userdata, int size)
{
    (void)userdata;
    return epoll_create(size);
}

static int call_epoll_ctl(void *userdata, int epoll_fd, int op, int fd, struct epoll_event *event)
{
    (void)userdata;
    return epoll_ctl(epoll_fd, op, fd, event);
}

static int call_epoll_wait(void *userdata, int epoll_fd, struct epoll_event *events, int max,
                           int timeout_ms)
{
    (void)userdata;
    return epoll_wait(epoll_fd, events, max, timeout_ms);
}

static int call_pipe(void *userdata, int fds[2])
{
    (void)userdata;
    return pipe(fds);
}

static void enter_descriptors(struct packetdrill_interface *table)
{
    table->fcntl = call_fcntl;
    table->ioctl = call_ioctl;
    table->poll = call_poll;
    table->epoll_create = call_epoll_create;
    table->epoll_ctl = call_epoll_ctl;
    table->epoll_wait = call_epoll_wait;
    table->pipe = call_pipe;
}

/* ---- beginning and end ---- */

static void end(void *userdata)
{
    kernel_wire_close(userdata);
    free(userdata);
}

static _Noreturn void refuse(const struct fault *fault)
{
    printf("# %s\n", fault->text);
    fflush(stdout);
    _exit(fault_exit_code(fault));
}

__attribute__((visibility("default"))) packetdrill_init_fn packetdrill_interface_init;

void packetdrill_interface_init(const char *flags, struct packetdrill_interface *out)
{
    struct fault fault = {0};
    struct kernel_settings settings;
    struct kernel_wire *wire = malloc(sizeof(*wire));
    if (!wire)
        fault_errno(&fault, -ENOMEM, "no wire");
    if (fault.error || testbed_enter(&fault) < 0 ||
        kernel_settings_make(&settings, flags, &fault) < 0 ||
        kernel_wire_open(wire, &settings, &fault) < 0)
        refuse(&fault);
    signal(SIGPIPE, SIG_IGN); /* a script asks for EPIPE */
    *out = (struct packetdrill_interface){.userdata = wire, .free = end};
    enter_sockets(out);
    enter_transfer(out);
    enter_descriptors(out);
    kernel_wire_enter(out);
}
