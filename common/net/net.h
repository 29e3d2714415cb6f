/* The one socket API: sixteen operations named after the BSD calls, over two back-ends.
 *
 * A `struct net` is a host's view of its network: the kernel's (of one network namespace) or our
 * own stack's. A program takes one and never asks which. All functions return 0 or a positive
 * value on success and a negative errno on failure, the same codes from both back-ends; end of
 * stream is 0. No call raises SIGPIPE. A call that a signal interrupted is resumed, not failed.
 *
 * Any thread may use any socket. shutdown or close from one thread wakes every other thread
 * blocked on that socket: accept gives -EINVAL, connect -ECONNABORTED, recv 0, send -EPIPE, poll
 * NET_HUP (after close: -EBADF to those that enter later). */
#ifndef NET_NET_H
#define NET_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/bytes.h"
#include "base/event.h"
#include "net/addr.h"
#include "net/info.h"
#include "net/options.h"

struct net;

enum net_type { NET_STREAM, NET_DGRAM };
enum net_how { NET_SHUT_RD, NET_SHUT_WR, NET_SHUT_RDWR };

enum net_flags { /* for send and recv; bits */
                 NET_DONTWAIT = 1,
                 NET_PEEK = 2,
                 NET_OOB = 4,
                 NET_MORE = 8,
                 NET_TRUNC = 16, /* recvfrom: return the datagram's whole length even where the
                                    buffer was short */
};

enum net_poll_bits { NET_IN = 1, NET_OUT = 2, NET_ERR = 4, NET_HUP = 8, NET_PRI = 16 };

struct net_pollfd {
    int sock;
    int events;  /* asked for; ERR and HUP always are */
    int revents; /* found */
};

int net_socket(struct net *net, enum net_type type);
int net_bind(struct net *net, int sock, const struct net_addr *addr);
int net_listen(struct net *net, int sock, int backlog);

/* Waits for a connection; gives its socket, and the peer's address when `peer` is not NULL. */
int net_accept(struct net *net, int sock, struct net_addr *peer);
int net_connect(struct net *net, int sock, const struct net_addr *peer);

/* Bytes taken, which may be fewer than asked. net/io.h has the calls that finish the job. */
int64_t net_send(struct net *net, int sock, const void *data, size_t len, int flags);
int64_t net_recv(struct net *net, int sock, void *data, size_t cap, int flags);

int64_t net_sendto(struct net *net, int sock, struct span data, const struct net_addr *to);
int64_t net_recvfrom(struct net *net, int sock, struct buffer data, int flags,
                     struct net_addr *from);

int net_shutdown(struct net *net, int sock, enum net_how how);
int net_close(struct net *net, int sock);

int net_setsockopt(struct net *net, int sock, enum net_option option, int64_t value);
int net_getsockopt(struct net *net, int sock, enum net_option option, int64_t *value);
int net_getsockname(struct net *net, int sock, struct net_addr *addr);

/* Waits until one of `count` sockets of this net is ready or `timeout_us` has passed (NEVER:
 * without end; 0: look only). Returns how many are ready; a negative socket is passed over, one
 * that is not open makes it -EBADF. */
int net_poll(struct net *net, struct net_pollfd *fds, size_t count, usec_t timeout_us);

int net_info(struct net *net, int sock, struct net_info *info);

/* "kernel" or "own". */
const char *net_name(const struct net *net);

/* Releases the host's view; all its sockets must be closed. */
void net_free(struct net *net);

#endif
