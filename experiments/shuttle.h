/* A whole file to an echo server and back, both ends in this program. */
#ifndef EXPERIMENTS_SHUTTLE_H
#define EXPERIMENTS_SHUTTLE_H

#include "client/transfer.h"

struct shuttle {
    struct net *client, *server; /* where the roles live; may be the same */
    struct net_addr addr;        /* the server's; port 0: one is picked */
    struct transfer transfer;    /* its `server` and `timeout_us` are set here */
};

/* Starts the server, transfers, stops the server. Returns as transfer_run. */
int shuttle_run(const struct shuttle *shuttle, struct transfer_result *result, struct fault *fault);

/* A file of `bytes` octets (a multiple of 8) drawn from `seed`, gone when it is closed; NULL and
 * errno where there is no room for it. */
FILE *shuttle_generate(size_t bytes, uint64_t seed);

#endif
