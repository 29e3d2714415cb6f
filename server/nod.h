/* A server that nods: one octet for each whole message of a fixed size. */
#ifndef SERVER_NOD_H
#define SERVER_NOD_H

#include "net/net.h"

/* Answers until the stream ends. Returns 0, or the negative errno that broke it. */
int nod(struct net *net, int sock, size_t message);

#endif
