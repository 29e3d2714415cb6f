/* A server in a thread of its own, for programs that play both ends. */
#ifndef NET_BACKGROUND_H
#define NET_BACKGROUND_H

#include "net/serve.h"

struct background {
    struct serve *serve;
    struct thread *thread;
    int error; /* what serve_run returned; read after background_stop */
};

/* Listens before it returns, so that a client may connect at once. As serve_open. */
int background_start(struct background *background, struct net *net,
                     const struct serve_config *config, struct fault *fault);

/* Stops the server, waits for it, frees it, and gives its last counts when `stats` is not NULL.
 * Returns what serve_run returned. */
int background_stop(struct background *background, struct serve_stats *stats);

#endif
