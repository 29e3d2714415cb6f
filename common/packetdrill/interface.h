/* The table through which packetdrill, a tool that plays a peer from a script, drives a TCP that
 * lives outside the kernel: it loads a shared object, calls packetdrill_interface_init, and from
 * then on makes its calls through here. Each function takes `userdata` first and answers as POSIX
 * says, by a value or by -1 and errno. The order of the members is the tool's. */
#ifndef PACKETDRILL_INTERFACE_H
#define PACKETDRILL_INTERFACE_H

#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>

struct packetdrill_interface {
    void *userdata;
    void (*free)(void *userdata); /* the last call */

    /* Descriptors are real ones of the kernel's, because the tool hands what a script leaves open
     * to the kernel's close. */
    int (*socket)(void *userdata, int domain, int type, int protocol);
    int (*bind)(void *userdata, int fd, const struct sockaddr *addr, socklen_t len);
    int (*listen)(void *userdata, int fd, int backlog);
    int (*accept)(void *userdata, int fd, struct sockaddr *addr, socklen_t *len);
    int (*connect)(void *userdata, int fd, const struct sockaddr *addr, socklen_t len);
    ssize_t (*read)(void *userdata, int fd, void *data, size_t len);
    ssize_t (*readv)(void *userdata, int fd, const struct iovec *parts, int count);
    ssize_t (*recv)(void *userdata, int fd, void *data, size_t len, int flags);
    ssize_t (*recvfrom)(void *userdata, int fd, void *data, size_t len, int flags,
                        struct sockaddr *from, socklen_t *from_len);
    ssize_t (*recvmsg)(void *userdata, int fd, struct msghdr *message, int flags);
    ssize_t (*write)(void *userdata, int fd, const void *data, size_t len);
    ssize_t (*writev)(void *userdata, int fd, const struct iovec *parts, int count);
    ssize_t (*send)(void *userdata, int fd, const void *data, size_t len, int flags);
    ssize_t (*sendto)(void *userdata, int fd, const void *data, size_t len, int flags,
                      const struct sockaddr *to, socklen_t to_len);
    ssize_t (*sendmsg)(void *userdata, int fd, const struct msghdr *message, int flags);
    int (*fcntl)(void *userdata, int fd, int command, ...);
    int (*ioctl)(void *userdata, int fd, unsigned long request, ...);
    int (*close)(void *userdata, int fd);
    int (*shutdown)(void *userdata, int fd, int how);
    int (*getsockopt)(void *userdata, int fd, int level, int name, void *value, socklen_t *len);
    int (*setsockopt)(void *userdata, int fd, int level, int name, const void *value,
                      socklen_t len);
    int (*poll)(void *userdata, struct pollfd *polls, nfds_t count, int timeout_ms);

    /* The peer sends an IP datagram; all that follows from it has happened when this returns. */
    int (*netdev_send)(void *userdata, const void *datagram, size_t len);

    /* The next IP datagram that the stack sends, and when it did, by gettimeofday. Waits for it.
     * `*len` is the buffer's size before and the datagram's after; 0: none will come. */
    int (*netdev_receive)(void *userdata, void *datagram, size_t *len, long long *time_us);

    int (*usleep)(void *userdata, useconds_t usec);
    int (*gettimeofday)(void *userdata, struct timeval *now, struct timezone *zone);

    int (*epoll_create)(void *userdata, int size);
    int (*epoll_ctl)(void *userdata, int epoll_fd, int op, int fd, struct epoll_event *event);
    int (*epoll_wait)(void *userdata, int epoll_fd, struct epoll_event *events, int max,
                      int timeout_ms);
    int (*pipe)(void *userdata, int fds[2]);
    ssize_t (*splice)(void *userdata, int fd_in, loff_t *offset_in, int fd_out, loff_t *offset_out,
                      size_t len, unsigned int flags);
};

/* What the shared object exports. `flags` are the tool's --so_flags, or NULL. */
typedef void packetdrill_init_fn(const char *flags, struct packetdrill_interface *out);

#endif
