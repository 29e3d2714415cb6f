/* How long an answer takes: one small request after the other to an echo server, each sent when the
 * answer to the one before is there. */
#ifndef CLIENT_ROUND_TRIPS_H
#define CLIENT_ROUND_TRIPS_H

#include "base/fault.h"
#include "net/net.h"

enum { ROUND_TRIP_LEN_MAX = 1024 };

struct round_trips {
    struct net_addr server;
    int count;         /* at least 1 */
    int warm_up;       /* so many more beforehand, not counted */
    size_t len;        /* octets of a request, at most ROUND_TRIP_LEN_MAX */
    usec_t timeout_us; /* give up on an answer after so long; 0: never */
};

struct round_trips_result {
    usec_t p50_us, p99_us; /* half of the trips, and 99 in 100, took no longer */
};

/* Returns 0 when every answer was the request's echo, else a negative errno and `fault`. */
int round_trips_run(struct net *net, const struct round_trips *trips,
                    struct round_trips_result *result, struct fault *fault);

#endif
