/* One question to an echo server, and its answer compared. */
#ifndef CLIENT_ASK_H
#define CLIENT_ASK_H

#include "net/net.h"

/* Connects, sends `text`, reads as many bytes back, and closes when the server has closed too.
 * `timeout_us` bounds each wait; 0: none. Returns 1 when the same bytes came back, 0 when others
 * did, or a negative errno. `text` of at most 64 octets. */
int ask_echo(struct net *net, const struct net_addr *server, struct span text, usec_t timeout_us);

#endif
