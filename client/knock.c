/* Socket, options, bind, connect. */
#include "client/knock.h"

#include "base/clock.h"

static int prepare(struct net *net, int sock, const struct knock *how)
{
    const struct net_addr from = {.port = how->from_port};
    int error = net_setsockopt(net, sock, NET_SO_REUSEADDR, how->reuse_addr);
    if (!error && how->syn_retries > 0)
        error = net_setsockopt(net, sock, NET_TCP_SYNCNT, how->syn_retries);
    if (!error && how->mss > 0)
        error = net_setsockopt(net, sock, NET_TCP_MAXSEG, how->mss);
    if (!error && how->from_port != 0)
        error = net_bind(net, sock, &from);
    return error;
}

int knock(struct net *net, const struct knock *how, usec_t *took_us)
{
    usec_t start = clock_now();
    int sock = net_socket(net, NET_STREAM);
    if (sock < 0)
        return sock;
    int error = prepare(net, sock, how);
    if (!error)
        error = net_connect(net, sock, &how->server);
    if (took_us)
        *took_us = clock_now() - start;
    if (!error)
        return sock;
    net_close(net, sock);
    return error;
}

static void run(void *arg)
{
    struct knocker *knocker = arg;
    knocker->sock = knock(knocker->net, &knocker->how, &knocker->took_us);
}

int knock_begin(struct knocker *knocker, struct net *net, const struct knock *how)
{
    *knocker = (struct knocker){.net = net, .how = *how};
    return thread_start(&knocker->thread, "knock", run, knocker);
}

void knock_end(struct knocker *knocker)
{
    thread_join(knocker->thread);
}
