/* Many echo clients at once: a thread and a connection each, every answer compared. */
#ifndef CLIENT_MANY_H
#define CLIENT_MANY_H

#include "base/fault.h"
#include "net/net.h"

struct many_options {
    struct net_addr server;
    int clients;
    usec_t timeout_us; /* each client gives up after so long without progress; 0: never */
    bool together;     /* nobody speaks before all are connected */
};

struct many_result {
    int answered;    /* clients whose own line came back, whole */
    int failed;      /* all others, */
    int first_error; /* and the negative errno of the first of them; 0 when a wrong answer */
    usec_t took_us;
};

/* Runs all clients to their end. Each sends a line that names it, reads it back and closes.
 * Returns 0 when all were answered, else a negative errno and `fault`. */
int many_run(struct net *net, const struct many_options *options, struct many_result *result,
             struct fault *fault);

#endif
