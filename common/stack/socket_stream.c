/* Stream sockets: from the calls of a program to a connection or a listener. */
#include <errno.h>

#include "stack/conns.h"
#include "stack/internal.h"
#include "stack/sockets.h"

static struct ports *ports_of(const struct visit *visit)
{
    return &visit->stack->conns->ports;
}

/* The connection and the socket part; it lives on until the core is done with it. */
static void part(struct visit *visit)
{
    struct conn *conn = visit->socket->conn;
    visit->socket->conn = NULL;
    visit->socket->connecting = false;
    conn->bell = NULL;
    conn_pump_locked(visit->stack, visit->now, conn);
}

static bool is_shaking_hands(const struct socket *socket)
{
    return socket->conn && socket->connecting &&
           (socket->conn->tcb.state == STATE_SYN_SENT ||
            socket->conn->tcb.state == STATE_SYN_RECEIVED);
}

/* ---- bind, listen ---- */

static int take_port(struct visit *visit, uint16_t port)
{
    struct socket *socket = visit->socket;
    if (port == 0)
        port = ports_choose_locked(visit->stack, ports_is_free);
    if (port == 0 || !ports_may_share(ports_of(visit), &socket->bound, port))
        return -EADDRINUSE;
    ports_take(ports_of(visit), &socket->bound, port);
    return 0;
}

static int stream_bind(struct visit *visit, const struct stack_addr *addr)
{
    struct socket *socket = visit->socket;
    if (addr->ip != 0 && addr->ip != visit->stack->config.ip)
        return -EADDRNOTAVAIL;
    if (socket->bound.port != 0 || socket->conn)
        return -EINVAL;
    int error = take_port(visit, addr->port);
    if (!error)
        socket->bound_ip = addr->ip;
    return error;
}

int socket_bind(struct stack *stack, int sock, const struct stack_addr *addr)
{
    struct visit visit;
    int error = visit_begin(&visit, stack, sock, "bind");
    if (error)
        return error;
    return (int)visit_end(&visit, visit.socket->udp
                                      ? udp_bind_locked(stack, visit.socket->udp, addr)
                                      : stream_bind(&visit, addr));
}

static int begin_listening(struct visit *visit)
{
    struct socket *socket = visit->socket;
    int error = socket->bound.port == 0 ? take_port(visit, 0) : 0;
    if (error)
        return error;
    if (!ports_may_share(ports_of(visit), &socket->bound, socket->bound.port))
        return -EADDRINUSE;
    listener_init(&socket->listener, &socket->bell, &socket->bound, &socket->options);
    ports_listen(ports_of(visit), &socket->bound, &socket->listener);
    socket->listening = true;
    return 0;
}

static int stream_listen(struct visit *visit, int backlog)
{
    struct socket *socket = visit->socket;
    if (socket->udp)
        return -EOPNOTSUPP;
    if (socket->conn)
        return -EINVAL;
    int error = socket->listening ? 0 : begin_listening(visit);
    if (!error) /* a negative backlog is the largest, as on Linux */
        socket->listener.backlog = min_u32((uint32_t)backlog, LISTENER_BACKLOG_MAX);
    return error;
}

int socket_listen(struct stack *stack, int sock, int backlog)
{
    struct visit visit;
    int error = visit_begin(&visit, stack, sock, "listen");
    if (error)
        return error;
    return (int)visit_end(&visit, stream_listen(&visit, backlog));
}

static void stop_listening(struct visit *visit)
{
    struct socket *socket = visit->socket;
    socket->listening = false;
    socket->bound.listener = NULL;
    listener_fini_locked(visit->stack, visit->now, &socket->listener);
    bell_ring_locked(visit->stack, &socket->bell);
}

/* ---- accept ---- */

/* A socket for the connection that waits longest; without one the connection goes on waiting. */
static int adopt(struct visit *visit, struct stack_addr *peer)
{
    const struct socket *from = visit->socket;
    struct socket *socket;
    int sock = sockets_open_locked(visit->stack, SOCKET_STREAM, &socket);
    if (sock < 0)
        return sock;
    socket->conn = listener_take_locked(&visit->socket->listener);
    socket->conn->bell = &socket->bell;
    socket->options = from->options;
    socket->linger_s = from->linger_s;
    socket->rcvtimeo = from->rcvtimeo;
    socket->sndtimeo = from->sndtimeo;
    socket->bound.reuse_addr = from->bound.reuse_addr;
    const struct isn_tuple *tuple = &socket->conn->tcb.tuple;
    if (peer)
        *peer = (struct stack_addr){tuple->remote_ip, tuple->remote_port};
    return sock;
}

static int stream_accept(struct visit *visit, struct stack_addr *peer)
{
    const struct socket *socket = visit->socket;
    if (socket->udp)
        return -EOPNOTSUPP;
    usec_t deadline = visit_deadline(visit, socket->rcvtimeo, socket->nonblocking);
    while (!socket->closed && socket->listening && socket->listener.accept_count == 0)
        if (!visit_wait(visit, deadline))
            return -EAGAIN;
    if (socket->closed || !socket->listening)
        return -EINVAL;
    return adopt(visit, peer);
}

int socket_accept(struct stack *stack, int sock, struct stack_addr *peer)
{
    struct visit visit;
    int error = visit_begin(&visit, stack, sock, "accept");
    if (error)
        return error;
    return (int)visit_end(&visit, stream_accept(&visit, peer));
}

/* ---- connect ---- */

/* The four-tuple of a connection to `peer` that does not exist yet. */
static int choose_tuple(const struct visit *visit, const struct stack_addr *peer,
                        struct isn_tuple *tuple)
{
    struct stack *stack = visit->stack;
    uint16_t port = visit->socket->bound.port;
    if (!ip_is_neighbour(stack, peer->ip))
        return -ENETUNREACH;
    *tuple = (struct isn_tuple){stack->config.ip, peer->ip, port, peer->port};
    if (port == 0)
        tuple->local_port = ports_choose_for_locked(stack, visit->now, tuple);
    else if (!ports_tuple_is_free(stack, visit->now, tuple))
        return -EADDRNOTAVAIL;
    return tuple->local_port ? 0 : -EADDRNOTAVAIL;
}

static int begin_connecting(struct visit *visit, const struct stack_addr *peer)
{
    struct socket *socket = visit->socket;
    struct isn_tuple tuple;
    struct conn *conn;
    int error = choose_tuple(visit, peer, &tuple);
    if (!error)
        error = conn_new_locked(visit->stack, visit->now, &tuple, &conn);
    if (error)
        return error;
    conn->bell = &socket->bell;
    conn->port.reuse_addr = socket->bound.reuse_addr;
    conn_set_options(conn, &socket->options, visit->now);
    tcp_open_active(&conn->tcb, visit->now);
    socket->conn = conn;
    socket->connecting = true;
    socket->shut_in = false;
    conn_pump_locked(visit->stack, visit->now, conn);
    return 0;
}

/* What the handshake came to. A socket that failed is free for another attempt. */
static int connect_outcome(struct visit *visit)
{
    struct socket *socket = visit->socket;
    if (socket->closed || !socket->conn)
        return -ECONNABORTED;
    if (state_is_synchronized(socket->conn->tcb.state)) {
        socket->connecting = false;
        return 0;
    }
    int error = tcp_take_error(&socket->conn->tcb);
    part(visit);
    return error ? error : -ECONNABORTED;
}

static int stream_connect(struct visit *visit, const struct stack_addr *peer)
{
    struct socket *socket = visit->socket;
    bool begun = socket->conn != NULL;
    if (socket->listening || (begun && !socket->connecting))
        return -EISCONN;
    int error = begun ? 0 : begin_connecting(visit, peer);
    if (error)
        return error;
    usec_t deadline = visit_deadline(visit, socket->sndtimeo, socket->nonblocking);
    while (!socket->closed && is_shaking_hands(socket))
        if (!visit_wait(visit, deadline))
            return begun && socket->nonblocking ? -EALREADY : -EINPROGRESS;
    return connect_outcome(visit);
}

int socket_connect(struct stack *stack, int sock, const struct stack_addr *peer)
{
    struct visit visit;
    int error = visit_begin(&visit, stack, sock, "connect");
    if (error)
        return error;
    return (int)visit_end(&visit, visit.socket->udp
                                      ? udp_connect_locked(stack, visit.socket->udp, peer)
                                      : stream_connect(&visit, peer));
}

/* ---- send, recv ---- */

static int64_t send_some(struct visit *visit, struct span data, int flags)
{
    struct socket *socket = visit->socket;
    if (socket->closed || !socket->conn)
        return -EPIPE;
    if (is_shaking_hands(socket))
        return -EAGAIN;
    unsigned how = flags & SOCKET_OOB ? TCP_CALL_URGENT : 0;
    socket->conn->tcb.nagle.corked = socket->options.cork || flags & SOCKET_MORE;
    int64_t taken = conn_send(socket->conn, data, how, visit->now);
    conn_pump_locked(visit->stack, visit->now, socket->conn);
    return taken;
}

/* What ends a send half done is for the next one to tell. */
static bool has_error(const struct socket *socket)
{
    return socket->conn && tcp_readiness(&socket->conn->tcb) & TCP_ERROR;
}

int64_t stream_send(struct visit *visit, struct span data, int flags)
{
    const struct socket *socket = visit->socket;
    bool at_once = socket->nonblocking || flags & SOCKET_DONTWAIT;
    usec_t deadline = visit_deadline(visit, socket->sndtimeo, at_once);
    int64_t taken;
    size_t done = 0;
    do {
        const struct span rest = {data.data + done, data.len - done};
        taken = send_some(visit, rest, flags);
        if (taken > 0)
            done += (size_t)taken;
        else if (taken != -EAGAIN || !visit_wait(visit, deadline))
            break;
    } while (done < data.len && !(done > 0 && has_error(socket)));
    return done > 0 ? (int64_t)done : taken;
}

static int64_t recv_urgent(const struct socket *socket, struct buffer data, unsigned how)
{
    if (socket->closed || !socket->conn || data.cap == 0)
        return socket->conn ? 0 : -ENOTCONN;
    return tcp_receive_urgent(&socket->conn->tcb, data.data, how);
}

static int64_t recv_some(struct visit *visit, struct buffer data, unsigned how)
{
    const struct socket *socket = visit->socket;
    if (socket->closed)
        return 0;
    if (!socket->conn)
        return -ENOTCONN;
    int64_t got = tcp_receive(&socket->conn->tcb, data, how);
    conn_pump_locked(visit->stack, visit->now, socket->conn);
    return got == -EAGAIN && socket->shut_in ? 0 : got;
}

int64_t stream_recv(struct visit *visit, struct buffer data, int flags)
{
    const struct socket *socket = visit->socket;
    bool at_once = socket->nonblocking || flags & SOCKET_DONTWAIT;
    usec_t deadline = visit_deadline(visit, socket->rcvtimeo, at_once);
    unsigned how = flags & SOCKET_PEEK ? TCP_CALL_PEEK : 0;
    if (flags & SOCKET_OOB)
        return recv_urgent(socket, data, how);
    int64_t got = recv_some(visit, data, how);
    while (got == -EAGAIN && visit_wait(visit, deadline))
        got = recv_some(visit, data, how);
    return got;
}

/* ---- shutdown, close ---- */

static int shut_connection(struct visit *visit, bool in, bool out)
{
    struct socket *socket = visit->socket;
    struct tcb *tcb = &socket->conn->tcb;
    bool over = tcb->state == STATE_CLOSED || tcb->state == STATE_TIME_WAIT;
    int error = over ? -ENOTCONN : 0;
    if (tcb->state == STATE_SYN_SENT)
        tcp_abort(tcb); /* whichever direction: as on Linux */
    else if (out && !error)
        tcp_shutdown(tcb);
    if (in)
        tcp_stop_reading(tcb);
    socket->shut_in |= in;
    conn_pump_locked(visit->stack, visit->now, socket->conn);
    bell_ring_locked(visit->stack, &socket->bell);
    return error;
}

int stream_shutdown(struct visit *visit, bool in, bool out)
{
    const struct socket *socket = visit->socket;
    if (socket->listening && in)
        stop_listening(visit);
    else if (socket->conn)
        return shut_connection(visit, in, out);
    else if (!socket->listening)
        return -ENOTCONN;
    return 0;
}

static bool awaits_ack_of_fin(enum tcp_state state)
{
    return state == STATE_FIN_WAIT_1 || state == STATE_CLOSING || state == STATE_LAST_ACK;
}

/* SO_LINGER: the call waits until the peer has acknowledged everything, or the time is over. */
static void linger(struct visit *visit)
{
    struct conn *conn = visit->socket->conn;
    usec_t deadline = usec_after(visit->now, SECONDS(visit->socket->linger_s));
    if (conn->tcb.rcvbuf.ready > 0)
        return;
    tcp_shutdown(&conn->tcb);
    conn_pump_locked(visit->stack, visit->now, conn);
    while (awaits_ack_of_fin(conn->tcb.state) && visit_wait(visit, deadline))
        ;
}

void stream_close(struct visit *visit)
{
    struct socket *socket = visit->socket;
    if (socket->listening)
        stop_listening(visit);
    if (socket->conn && socket->linger_s > 0)
        linger(visit);
    if (socket->conn) {
        if (socket->linger_s == 0)
            tcp_abort(&socket->conn->tcb);
        else
            tcp_close(&socket->conn->tcb, visit->now);
        part(visit);
    }
    ports_release(ports_of(visit), &socket->bound);
}

/* ---- poll ---- */

int stream_poll(const struct socket *socket)
{
    if (socket->listening)
        return socket->listener.accept_count > 0 ? SOCKET_IN : 0;
    if (!socket->conn)
        return SOCKET_OUT | SOCKET_HUP;
    unsigned ready = conn_readiness(socket->conn);
    bool shut_both = socket->shut_in && socket->conn->tcb.sndbuf.closed;
    return (ready & TCP_READABLE || socket->shut_in ? SOCKET_IN : 0) |
           (ready & TCP_WRITABLE ? SOCKET_OUT : 0) | (ready & TCP_ERROR ? SOCKET_ERR : 0) |
           (ready & TCP_HUNG_UP || shut_both ? SOCKET_HUP : 0) | (ready & TCP_OOB ? SOCKET_PRI : 0);
}
