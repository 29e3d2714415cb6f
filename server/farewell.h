/* The end of a connection on which the server has said its last word and the client perhaps not. */
#ifndef SERVER_FAREWELL_H
#define SERVER_FAREWELL_H

#include "net/net.h"

/* Ends our direction and reads what may still come, until the client ends its own or 2 s have
 * passed. To close with something unread would be a reset, and a reset may overtake the last word
 * (RFC 9293 SHLD-3; exp-reset). Closing is left to the caller. */
void farewell(struct net *net, int sock);

#endif
