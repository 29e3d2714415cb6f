/* Datagram sockets: from the calls of a program to UDP. */
#include <errno.h>

#include "stack/internal.h"
#include "stack/sockets.h"

int64_t datagram_send(struct visit *visit, struct span data, const struct stack_addr *to)
{
    return udp_send_locked(visit->stack, visit->now, visit->socket->udp, data, to);
}

static int64_t recv_next(const struct socket *socket, struct udp_receiving *receiving)
{
    return socket->closed ? 0 : udp_receive_locked(socket->udp, receiving);
}

int64_t datagram_recv(struct visit *visit, struct buffer data, int flags, struct stack_addr *from)
{
    const struct socket *socket = visit->socket;
    bool at_once = socket->nonblocking || flags & SOCKET_DONTWAIT;
    usec_t deadline = visit_deadline(visit, socket->rcvtimeo, at_once);
    struct udp_receiving receiving = {.out = data, .peek = flags & SOCKET_PEEK};
    int64_t got = recv_next(socket, &receiving);
    while (got == -EAGAIN && visit_wait(visit, deadline))
        got = recv_next(socket, &receiving);
    if (got < 0)
        return got;
    if (from)
        *from = receiving.from;
    return flags & SOCKET_TRUNC ? (int64_t)receiving.whole_len : got;
}

/* On a socket without a peer it works and fails at once, as on Linux. */
int datagram_shutdown(struct visit *visit, bool in, bool out)
{
    struct udp_socket *udp = visit->socket->udp;
    udp_shutdown_locked(visit->stack, udp, in, out);
    return udp->peer.port ? 0 : -ENOTCONN;
}

/* A datagram never waits for room: it goes, or is lost. */
int datagram_poll(const struct socket *socket)
{
    const struct udp_socket *udp = socket->udp;
    bool readable = udp->shut_in || udp->first;
    return SOCKET_OUT | (readable ? SOCKET_IN : 0) | (udp->error ? SOCKET_ERR : 0) |
           (udp->shut_in && udp->shut_out ? SOCKET_HUP : 0);
}
