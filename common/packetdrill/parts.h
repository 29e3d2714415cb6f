/* The parts of the table, and what they lend each other. */
#ifndef PACKETDRILL_PARTS_H
#define PACKETDRILL_PARTS_H

#include "packetdrill/door.h"

struct epoll_set;

/* Each file enters its functions. */
void calls_enter(struct packetdrill_interface *table);
void transfer_enter(struct packetdrill_interface *table);
void options_enter(struct packetdrill_interface *table);
void poll_enter(struct packetdrill_interface *table);
void epoll_enter(struct packetdrill_interface *table);
void device_enter(struct packetdrill_interface *table);

/* addr.c: an address as the tool has it. 0, -EINVAL, -EFAULT or -EAFNOSUPPORT; writes nothing where
 * `out` or `len` is NULL. */
int addr_read(const struct sockaddr *addr, socklen_t len, struct stack_addr *out);
void addr_write(const struct stack_addr *addr, struct sockaddr *out, socklen_t *len);

/* device.c: the stack can send to `ip` from now on. */
void device_meet(struct door *door, uint32_t ip);

/* poll.c: what is ready at a socket now, in POLL bits, which are EPOLL's too; and when a wait of so
 * many milliseconds (-1: without end) is over. */
int poll_bits(const struct door *door, int fd);
usec_t poll_deadline(int timeout_ms);

/* epoll.c */
void epoll_free(struct epoll_set *set);

#endif
