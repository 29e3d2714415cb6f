/* What the tool's descriptors stand for: the numbers are the kernel's, since the tool hands what a
 * script leaves open to the kernel's close; the things are ours. Inside a call only. */
#ifndef PACKETDRILL_FILES_H
#define PACKETDRILL_FILES_H

#include "packetdrill/door.h"
#include "stack/socket_options.h"

struct epoll_set;

struct file {
    int sock;                /* of the stack, never blocking; or -1 */
    struct epoll_set *epoll; /* or NULL */
    bool nonblocking;        /* as the tool set it */
    bool deaf;               /* shut down for reading */
    bool tells_unread;       /* TCP_INQ */
    uint32_t least_unread;   /* SO_RCVLOWAT; 0: not set, as if 1 */
    uint32_t most_unsent;    /* TCP_NOTSENT_LOWAT; 0: not set */
    int priority, mark;      /* SO_PRIORITY, SO_MARK */
    uint64_t taken;          /* octets read or connections accepted */
};

/* The new descriptor, or -EMFILE or -ENOMEM; then what is in `file` is still the caller's. */
int files_add(struct door *door, const struct file *file);

/* NULL: none of ours. Holds until the next wait_turn. */
struct file *files_find(const struct door *door, int fd);

/* The stack's socket behind a descriptor; -EBADF or -ENOTSOCK. */
int files_sock(const struct door *door, int fd);

/* When a call on a socket that begins now gives up: at once, after its SOCKET_RCVTIMEO or
 * _SNDTIMEO, or when DOOR_PATIENCE is over. */
usec_t files_patience(const struct door *door, int fd, enum socket_option timeo);

/* So much was taken from it; errors are nothing. */
void files_count(const struct door *door, int fd, int64_t taken);

/* Closes the descriptor, not what it stood for. */
void files_remove(struct door *door, int fd);

/* Forgets all of them. The numbers left are closed already: by the tool, before it goes. */
void files_fini(struct door *door);

#endif
