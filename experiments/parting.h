/* A parting server on host B for as long as it is needed, and clients on host A: the stage of
 * exp-time-wait. */
#ifndef EXPERIMENTS_PARTING_H
#define EXPERIMENTS_PARTING_H

#include "experiments/experiment.h"
#include "net/background.h"
#include "server/parting.h"

struct parting {
    struct stage *stage;
    struct net_addr addr; /* the server's */
    struct parting_service service;
    struct background server;
};

struct parting_config {
    uint16_t port;
    bool server_first; /* the server ends each connection, else the client */
    bool reuse_addr;   /* SO_REUSEADDR on the listener */
};

/* The server listens. Returns 0, or a negative errno with `fault`. */
int parting_begin(struct parting *parting, struct stage *stage, const struct parting_config *config,
                  struct fault *fault);

/* One client comes, and both part. Returns 0 or the client's negative errno. */
int parting_once(struct parting *parting);

/* The server is gone, and its listener with it. */
void parting_end(struct parting *parting);

/* All of that with one client; what it was for the server stands in parting->service. Returns 0, or
 * a negative errno with `fault`. */
int parting_whole(struct parting *parting, struct stage *stage, const struct parting_config *config,
                  struct fault *fault);

/* Waits until nothing moves on the wire. */
void parting_settle(const struct stage *stage);

/* How many are left in TIME_WAIT: "time_wait_a" and "time_wait_b". */
int parting_put_time_waits(struct stage *stage, struct fault *fault);

/* Binds to the port on host B and listens, as a server that is started anew. Returns 0 or the
 * negative errno; in either case it is gone again. */
int parting_listen_again(struct stage *stage, uint16_t port, bool reuse_addr);

#endif
