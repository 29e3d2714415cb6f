/* The sixteen operations on the kernel's sockets.
 *
 * Each enters the socket in the table, makes the call, and leaves: so that another thread's close
 * finds out who is inside (sock/table.h). What a blocked call answers when its socket was closed
 * under it is made the same everywhere: accept -EINVAL, connect -ECONNABORTED, recv 0, send -EPIPE.
 */
#include "net/net_kernel.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "net/backend.h"
#include "net/net_kernel_addr.h"
#include "net/net_kernel_info.h"
#include "net/net_kernel_options.h"
#include "net/net_kernel_poll.h"
#include "sock/sock.h"
#include "sock/table.h"

struct net_kernel {
    struct net net;
    int netns_fd;
    struct sock_table table;
};

static struct sock_table *table_of(struct net *net)
{
    return &((struct net_kernel *)net)->table;
}

/* Takes a new descriptor into the table, or closes it when there is no room. */
static int adopt(struct net *net, int fd, int marks)
{
    int error = sock_table_add(table_of(net), fd, (uint32_t)marks);
    if (!error)
        return fd;
    sock_close(fd);
    return error;
}

/* What an error becomes when the socket was closed by another thread meanwhile. */
static int64_t after_close(struct net *net, int sock, int64_t result, int64_t closed)
{
    if (result >= 0 || !(sock_table_marks(table_of(net), sock) & SOCK_CLOSING))
        return result;
    return closed;
}

static usec_t deadline_of(int sock, int marks, int timeout)
{
    return marks & SOCK_TIMED ? sock_deadline(sock, timeout) : NEVER;
}

static int kernel_socket(struct net *net, enum net_type type)
{
    bool datagrams = type == NET_DGRAM;
    struct socket_kind kind = {.domain = AF_INET, .type = datagrams ? SOCK_DGRAM : SOCK_STREAM};
    int fd = netns_socket(((struct net_kernel *)net)->netns_fd, kind);
    if (fd < 0)
        return fd;
    /* Datagrams above the MTU are refused, not cut into fragments. */
    int error = datagrams ? sock_set(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DO) : 0;
    if (error) {
        sock_close(fd);
        return error;
    }
    return adopt(net, fd, datagrams ? SOCK_DATAGRAMS : 0);
}

static int kernel_bind(struct net *net, int sock, const struct net_addr *addr)
{
    int marks = sock_table_enter(table_of(net), sock);
    if (marks < 0)
        return marks;
    struct sockaddr_in to = net_addr_to(addr);
    int error = sock_bind(sock, &to);
    sock_table_leave(table_of(net), sock);
    return error;
}

static int kernel_listen(struct net *net, int sock, int backlog)
{
    int marks = sock_table_enter(table_of(net), sock);
    if (marks < 0)
        return marks;
    int error = sock_listen(sock, backlog);
    sock_table_leave(table_of(net), sock);
    return error;
}

static int kernel_accept(struct net *net, int sock, struct net_addr *peer)
{
    int marks = sock_table_enter(table_of(net), sock);
    if (marks < 0)
        return marks;
    struct sockaddr_in from;
    int fd = sock_accept(sock, &from, deadline_of(sock, marks, SO_RCVTIMEO));
    fd = (int)after_close(net, sock, fd, -EINVAL);
    sock_table_leave(table_of(net), sock);
    if (fd < 0)
        return fd;
    if (peer)
        *peer = net_addr_from(&from);
    return adopt(net, fd, marks & SOCK_TIMED); /* timeouts are inherited */
}

static int kernel_connect(struct net *net, int sock, const struct net_addr *peer)
{
    int marks = sock_table_enter(table_of(net), sock);
    if (marks < 0)
        return marks;
    struct sockaddr_in to = net_addr_to(peer);
    int error = sock_connect(sock, &to, deadline_of(sock, marks, SO_SNDTIMEO));
    if (error == -ECONNRESET && (sock_table_marks(table_of(net), sock) & SOCK_SHUT))
        error = -ECONNABORTED; /* the kernel's name for a shutdown of our own while connecting */
    error = (int)after_close(net, sock, error, -ECONNABORTED);
    sock_table_leave(table_of(net), sock);
    return error;
}

static int message_flags(int flags)
{
    return (flags & NET_DONTWAIT ? MSG_DONTWAIT : 0) | (flags & NET_PEEK ? MSG_PEEK : 0) |
           (flags & NET_OOB ? MSG_OOB : 0) | (flags & NET_MORE ? MSG_MORE : 0) |
           (flags & NET_TRUNC ? MSG_TRUNC : 0);
}

static int64_t transmit(struct net *net, int sock, struct span data, int flags,
                        const struct sockaddr_in *to)
{
    int marks = sock_table_enter(table_of(net), sock);
    if (marks < 0)
        return marks;
    int64_t sent =
        sock_send(sock, data, message_flags(flags), to, deadline_of(sock, marks, SO_SNDTIMEO));
    sent = after_close(net, sock, sent, -EPIPE);
    sock_table_leave(table_of(net), sock);
    return sent;
}

static int64_t receive(struct net *net, int sock, struct buffer data, int flags,
                       struct sockaddr_in *from)
{
    int marks = sock_table_enter(table_of(net), sock);
    if (marks < 0)
        return marks;
    if (!(marks & SOCK_DATAGRAMS))
        flags &= ~NET_TRUNC; /* on a stream the kernel would throw the bytes away */
    int64_t got =
        sock_recv(sock, data, message_flags(flags), from, deadline_of(sock, marks, SO_RCVTIMEO));
    got = after_close(net, sock, got, 0);
    sock_table_leave(table_of(net), sock);
    return got;
}

static int64_t kernel_send(struct net *net, int sock, struct span data, int flags)
{
    return transmit(net, sock, data, flags, NULL);
}

static int64_t kernel_sendto(struct net *net, int sock, struct span data, const struct net_addr *to)
{
    if (!to)
        return transmit(net, sock, data, 0, NULL);
    struct sockaddr_in addr = net_addr_to(to);
    return transmit(net, sock, data, 0, &addr);
}

static int64_t kernel_recv(struct net *net, int sock, struct buffer data, int flags)
{
    return receive(net, sock, data, flags, NULL);
}

static int64_t kernel_recvfrom(struct net *net, int sock, struct buffer data, int flags,
                               struct net_addr *from)
{
    struct sockaddr_in addr = {0}; /* a stream leaves it so */
    int64_t got = receive(net, sock, data, flags, &addr);
    if (got >= 0 && from)
        *from = net_addr_from(&addr);
    return got;
}

static int kernel_shutdown(struct net *net, int sock, enum net_how how)
{
    static const int hows[] = {
        [NET_SHUT_RD] = SHUT_RD, [NET_SHUT_WR] = SHUT_WR, [NET_SHUT_RDWR] = SHUT_RDWR};
    int marks = sock_table_enter(table_of(net), sock);
    if (marks < 0)
        return marks;
    sock_table_mark(table_of(net), sock, SOCK_SHUT);
    int error = sock_shutdown(sock, hows[how]);
    sock_table_leave(table_of(net), sock);
    return error;
}

static int kernel_close(struct net *net, int sock)
{
    return sock_table_close(table_of(net), sock);
}

static int kernel_setsockopt(struct net *net, int sock, enum net_option option, int64_t value)
{
    int marks = sock_table_enter(table_of(net), sock);
    if (marks < 0)
        return marks;
    int error = net_kernel_set(sock, option, value);
    if (!error && (option == NET_SO_RCVTIMEO || option == NET_SO_SNDTIMEO))
        sock_table_mark(table_of(net), sock, SOCK_TIMED);
    sock_table_leave(table_of(net), sock);
    return error;
}

static int kernel_getsockopt(struct net *net, int sock, enum net_option option, int64_t *value)
{
    int marks = sock_table_enter(table_of(net), sock);
    if (marks < 0)
        return marks;
    int error = net_kernel_get(sock, option, value);
    sock_table_leave(table_of(net), sock);
    return error;
}

static int kernel_getsockname(struct net *net, int sock, struct net_addr *addr)
{
    int marks = sock_table_enter(table_of(net), sock);
    if (marks < 0)
        return marks;
    struct sockaddr_in local;
    int error = sock_local(sock, &local);
    if (!error)
        *addr = net_addr_from(&local);
    sock_table_leave(table_of(net), sock);
    return error;
}

static int kernel_poll(struct net *net, struct net_pollfd *fds, size_t count, usec_t timeout_us)
{
    return net_kernel_poll(table_of(net), fds, count, timeout_us);
}

static int kernel_info(struct net *net, int sock, struct net_info *info)
{
    int marks = sock_table_enter(table_of(net), sock);
    if (marks < 0)
        return marks;
    int error = net_kernel_info(sock, info);
    sock_table_leave(table_of(net), sock);
    return error;
}

static void kernel_free(struct net *net)
{
    sock_table_fini(table_of(net));
    free(net);
}

static const struct net_ops kernel_ops = {
    .name = "kernel",
    .socket = kernel_socket,
    .bind = kernel_bind,
    .listen = kernel_listen,
    .accept = kernel_accept,
    .connect = kernel_connect,
    .send = kernel_send,
    .recv = kernel_recv,
    .sendto = kernel_sendto,
    .recvfrom = kernel_recvfrom,
    .shutdown = kernel_shutdown,
    .close = kernel_close,
    .setsockopt = kernel_setsockopt,
    .getsockopt = kernel_getsockopt,
    .getsockname = kernel_getsockname,
    .poll = kernel_poll,
    .info = kernel_info,
    .free = kernel_free,
};

int net_kernel_new(struct net **out, const struct net_kernel_config *config)
{
    struct net_kernel *kernel = malloc(sizeof(*kernel));
    if (!kernel)
        return -ENOMEM;
    kernel->net = (struct net){.ops = &kernel_ops, .sink = config->sink, .host = config->host};
    kernel->netns_fd = config->netns_fd;
    sock_table_init(&kernel->table);
    *out = &kernel->net;
    return 0;
}
