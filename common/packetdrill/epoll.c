/* epoll over sockets of ours: a list that is gone through. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "packetdrill/files.h"
#include "packetdrill/parts.h"
#include "stack/socket.h"

static_assert(EPOLLIN == POLLIN && EPOLLOUT == POLLOUT && EPOLLPRI == POLLPRI &&
                  EPOLLERR == POLLERR && EPOLLHUP == POLLHUP && EPOLLRDHUP == POLLRDHUP,
              "one set of bits for both");

enum { FILES_MAX = 64 };

struct watched {
    int fd; /* -1: free */
    struct epoll_event asked;
    uint32_t told;    /* what was ready when EPOLLET last looked ... */
    uint64_t arrived; /* ... and how much had arrived */
};

struct epoll_set {
    struct watched watched[FILES_MAX];
};

void epoll_free(struct epoll_set *set)
{
    free(set);
}

static int call_epoll_create(void *userdata, int size)
{
    struct door *door = door_enter(userdata);
    struct epoll_set *set = size > 0 ? malloc(sizeof(*set)) : NULL;
    if (!set)
        return (int)door_leave(door, size > 0 ? -ENOMEM : -EINVAL);
    for (int i = 0; i < FILES_MAX; i++)
        set->watched[i].fd = -1;
    const struct file file = {.sock = -1, .epoll = set};
    int fd = files_add(door, &file);
    if (fd < 0)
        epoll_free(set);
    return (int)door_leave(door, fd);
}

static struct epoll_set *set_of(const struct door *door, int epoll_fd)
{
    const struct file *file = files_find(door, epoll_fd);
    return file ? file->epoll : NULL;
}

static struct watched *find(struct epoll_set *set, int fd)
{
    for (int i = 0; i < FILES_MAX; i++)
        if (set->watched[i].fd == fd)
            return &set->watched[i];
    return NULL;
}

static int64_t control(struct epoll_set *set, int op, int fd, const struct epoll_event *event)
{
    struct watched *found = find(set, fd);
    if (op != EPOLL_CTL_ADD && op != EPOLL_CTL_MOD && op != EPOLL_CTL_DEL)
        return -EINVAL;
    if (op == EPOLL_CTL_ADD && found)
        return -EEXIST;
    if (op == EPOLL_CTL_ADD)
        found = find(set, -1);
    if (!found)
        return op == EPOLL_CTL_ADD ? -ENOSPC : -ENOENT;
    if (op == EPOLL_CTL_DEL)
        *found = (struct watched){.fd = -1};
    else
        *found = (struct watched){.fd = fd, .asked = *event};
    return 0;
}

/* Only sockets are watched, and nothing watches itself. */
static int judge(const struct door *door, int epoll_fd, int fd)
{
    int set = files_sock(door, epoll_fd), sock = files_sock(door, fd);
    if (set == -EBADF || sock == -EBADF)
        return -EBADF;
    if (!set_of(door, epoll_fd) || epoll_fd == fd)
        return -EINVAL;
    return sock < 0 ? -EPERM : 0;
}

static int call_epoll_ctl(void *userdata, int epoll_fd, int op, int fd, struct epoll_event *event)
{
    struct door *door = door_enter(userdata);
    int64_t result = judge(door, epoll_fd, fd);
    if (op != EPOLL_CTL_DEL && !event)
        result = -EFAULT;
    if (result == 0)
        result = control(set_of(door, epoll_fd), op, fd, event);
    return (int)door_leave(door, result);
}

/* Octets or connections that have come in so far: more of them are news, also to a program that
 * has not taken those before. */
static uint64_t arrived(const struct door *door, int fd)
{
    struct socket_info info;
    if (socket_get_info(door->stack, files_sock(door, fd), &info) < 0)
        return 0;
    return files_find(door, fd)->taken + info.unread + info.accept_queue;
}

static uint32_t look_at(const struct door *door, struct watched *w)
{
    if (!files_find(door, w->fd)) { /* closed meanwhile, and so gone from the set */
        w->fd = -1;
        return 0;
    }
    uint32_t ready = (uint32_t)poll_bits(door, w->fd) & (w->asked.events | EPOLLERR | EPOLLHUP);
    if (!(w->asked.events & EPOLLET))
        return ready;
    uint64_t so_far = arrived(door, w->fd);
    bool news = (ready & ~w->told) != 0 || (ready & EPOLLIN && so_far > w->arrived);
    w->told = ready;
    w->arrived = so_far;
    return news ? ready : 0;
}

static int look(const struct door *door, struct epoll_set *set, struct epoll_event *events, int max)
{
    int count = 0;
    for (int i = 0; i < FILES_MAX && count < max; i++) {
        struct watched *w = &set->watched[i];
        uint32_t ready = w->fd >= 0 ? look_at(door, w) : 0;
        if (!ready)
            continue;
        events[count++] = (struct epoll_event){.events = ready, .data = w->asked.data};
        if (w->asked.events & EPOLLONESHOT)
            w->asked.events = 0;
    }
    return count;
}

static int call_epoll_wait(void *userdata, int epoll_fd, struct epoll_event *events, int max,
                           int timeout_ms)
{
    struct door *door = door_enter(userdata);
    struct epoll_set *set = set_of(door, epoll_fd);
    if (!set || max <= 0)
        return (int)door_leave(door, files_find(door, epoll_fd) ? -EINVAL : -EBADF);
    usec_t deadline = poll_deadline(timeout_ms);
    int count = look(door, set, events, max);
    while (count == 0 && wait_turn(door, deadline))
        count = look(door, set, events, max);
    return (int)door_leave(door, count);
}

void epoll_enter(struct packetdrill_interface *table)
{
    table->epoll_create = call_epoll_create;
    table->epoll_ctl = call_epoll_ctl;
    table->epoll_wait = call_epoll_wait;
}
