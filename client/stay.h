/* A client that stays connected: it pings its server (server/heartbeat.h) while there is nothing
 * else to say, notices when that is gone, and connects again, trying less and less often. */
#ifndef CLIENT_STAY_H
#define CLIENT_STAY_H

#include <stdbool.h>

#include "base/fault.h"
#include "net/net.h"

enum stay_event {
    STAY_CONNECTED,
    STAY_PONG,
    STAY_LOST,  /* the connection; `error` is -ETIMEDOUT for want of pongs, 0 when the server ended
                   it, or what broke it */
    STAY_RETRY, /* a try failed with `error`, or was lost before any pong; the next one follows
                   after `pause_us` */
};

struct stay_news {
    enum stay_event event;
    usec_t at;
    int error;
    usec_t pause_us;
};

struct stay {
    struct net_addr server;
    usec_t interval_us;                   /* between pings */
    int64_t misses;                       /* unanswered in a row, they mean that it is gone */
    usec_t connect_us;                    /* for one try to connect */
    usec_t retry_first_us, retry_most_us; /* the pause between tries, at first and at most */
    uint64_t seed;                        /* of its jitter */
    bool (*tell)(const struct stay_news *news, void *arg); /* hears all; false ends the run */
    void *arg;
};

/* Returns 0 when `tell` has heard enough, or a negative errno with `fault` when there can be no
 * socket at all. */
int stay_connected(struct net *net, const struct stay *stay, struct fault *fault);

#endif
