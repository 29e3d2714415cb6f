/* The inside of the socket calls: what a socket is, and how a thread enters one, waits at it and
 * leaves it. For the socket_*.c files only.
 *
 * A number stands for a socket until it is closed. Threads that are inside then still have the
 * socket: they are woken, see that it is closed, and the last one out frees it. */
#ifndef STACK_SOCKETS_H
#define STACK_SOCKETS_H

#include "stack/bell.h"
#include "stack/conn.h"
#include "stack/listener.h"
#include "stack/socket.h"

/* Guarded by the stack's lock. */
struct socket {
    struct bell bell;
    int number;
    enum socket_type type;
    uint32_t users; /* threads inside */
    bool closed;    /* its number is gone, the users are to leave */

    bool nonblocking, broadcast;
    usec_t rcvtimeo, sndtimeo; /* 0: none */
    int32_t linger_s;          /* -1: off */

    struct udp_socket *udp; /* a datagram socket's */

    /* A stream's. */
    struct conn_options options;
    struct port_use bound; /* by bind or listen */
    uint32_t bound_ip;     /* 0: any */
    bool listening;        /* `listener` is in use */
    bool connecting;       /* connect has begun and nobody was told what came of it */
    bool shut_in;          /* shutdown: recv tells the end where it would wait */
    struct listener listener;
    struct conn *conn; /* or NULL */
};

struct sockets {
    struct socket **slots; /* by number, less SOCKET_FIRST; NULL: free */
    uint32_t cap, open;
    uint32_t next; /* where the search for a free one begins: no number comes again soon */
};

/* Makes stack->sockets. Returns 0 or -ENOMEM. */
int sockets_init(struct stack *stack);

/* After conns_fini. */
void sockets_fini(struct stack *stack);

/* A fresh socket. Returns its number, -EMFILE when the host has as many as it may, or -ENOMEM. */
int sockets_open_locked(struct stack *stack, enum socket_type type, struct socket **out);

/* The socket of that number, or NULL. */
struct socket *sockets_find_locked(const struct stack *stack, int sock);

/* Takes its number away. */
void sockets_remove_locked(struct stack *stack, const struct socket *socket);

/* One thread less inside; frees a closed socket that nobody is in. */
void socket_leave_locked(struct socket *socket);

/* A thread inside a call on a socket. */
struct visit {
    struct stack *stack;
    struct socket *socket;
    usec_t now;
    const char *call; /* its name, for the report of a deadlock */
};

/* Enters; 0, or -EBADF and is not inside. */
int visit_begin(struct visit *visit, struct stack *stack, int sock, const char *call);

/* Leaves; returns `result`, so that a call can end with it. */
int64_t visit_end(struct visit *visit, int64_t result);

/* When a call that begins now gives up: `timeo` 0 is never, `nonblocking` at once. */
usec_t visit_deadline(const struct visit *visit, usec_t timeo, bool nonblocking);

/* Waits until the socket's bell rings; false when `deadline` has passed. */
bool visit_wait(struct visit *visit, usec_t deadline);

/* ---- each kind of socket its own: socket_stream.c, socket_datagram.c ---- */

int64_t stream_send(struct visit *visit, struct span data, int flags);
int64_t stream_recv(struct visit *visit, struct buffer data, int flags);
int stream_shutdown(struct visit *visit, bool in, bool out);
int stream_poll(const struct socket *socket);

/* The socket's number is gone already. */
void stream_close(struct visit *visit);

int64_t datagram_send(struct visit *visit, struct span data, const struct stack_addr *to);
int64_t datagram_recv(struct visit *visit, struct buffer data, int flags, struct stack_addr *from);
int datagram_shutdown(struct visit *visit, bool in, bool out);
int datagram_poll(const struct socket *socket);

#endif
