/* There and back again, around one call of socket(2). */
#include "base/netns_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

static int open_here(struct socket_kind kind)
{
    int fd = socket(kind.domain, kind.type | SOCK_CLOEXEC, kind.protocol);
    return fd < 0 ? -errno : fd;
}

static int enter(int netns_fd)
{
    return setns(netns_fd, CLONE_NEWNET) < 0 ? -errno : 0;
}

int netns_socket(int netns_fd, struct socket_kind kind)
{
    if (netns_fd < 0)
        return open_here(kind);

    int home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
    if (home < 0)
        return -errno;
    int fd = enter(netns_fd);
    if (fd < 0)
        goto close_home;
    fd = open_here(kind);
    int error = enter(home);
    if (error < 0 && fd >= 0) {
        close(fd);
        fd = error;
    }
close_home:
    close(home);
    return fd;
}
