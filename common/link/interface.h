/* What a link on a network interface needs to know of it. */
#ifndef LINK_INTERFACE_H
#define LINK_INTERFACE_H

#include "link/link.h"

/* Fills in the link's MAC address and MTU from the interface of that name in the namespace of the
 * socket link->fd. Returns the interface's index or a negative errno: -ENODEV without such a one.
 */
int interface_ask(struct link *link, const char *name);

#endif
