/* The socket calls: in, to the kind of socket it is, and out. */
#include "stack/socket.h"

#include <errno.h>

#include "base/sched.h"
#include "stack/internal.h"
#include "stack/sockets.h"

int socket_open(struct stack *stack, enum socket_type type)
{
    struct socket *socket;
    sched_point();
    stack_enter(stack);
    int result = sockets_open_locked(stack, type, &socket);
    stack_leave(stack);
    return result;
}

int64_t socket_send(struct stack *stack, int sock, struct span data, int flags,
                    const struct stack_addr *to)
{
    struct visit visit;
    int error = visit_begin(&visit, stack, sock, "send");
    if (error)
        return error;
    return visit_end(&visit, visit.socket->udp ? datagram_send(&visit, data, to)
                                               : stream_send(&visit, data, flags));
}

int64_t socket_recv(struct stack *stack, int sock, struct buffer data, int flags,
                    struct stack_addr *from)
{
    struct visit visit;
    int error = visit_begin(&visit, stack, sock, "recv");
    if (error)
        return error;
    return visit_end(&visit, visit.socket->udp ? datagram_recv(&visit, data, flags, from)
                                               : stream_recv(&visit, data, flags));
}

int socket_shutdown(struct stack *stack, int sock, bool in, bool out)
{
    struct visit visit;
    int error = visit_begin(&visit, stack, sock, "shutdown");
    if (error)
        return error;
    return (int)visit_end(&visit, visit.socket->udp ? datagram_shutdown(&visit, in, out)
                                                    : stream_shutdown(&visit, in, out));
}

/* From here on nobody finds it; those inside are woken and leave. */
int socket_close(struct stack *stack, int sock)
{
    struct visit visit;
    int error = visit_begin(&visit, stack, sock, "close");
    if (error)
        return error;
    struct socket *socket = visit.socket;
    sockets_remove_locked(stack, socket);
    socket->closed = true;
    bell_ring_locked(stack, &socket->bell);
    if (socket->udp)
        udp_close_locked(socket->udp);
    else
        stream_close(&visit);
    socket->udp = NULL;
    return (int)visit_end(&visit, 0);
}

static struct stack_addr name_of(const struct stack *stack, const struct socket *socket)
{
    if (socket->udp)
        return socket->udp->local;
    if (socket->conn)
        return (struct stack_addr){stack->config.ip, socket->conn->tcb.tuple.local_port};
    return (struct stack_addr){socket->bound_ip, socket->bound.port};
}

static struct stack_addr peer_of(const struct socket *socket)
{
    if (socket->udp)
        return socket->udp->peer;
    if (!socket->conn)
        return (struct stack_addr){0};
    const struct isn_tuple *tuple = &socket->conn->tcb.tuple;
    return (struct stack_addr){tuple->remote_ip, tuple->remote_port};
}

int socket_get_name(struct stack *stack, int sock, struct stack_addr *addr)
{
    struct visit visit;
    int error = visit_begin(&visit, stack, sock, "getsockname");
    if (error)
        return error;
    *addr = name_of(stack, visit.socket);
    return (int)visit_end(&visit, 0);
}

static void describe_listener(const struct stack *stack, const struct listener *listener,
                              struct socket_info *info)
{
    info->tcp.state = STATE_LISTEN;
    info->accept_queue = listener->accept_count;
    info->accept_limit = listener->backlog;
    info->syn_queue = listener->syn_count;
    info->syn_limit = stack->config.syn_queue_limit;
}

static void describe_connection(const struct conn *conn, struct socket_info *info)
{
    tcp_status(&conn->tcb, &info->tcp);
    info->traffic = conn->traffic;
}

int socket_get_info(struct stack *stack, int sock, struct socket_info *info)
{
    struct visit visit;
    int error = visit_begin(&visit, stack, sock, "info");
    if (error)
        return error;
    const struct socket *socket = visit.socket;
    *info = (struct socket_info){
        .stream = socket->type == SOCKET_STREAM,
        .local = name_of(stack, socket),
        .peer = peer_of(socket),
        .tcp = {.state = STATE_CLOSED, .congestion = socket->options.congestion},
    };
    if (socket->listening)
        describe_listener(stack, &socket->listener, info);
    else if (socket->conn)
        describe_connection(socket->conn, info);
    info->unread = socket->udp ? udp_unread(socket->udp) : info->tcp.unread;
    return (int)visit_end(&visit, 0);
}
