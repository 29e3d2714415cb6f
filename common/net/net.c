/* From the API to the back-end, telling the event log of each call on its way in and out.
 *
 * Told is what a program does: calls that change something or may wait; setsockopt goes by the name
 * of its option. Queries (getsockopt, getsockname, info, and a poll that only looks) are not, they
 * would drown the rest. Without a sink a call costs two comparisons more. */
#include "net/backend.h"

#include <errno.h>

#include "base/clock.h"

static void tell(const struct net *net, enum event_kind kind, const struct event_call *call)
{
    if (!net->sink)
        return;
    struct event event = {.at = clock_now(), .kind = kind, .host = net->host, .call = *call};
    event_put(net->sink, &event);
}

static void entered(const struct net *net, const struct event_call *call)
{
    tell(net, EVENT_CALL, call);
}

static int64_t returned(const struct net *net, struct event_call *call, int64_t result)
{
    call->result = result;
    tell(net, EVENT_RETURN, call);
    return result;
}

/* For the calls that answer with a descriptor, a count or nothing. */
static int returned_int(const struct net *net, struct event_call *call, int result)
{
    return (int)returned(net, call, result);
}

int net_socket(struct net *net, enum net_type type)
{
    struct event_call call = {.name = "socket", .sock = -1, .argument = type};
    entered(net, &call);
    return returned_int(net, &call, net->ops->socket(net, type));
}

int net_bind(struct net *net, int sock, const struct net_addr *addr)
{
    struct event_call call = {.name = "bind", .sock = sock, .argument = addr->port};
    entered(net, &call);
    return returned_int(net, &call, net->ops->bind(net, sock, addr));
}

int net_listen(struct net *net, int sock, int backlog)
{
    struct event_call call = {.name = "listen", .sock = sock, .argument = backlog};
    entered(net, &call);
    return returned_int(net, &call, net->ops->listen(net, sock, backlog));
}

int net_accept(struct net *net, int sock, struct net_addr *peer)
{
    struct event_call call = {.name = "accept", .sock = sock};
    entered(net, &call);
    return returned_int(net, &call, net->ops->accept(net, sock, peer));
}

int net_connect(struct net *net, int sock, const struct net_addr *peer)
{
    struct event_call call = {.name = "connect", .sock = sock, .argument = peer->port};
    entered(net, &call);
    return returned_int(net, &call, net->ops->connect(net, sock, peer));
}

int64_t net_send(struct net *net, int sock, const void *data, size_t len, int flags)
{
    if (flags & ~(NET_DONTWAIT | NET_OOB | NET_MORE))
        return -EINVAL;
    struct event_call call = {.name = "send", .sock = sock, .argument = (int64_t)len};
    entered(net, &call);
    struct span span = {.data = data, .len = len};
    return returned(net, &call, net->ops->send(net, sock, span, flags));
}

int64_t net_recv(struct net *net, int sock, void *data, size_t cap, int flags)
{
    if (flags & ~(NET_DONTWAIT | NET_PEEK | NET_OOB))
        return -EINVAL;
    struct event_call call = {.name = "recv", .sock = sock, .argument = (int64_t)cap};
    entered(net, &call);
    struct buffer buffer = {.data = data, .cap = cap};
    return returned(net, &call, net->ops->recv(net, sock, buffer, flags));
}

int64_t net_sendto(struct net *net, int sock, struct span data, const struct net_addr *to)
{
    struct event_call call = {.name = "sendto", .sock = sock, .argument = (int64_t)data.len};
    entered(net, &call);
    return returned(net, &call, net->ops->sendto(net, sock, data, to));
}

int64_t net_recvfrom(struct net *net, int sock, struct buffer data, int flags,
                     struct net_addr *from)
{
    if (flags & ~(NET_DONTWAIT | NET_PEEK | NET_TRUNC))
        return -EINVAL;
    struct event_call call = {.name = "recvfrom", .sock = sock, .argument = (int64_t)data.cap};
    entered(net, &call);
    return returned(net, &call, net->ops->recvfrom(net, sock, data, flags, from));
}

int net_shutdown(struct net *net, int sock, enum net_how how)
{
    struct event_call call = {.name = "shutdown", .sock = sock, .argument = how};
    entered(net, &call);
    return returned_int(net, &call, net->ops->shutdown(net, sock, how));
}

int net_close(struct net *net, int sock)
{
    struct event_call call = {.name = "close", .sock = sock};
    entered(net, &call);
    return returned_int(net, &call, net->ops->close(net, sock));
}

int net_setsockopt(struct net *net, int sock, enum net_option option, int64_t value)
{
    struct event_call call = {.name = net_option_name(option), .sock = sock, .argument = value};
    entered(net, &call);
    return returned_int(net, &call, net->ops->setsockopt(net, sock, option, value));
}

int net_getsockopt(struct net *net, int sock, enum net_option option, int64_t *value)
{
    return net->ops->getsockopt(net, sock, option, value);
}

int net_getsockname(struct net *net, int sock, struct net_addr *addr)
{
    return net->ops->getsockname(net, sock, addr);
}

int net_poll(struct net *net, struct net_pollfd *fds, size_t count, usec_t timeout_us)
{
    if (timeout_us == 0)
        return net->ops->poll(net, fds, count, 0);
    struct event_call call = {.name = "poll", .sock = -1, .argument = (int64_t)count};
    entered(net, &call);
    return returned_int(net, &call, net->ops->poll(net, fds, count, timeout_us));
}

int net_info(struct net *net, int sock, struct net_info *info)
{
    return net->ops->info(net, sock, info);
}

const char *net_name(const struct net *net)
{
    return net->ops->name;
}

void net_free(struct net *net)
{
    if (net)
        net->ops->free(net);
}
