/* Kernel sockets without their rough edges: negative errno, interrupted calls resumed, SIGPIPE
 * never raised. They are opened by base/netns_socket.h, in the namespace one asks for.
 *
 * A socket's own SO_RCVTIMEO and SO_SNDTIMEO bound the blocking calls. `deadline` is when that
 * bound passes (sock_deadline): the kernel forgets it when a signal interrupts the call, and a
 * resumed one must not start it anew. Pass NEVER for a socket that has no timeouts. */
#ifndef SOCK_SOCK_H
#define SOCK_SOCK_H

#include <netinet/in.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/netns_socket.h"
#include "base/usec.h"

int sock_bind(int fd, const struct sockaddr_in *addr);
int sock_listen(int fd, int backlog);
int sock_accept(int fd, struct sockaddr_in *peer, usec_t deadline);

/* A blocking socket waits until the connection stands or failed, or gives -EINPROGRESS past
 * `deadline`; signals and a shutdown from another thread (-ECONNRESET or -ECONNABORTED) are taken
 * care of. A failed socket may be used for another attempt. */
int sock_connect(int fd, const struct sockaddr_in *peer, usec_t deadline);

/* `to` and `from` may be NULL. `flags` are the kernel's MSG_ bits. */
int64_t sock_send(int fd, struct span data, int flags, const struct sockaddr_in *to,
                  usec_t deadline);
int64_t sock_recv(int fd, struct buffer data, int flags, struct sockaddr_in *from, usec_t deadline);

int sock_shutdown(int fd, int how);

/* Never resumed: on Linux the descriptor is gone whatever close answers. */
int sock_close(int fd);

/* Breaks the connection off with a reset and wakes whoever waits on it. */
int sock_abort(int fd);

int sock_get(int fd, int level, int name, int *value);
int sock_set(int fd, int level, int name, int value);

int sock_local(int fd, struct sockaddr_in *addr);
int sock_peer(int fd, struct sockaddr_in *addr);

/* Bytes received and not read (a datagram socket: the next datagram's), and bytes written and not
 * yet acknowledged. */
int sock_unread(int fd);
int sock_unacked(int fd);

/* poll(2) until `deadline`, interrupted waits resumed. */
int sock_poll(struct pollfd *fds, nfds_t count, usec_t deadline);

/* When a call entered now must give up; `timeout` is SO_RCVTIMEO or SO_SNDTIMEO. */
usec_t sock_deadline(int fd, int timeout);

#endif
