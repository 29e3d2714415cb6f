/* Sends a file in datagrams, made reliable by numbers, answers and repetitions (net/arq.h), to
 * server/reliable.h. */
#ifndef CLIENT_RELIABLE_H
#define CLIENT_RELIABLE_H

#include <stdio.h>

#include "base/fault.h"
#include "net/net.h"
#include "server/sink.h"

struct reliable_sending {
    struct net_addr server;
    FILE *source; /* read to its end */
    uint32_t id;  /* of this transfer: another one than the last had */
};

struct reliable_sent {
    struct sink_receipt receipt; /* what was sent, which is what arrived */
    uint64_t datagrams;          /* in all, */
    uint64_t resent;             /* of which so many were repetitions, */
    uint64_t timeouts;           /* and of those so many because no answer came in time */
    usec_t took_us;              /* until the last answer */
    usec_t srtt_us;              /* the round trip, as it was estimated at the end */
};

/* Returns 0 when every octet has arrived, else a negative errno and `fault`: -ECONNREFUSED when
 * nobody is there, -ETIMEDOUT when nobody answers any more. */
int reliable_send(struct net *net, const struct reliable_sending *what, struct reliable_sent *sent,
                  struct fault *fault);

#endif
