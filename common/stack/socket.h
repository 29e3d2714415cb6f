/* The socket calls of a host, with the meanings and errors of net/net.h. Any thread may make them
 * on any socket; a socket is named by a small number that is given again only when its turn has
 * come. Each call costs a sched_point. */
#ifndef STACK_SOCKET_H
#define STACK_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/usec.h"
#include "stack/socket_info.h"
#include "stack/socket_options.h"
#include "stack/stack.h"

enum socket_type { SOCKET_STREAM, SOCKET_DGRAM };

enum { SOCKET_FIRST = 3 }; /* the first socket's number: such as a program's first file has */

enum socket_flags { /* bits; the values are those of net.h's enum net_flags */
                    SOCKET_DONTWAIT = 1,
                    SOCKET_PEEK = 2,
                    SOCKET_OOB = 4,
                    SOCKET_MORE = 8,
                    SOCKET_TRUNC = 16,
};

/* The values are those of net.h's enum net_poll_bits. */
enum socket_poll_bits {
    SOCKET_IN = 1,
    SOCKET_OUT = 2,
    SOCKET_ERR = 4,
    SOCKET_HUP = 8,
    SOCKET_PRI = 16
};

struct socket_poll {
    int sock;    /* negative: passed over */
    int events;  /* asked for; ERR and HUP always are */
    int revents; /* found */
};

int socket_open(struct stack *stack, enum socket_type type);
int socket_bind(struct stack *stack, int sock, const struct stack_addr *addr);
int socket_listen(struct stack *stack, int sock, int backlog);
int socket_accept(struct stack *stack, int sock, struct stack_addr *peer);
int socket_connect(struct stack *stack, int sock, const struct stack_addr *peer);

/* `to` and `from` may be NULL. A blocking stream takes all octets before it returns, unless
 * something ends it; then it tells how many it took. */
int64_t socket_send(struct stack *stack, int sock, struct span data, int flags,
                    const struct stack_addr *to);
int64_t socket_recv(struct stack *stack, int sock, struct buffer data, int flags,
                    struct stack_addr *from);

int socket_shutdown(struct stack *stack, int sock, bool in, bool out);
int socket_close(struct stack *stack, int sock);

int socket_set_option(struct stack *stack, int sock, enum socket_option option, int64_t value);
int socket_get_option(struct stack *stack, int sock, enum socket_option option, int64_t *value);
int socket_get_name(struct stack *stack, int sock, struct stack_addr *addr);
int socket_get_info(struct stack *stack, int sock, struct socket_info *info);

int socket_poll(struct stack *stack, struct socket_poll *polls, size_t count, usec_t timeout_us);

#endif
