/* The sixteen operations on a stack's sockets. Both sides mean the same by the same words; here
 * one's types become the other's. */
#include "net/net_own.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "net/backend.h"
#include "stack/socket.h"

static_assert((int)SOCKET_DONTWAIT == NET_DONTWAIT && (int)SOCKET_PEEK == NET_PEEK &&
                  (int)SOCKET_OOB == NET_OOB && (int)SOCKET_MORE == NET_MORE &&
                  (int)SOCKET_TRUNC == NET_TRUNC,
              "flags go through as they are");
static_assert((int)SOCKET_IN == NET_IN && (int)SOCKET_OUT == NET_OUT &&
                  (int)SOCKET_ERR == NET_ERR && (int)SOCKET_HUP == NET_HUP &&
                  (int)SOCKET_PRI == NET_PRI,
              "and so do poll's bits");

struct net_own {
    struct net net;
    struct stack *stack;
};

static struct stack *stack_of(struct net *net)
{
    return ((struct net_own *)net)->stack;
}

static struct stack_addr addr_to(const struct net_addr *addr)
{
    return (struct stack_addr){addr->ip, addr->port};
}

static struct net_addr addr_from(const struct stack_addr *addr)
{
    return (struct net_addr){addr->ip, addr->port};
}

/* ---- connections ---- */

static int own_socket(struct net *net, enum net_type type)
{
    return socket_open(stack_of(net), type == NET_DGRAM ? SOCKET_DGRAM : SOCKET_STREAM);
}

static int own_bind(struct net *net, int sock, const struct net_addr *addr)
{
    struct stack_addr to = addr_to(addr);
    return socket_bind(stack_of(net), sock, &to);
}

static int own_listen(struct net *net, int sock, int backlog)
{
    return socket_listen(stack_of(net), sock, backlog);
}

static int own_accept(struct net *net, int sock, struct net_addr *peer)
{
    struct stack_addr from;
    int result = socket_accept(stack_of(net), sock, &from);
    if (result >= 0 && peer)
        *peer = addr_from(&from);
    return result;
}

static int own_connect(struct net *net, int sock, const struct net_addr *peer)
{
    struct stack_addr to = addr_to(peer);
    return socket_connect(stack_of(net), sock, &to);
}

static int own_shutdown(struct net *net, int sock, enum net_how how)
{
    return socket_shutdown(stack_of(net), sock, how != NET_SHUT_WR, how != NET_SHUT_RD);
}

static int own_close(struct net *net, int sock)
{
    return socket_close(stack_of(net), sock);
}

/* ---- data ---- */

static int64_t own_send(struct net *net, int sock, struct span data, int flags)
{
    return socket_send(stack_of(net), sock, data, flags, NULL);
}

static int64_t own_recv(struct net *net, int sock, struct buffer data, int flags)
{
    return socket_recv(stack_of(net), sock, data, flags, NULL);
}

static int64_t own_sendto(struct net *net, int sock, struct span data, const struct net_addr *to)
{
    if (!to)
        return own_send(net, sock, data, 0);
    struct stack_addr addr = addr_to(to);
    return socket_send(stack_of(net), sock, data, 0, &addr);
}

static int64_t own_recvfrom(struct net *net, int sock, struct buffer data, int flags,
                            struct net_addr *from)
{
    struct stack_addr addr = {0}; /* a stream leaves it so */
    int64_t got = socket_recv(stack_of(net), sock, data, flags, &addr);
    if (got >= 0 && from)
        *from = addr_from(&addr);
    return got;
}

/* ---- options ---- */

static const enum socket_option options[] = {
    [NET_SO_REUSEADDR] = SOCKET_REUSEADDR,
    [NET_SO_LINGER] = SOCKET_LINGER,
    [NET_SO_KEEPALIVE] = SOCKET_KEEPALIVE,
    [NET_SO_RCVBUF] = SOCKET_RCVBUF,
    [NET_SO_SNDBUF] = SOCKET_SNDBUF,
    [NET_SO_RCVTIMEO] = SOCKET_RCVTIMEO,
    [NET_SO_SNDTIMEO] = SOCKET_SNDTIMEO,
    [NET_SO_BROADCAST] = SOCKET_BROADCAST,
    [NET_SO_ERROR] = SOCKET_ERROR,
    [NET_SO_OOBINLINE] = SOCKET_OOBINLINE,
    [NET_SIOCATMARK] = SOCKET_ATMARK,
    [NET_O_NONBLOCK] = SOCKET_NONBLOCK,
    [NET_IP_TOS] = SOCKET_TOS,
    [NET_IP_TTL] = SOCKET_TTL,
    [NET_IP_RECVERR] = SOCKET_RECVERR,
    [NET_TCP_NODELAY] = SOCKET_NODELAY,
    [NET_TCP_MAXSEG] = SOCKET_MAXSEG,
    [NET_TCP_QUICKACK] = SOCKET_QUICKACK,
    [NET_TCP_CORK] = SOCKET_CORK,
    [NET_TCP_KEEPIDLE] = SOCKET_KEEPIDLE,
    [NET_TCP_KEEPINTVL] = SOCKET_KEEPINTVL,
    [NET_TCP_KEEPCNT] = SOCKET_KEEPCNT,
    [NET_TCP_SYNCNT] = SOCKET_SYNCNT,
    [NET_TCP_USER_TIMEOUT] = SOCKET_USER_TIMEOUT,
    [NET_TCP_WINDOW_CLAMP] = SOCKET_WINDOW_CLAMP,
    [NET_TCP_CONGESTION] = SOCKET_CONGESTION,
};
static_assert(ARRAY_LEN(options) == NET_OPTION_COUNT, "each has its twin");
static_assert((int)SOCKET_RENO == NET_RENO && (int)SOCKET_CUBIC == NET_CUBIC &&
                  (int)SOCKET_BBR == NET_BBR,
              "the values too");

static int own_setsockopt(struct net *net, int sock, enum net_option option, int64_t value)
{
    if (option >= NET_OPTION_COUNT)
        return -EINVAL;
    return socket_set_option(stack_of(net), sock, options[option], value);
}

static int own_getsockopt(struct net *net, int sock, enum net_option option, int64_t *value)
{
    if (option >= NET_OPTION_COUNT)
        return -EINVAL;
    return socket_get_option(stack_of(net), sock, options[option], value);
}

/* ---- questions ---- */

static int own_getsockname(struct net *net, int sock, struct net_addr *addr)
{
    struct stack_addr name;
    int error = socket_get_name(stack_of(net), sock, &name);
    if (!error)
        *addr = addr_from(&name);
    return error;
}

static int own_poll(struct net *net, struct net_pollfd *fds, size_t count, usec_t timeout_us)
{
    enum { FEW = 16 }; /* no allocation for as many */
    struct socket_poll few[FEW];
    struct socket_poll *polls = count <= FEW ? few : calloc(count, sizeof(*polls));
    if (!polls)
        return -ENOMEM;
    for (size_t i = 0; i < count; i++)
        polls[i] = (struct socket_poll){.sock = fds[i].sock, .events = fds[i].events};
    int ready = socket_poll(stack_of(net), polls, count, timeout_us);
    for (size_t i = 0; ready >= 0 && i < count; i++)
        fds[i].revents = polls[i].revents;
    if (polls != few)
        free(polls);
    return ready;
}

static void tcp_from(struct net_info *info, const struct tcp_status *tcp)
{
    info->snd_mss = tcp->snd_mss;
    info->rcv_mss = tcp->rcv_mss;
    info->cwnd = tcp->cwnd;
    info->ssthresh = tcp->ssthresh;
    info->snd_wnd = tcp->snd_wnd;
    info->rcv_wnd = tcp->rcv_wnd;
    info->unacked = tcp->unacked;
    info->unsent = tcp->unsent;
    info->srtt_us = tcp->srtt_us;
    info->rttvar_us = tcp->rttvar_us;
    info->rto_us = tcp->rto_us;
    info->retransmits = (uint32_t)tcp->retransmits;
    info->backoff = tcp->backoff;
    info->snd_wscale = tcp->snd_wscale;
    info->rcv_wscale = tcp->rcv_wscale;
    info->timestamps = tcp->timestamps;
    info->sack = tcp->sack;
    info->ecn = tcp->ecn;
    info->wscale = tcp->window_scale;
}

static void host_from(struct net_host_info *host, const struct stack_counters *counters)
{
    host->frames_in = counters->frames_in;
    host->frames_out = counters->frames_out;
    host->resets_sent = counters->resets_sent;
    for (int reason = 0; reason < STACK_DROPS; reason++)
        host->dropped += counters->dropped[reason];
}

static int own_info(struct net *net, int sock, struct net_info *info)
{
    struct socket_info own;
    struct stack_counters counters;
    int error = socket_get_info(stack_of(net), sock, &own);
    if (error)
        return error;
    *info = (struct net_info){
        .state = own.tcp.state,
        .local = addr_from(&own.local),
        .peer = addr_from(&own.peer),
        .unread = own.unread,
        .accept_queue = own.accept_queue,
        .accept_limit = own.accept_limit,
    };
    tcp_from(info, &own.tcp);
    stack_get_counters(stack_of(net), &counters);
    host_from(&info->host, &counters);
    if (own.stream)
        snprintf(info->congestion, sizeof(info->congestion), "%s",
                 own.tcp.congestion == CWND_CUBIC ? "cubic" : "reno");
    return 0;
}

static void own_free(struct net *net)
{
    free(net);
}

static const struct net_ops own_ops = {
    .name = "own",
    .socket = own_socket,
    .bind = own_bind,
    .listen = own_listen,
    .accept = own_accept,
    .connect = own_connect,
    .send = own_send,
    .recv = own_recv,
    .sendto = own_sendto,
    .recvfrom = own_recvfrom,
    .shutdown = own_shutdown,
    .close = own_close,
    .setsockopt = own_setsockopt,
    .getsockopt = own_getsockopt,
    .getsockname = own_getsockname,
    .poll = own_poll,
    .info = own_info,
    .free = own_free,
};

int net_own_new(struct net **out, const struct net_own_config *config)
{
    struct net_own *own = malloc(sizeof(*own));
    if (!own)
        return -ENOMEM;
    own->net = (struct net){.ops = &own_ops, .sink = config->sink, .host = config->host};
    own->stack = config->stack;
    *out = &own->net;
    return 0;
}
