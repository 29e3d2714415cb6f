/* Descriptors: numbers of the kernel's, things of ours. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "packetdrill/files.h"
#include "packetdrill/parts.h"
#include "stack/socket.h"

static int make_room(struct door *door, int fd)
{
    int cap = door->files_cap ? door->files_cap : 16;
    while (cap <= fd)
        cap *= 2;
    if (cap == door->files_cap)
        return 0;
    struct file **files = realloc(door->files, (size_t)cap * sizeof(struct file *));
    if (!files)
        return -ENOMEM;
    for (int i = door->files_cap; i < cap; i++)
        files[i] = NULL;
    door->files = files;
    door->files_cap = cap;
    return 0;
}

int files_add(struct door *door, const struct file *file)
{
    int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return -errno;
    struct file *kept = make_room(door, fd) == 0 ? malloc(sizeof(*kept)) : NULL;
    if (!kept) {
        close(fd);
        return -ENOMEM;
    }
    *kept = *file;
    door->files[fd] = kept;
    return fd;
}

struct file *files_find(const struct door *door, int fd)
{
    return fd >= 0 && fd < door->files_cap ? door->files[fd] : NULL;
}

int files_sock(const struct door *door, int fd)
{
    const struct file *file = files_find(door, fd);
    if (!file)
        return fcntl(fd, F_GETFD) < 0 ? -EBADF : -ENOTSOCK; /* a pipe is the kernel's */
    return file->sock >= 0 ? file->sock : -ENOTSOCK;
}

usec_t files_patience(const struct door *door, int fd, enum socket_option timeo)
{
    const struct file *file = files_find(door, fd);
    int64_t patience = 0;
    if (file->nonblocking)
        return clock_now();
    socket_get_option(door->stack, file->sock, timeo, &patience);
    return usec_after(clock_now(), patience > 0 ? patience : DOOR_PATIENCE);
}

void files_count(const struct door *door, int fd, int64_t taken)
{
    struct file *file = files_find(door, fd);
    if (file && taken > 0)
        file->taken += (uint64_t)taken;
}

void files_remove(struct door *door, int fd)
{
    free(door->files[fd]);
    door->files[fd] = NULL;
    close(fd);
}

void files_fini(struct door *door)
{
    for (int fd = 0; fd < door->files_cap; fd++) {
        if (door->files[fd])
            epoll_free(door->files[fd]->epoll);
        free(door->files[fd]);
    }
    free(door->files);
}
