/* Takes a file that comes in datagrams, made reliable by numbers, answers and repetitions
 * (net/arq.h). */
#ifndef SERVER_RELIABLE_H
#define SERVER_RELIABLE_H

#include <stdio.h>

#include "net/net.h"
#include "server/sink.h"

#define RELIABLE_PORT   8093
#define RELIABLE_LINGER SECONDS(2)

struct reliable_taking {
    usec_t patience_us; /* for the next datagram; 0: without end */
    usec_t linger_us;   /* after the end: so long without a datagram before it is believed */
    FILE *copy;         /* what came is written here; or NULL */
};

struct reliable_taken {
    struct sink_receipt receipt;
    struct net_addr from;
    uint64_t again; /* messages that came once more, */
    uint64_t early; /* and that came before an earlier one */
};

/* Takes one file on a bound datagram socket. When it has come to its end it stays for `linger_us`
 * more, to answer again: the sender may not have heard that its last message arrived (one reason
 * for TCP's TIME_WAIT). Sets the socket's time-out. Another thread may close the socket to end it:
 * a file that has come is then taken all the same. Returns 0; -EAGAIN when nothing came for
 * `patience_us`, -EBADF when it was closed too early, -EIO when `copy` took nothing, or another
 * negative errno. */
int reliable_take(struct net *net, int sock, const struct reliable_taking *how,
                  struct reliable_taken *taken);

#endif
