/* Sockets in another network namespace. A socket belongs for life to the namespace in which it was
 * opened, so the calling thread goes there, opens it, and comes back. */
#ifndef BASE_NETNS_SOCKET_H
#define BASE_NETNS_SOCKET_H

/* What kind of socket: the three arguments of socket(2). */
struct socket_kind {
    int domain, type, protocol;
};

/* Opens a socket, closed on exec, in the namespace `netns_fd` (-1: the caller's own). Returns the
 * descriptor or a negative errno. */
int netns_socket(int netns_fd, struct socket_kind kind);

#endif
