/* A server that takes its time: it listens, and accepts only when told. Until then the system
 * shakes hands for it, and the connections wait in the accept queue. Each that is accepted is
 * echoed by a thread of its own. */
#ifndef SERVER_BACKLOG_H
#define SERVER_BACKLOG_H

#include <stdio.h>

#include "base/fault.h"
#include "base/list.h"
#include "net/net.h"
#include "server/echo.h"

#define BACKLOG_PORT 8085

/* Belongs to one thread. */
struct backlog_server {
    struct net *net;
    int listener;
    struct net_addr addr;        /* the real port, where 0 was asked for */
    struct echo_service service; /* counts what was echoed */
    struct list accepted;
};

struct backlog_queue {
    uint32_t waiting, backlog; /* connections to be accepted, and listen's second argument */
};

/* Binds and listens. Returns 0, or a negative errno with `fault`. */
int backlog_open(struct backlog_server *server, struct net *net, const struct net_addr *addr,
                 int backlog, struct fault *fault);

/* How full the accept queue is. */
int backlog_look(const struct backlog_server *server, struct backlog_queue *queue);

/* Takes the connection that waits longest, or waits for one, and starts its thread. Returns 0 or a
 * negative errno. */
int backlog_accept(struct backlog_server *server);

/* Ends the connections that were accepted, whatever they are doing, joins their threads, and stops
 * listening: those that still wait are reset. */
void backlog_close(struct backlog_server *server);

/* Holds a dialogue with somebody at a terminal: an empty line accepts one, any other looks. Returns
 * at the end of `input`: 0, or a negative errno with `fault`. */
int backlog_attend(struct backlog_server *server, FILE *input, FILE *output, struct fault *fault);

#endif
