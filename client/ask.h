/* One question to an echo server, and its answer compared. */
#ifndef CLIENT_ASK_H
#define CLIENT_ASK_H

#include "net/net.h"

/* Connects; returns the socket or a negative errno. `timeout_us` bounds each wait on it; 0: none.
 */
int ask_open(struct net *net, const struct net_addr *server, usec_t timeout_us);

/* On a connection: sends `text`, reads as many bytes back, and closes when the server has closed
 * too; at once when something failed. Returns 1 when the same bytes came back, 0 when others did,
 * or a negative errno. `text` of at most 64 octets. */
int ask_and_close(struct net *net, int sock, struct span text);

/* Both in one. */
int ask_echo(struct net *net, const struct net_addr *server, struct span text, usec_t timeout_us);

#endif
