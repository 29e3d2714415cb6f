/* Socket options that are no business of the stack's: they change what a program is told, not what
 * a peer sees, so they are kept with the descriptor. Inside a call only. */
#ifndef PACKETDRILL_KEPT_H
#define PACKETDRILL_KEPT_H

#include "packetdrill/files.h"

struct msghdr;

/* SO_RCVLOWAT, TCP_INQ and TCP_NOTSENT_LOWAT; SO_PRIORITY and SO_MARK, for which our one link has
 * no queues and no rules. -ENOPROTOOPT for any other, -EINVAL for a value that Linux refuses. */
int kept_set(struct file *file, int level, int name, int number);
int kept_get(const struct file *file, int level, int name, int *number);

/* An accepted socket begins with what its listener had, but for the priority. */
void kept_inherit(const struct door *door, int from, int to);

/* SO_RCVLOWAT: there are fewer octets than the program cares for, and more may come. */
bool kept_too_few(const struct door *door, int fd, size_t wanted);

/* TCP_NOTSENT_LOWAT: how many octets a write may take now (SIZE_MAX: the stack decides), and that
 * more than half of the mark is unsent, so that nobody is woken to write. */
size_t kept_room(const struct door *door, int fd);
bool kept_too_much(const struct door *door, int fd);

/* TCP_INQ: how much is left to read, as a control message. 0, or the flags of a cut message. */
int kept_tell_unread(const struct door *door, int fd, struct msghdr *message);

#endif
