/* The client of a parting server: hears its line, and ends the connection first or second. */
#ifndef CLIENT_PARTING_H
#define CLIENT_PARTING_H

#include "client/knock.h"

/* One connection, to its end on this side. Returns 0; -EPROTO when what it heard is not the line;
 * or the negative errno of the call that failed. */
int parting_run(struct net *net, const struct knock *how, bool first);

#endif
