/* A listener, a list of what was taken from it, and a thread for each. */
#include "server/backlog.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/thread.h"

struct accepted {
    struct list_link link;
    struct backlog_server *server;
    struct thread *thread;
    int sock;
    struct net_addr peer;
};

/* ---- listening ---- */

static int start_listening(struct backlog_server *server, int backlog)
{
    int error = net_setsockopt(server->net, server->listener, NET_SO_REUSEADDR, 1);
    if (!error)
        error = net_bind(server->net, server->listener, &server->addr);
    if (!error)
        error = net_listen(server->net, server->listener, backlog);
    if (!error)
        error = net_getsockname(server->net, server->listener, &server->addr);
    return error;
}

int backlog_open(struct backlog_server *server, struct net *net, const struct net_addr *addr,
                 int backlog, struct fault *fault)
{
    struct net_addr_text text;
    *server = (struct backlog_server){.net = net, .addr = *addr};
    list_init(&server->accepted);
    int error = server->listener = net_socket(net, NET_STREAM);
    if (error < 0)
        return fault_errno(fault, error, "cannot make a socket");
    error = start_listening(server, backlog);
    if (!error)
        return 0;
    net_close(net, server->listener);
    return fault_errno(fault, error, "cannot listen on %s", net_addr_format(&text, addr));
}

int backlog_look(const struct backlog_server *server, struct backlog_queue *queue)
{
    struct net_info info;
    int error = net_info(server->net, server->listener, &info);
    if (error)
        return error;
    *queue = (struct backlog_queue){info.accept_queue, info.accept_limit};
    return 0;
}

/* ---- accepting ---- */

static void serve(void *arg)
{
    struct accepted *accepted = arg;
    struct backlog_server *server = accepted->server;
    echo_handle(server->net, accepted->sock, &accepted->peer, &server->service);
}

/* Takes one into `accepted` and starts its thread. */
static int take(struct backlog_server *server, struct accepted *accepted)
{
    accepted->server = server;
    accepted->sock = net_accept(server->net, server->listener, &accepted->peer);
    if (accepted->sock < 0)
        return accepted->sock;
    int error = thread_start(&accepted->thread, "connection", serve, accepted);
    if (error)
        net_close(server->net, accepted->sock);
    return error;
}

int backlog_accept(struct backlog_server *server)
{
    struct accepted *accepted = calloc(1, sizeof(*accepted));
    if (!accepted)
        return -ENOMEM;
    int error = take(server, accepted);
    if (error)
        free(accepted);
    else
        list_append(&server->accepted, &accepted->link);
    return error;
}

/* ---- the end ---- */

/* A connection that is already over answers -ENOTCONN, which is as good. */
static void end(struct accepted *accepted)
{
    struct net *net = accepted->server->net;
    (void)net_shutdown(net, accepted->sock, NET_SHUT_RDWR);
    thread_join(accepted->thread);
    net_close(net, accepted->sock);
    free(accepted);
}

void backlog_close(struct backlog_server *server)
{
    struct list_link *first;
    while ((first = list_take_first(&server->accepted)) != NULL)
        end(list_entry(first, struct accepted, link));
    net_close(server->net, server->listener);
}

/* ---- somebody at a terminal ---- */

static int show(const struct backlog_server *server, FILE *output)
{
    struct backlog_queue queue;
    int error = backlog_look(server, &queue);
    if (error)
        return error;
    fprintf(output, "waiting=%" PRIu32 " backlog=%" PRIu32 "\n", queue.waiting, queue.backlog);
    fflush(output);
    return 0;
}

/* An empty queue is told, not waited at. */
static int accept_if_any(struct backlog_server *server)
{
    struct backlog_queue queue;
    int error = backlog_look(server, &queue);
    return error || queue.waiting == 0 ? error : backlog_accept(server);
}

int backlog_attend(struct backlog_server *server, FILE *input, FILE *output, struct fault *fault)
{
    char line[80];
    int error = show(server, output);
    while (!error && fgets(line, sizeof line, input)) {
        if (line[0] == '\n')
            error = accept_if_any(server);
        if (!error)
            error = show(server, output);
    }
    return error ? fault_errno(fault, error, "cannot go on listening") : 0;
}
