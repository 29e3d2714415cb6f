/* Socket options that are no business of the stack's: they change what a program is told, not what
 * a peer sees, so they are kept with the descriptor. Inside a call only. */
#ifndef PACKETDRILL_KEPT_H
#define PACKETDRILL_KEPT_H

#include "packetdrill/files.h"

struct msghdr;

/* SO_RCVLOWAT and TCP_INQ; -ENOPROTOOPT for any other, -EINVAL for a value that Linux refuses. */
int kept_set(struct file *file, int level, int name, int number);
int64_t kept_get(const struct file *file, int level, int name);

/* An accepted socket begins with what its listener had. */
void kept_inherit(const struct door *door, int from, int to);

/* SO_RCVLOWAT: there are fewer octets than the program cares for, and more may come. */
bool kept_too_few(const struct door *door, int fd, size_t wanted);

/* TCP_INQ: how much is left to read, as a control message. 0, or the flags of a cut message. */
int kept_tell_unread(const struct door *door, int fd, struct msghdr *message);

#endif
