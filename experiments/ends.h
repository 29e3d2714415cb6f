/* A connection both of whose ends are this program's: host A's, which connected, and host B's. For
 * stories about single calls, which need no thread. The same of two UDP sockets. */
#ifndef EXPERIMENTS_ENDS_H
#define EXPERIMENTS_ENDS_H

#include "client/knock.h"
#include "experiments/experiment.h"

struct ends {
    struct stage *stage;
    int a, b; /* sockets; negative: closed already */
};

/* Connects A to `port` of B, where nobody listens any more afterwards. Once connected, no call on A
 * waits longer than 5 s. Returns 0, or a negative errno with `fault` and nothing left open. */
int ends_open(struct ends *ends, struct stage *stage, uint16_t port, struct fault *fault);

/* The same, with so many octets of receive buffer at B from the first SYN on: the window that B
 * offers is never larger. */
int ends_open_narrow(struct ends *ends, struct stage *stage, uint16_t port, uint32_t rcvbuf,
                     struct fault *fault);

/* The same as ends_open, with all that `how` says about A's end; `how->server` is an address of B.
 */
int ends_knock(struct ends *ends, struct stage *stage, const struct knock *how,
               struct fault *fault);

/* A datagram socket on each host: B's is bound to `port`, A's is connected to it. No call on either
 * waits longer than 5 s. Returns 0, or a negative errno with `fault` and nothing left open. */
int ends_open_udp(struct ends *ends, struct stage *stage, uint16_t port, struct fault *fault);

/* One question of A's and B's answer, a byte each: after that both systems take it for a dialogue
 * and delay their ACKs, which they do not at a connection's beginning. Returns 0, or a negative
 * errno with `fault`. */
int ends_warm_up(struct ends *ends, struct fault *fault);

/* Closes what is still open. */
void ends_close(struct ends *ends);

#endif
