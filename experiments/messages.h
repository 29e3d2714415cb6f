/* Numbered messages from A to B at a steady pace, over TCP or UDP: which came, in which order, and
 * how long each was on its way. Over TCP each is a fixed number of octets of the stream. */
#ifndef EXPERIMENTS_MESSAGES_H
#define EXPERIMENTS_MESSAGES_H

#include "experiments/experiment.h"

enum { MESSAGE_BYTES = 100, MESSAGES_MAX = 1000 };

struct messages_plan {
    enum net_type type;
    uint16_t port;
    int64_t count;   /* at most MESSAGES_MAX */
    usec_t interval; /* between two of them */
    usec_t patience; /* UDP: when nothing has come for so long, nothing will */
};

struct arrival {
    uint32_t number; /* from 1 */
    usec_t latency;  /* from the call that sent it to the return of the one that received it */
};

struct messages {
    struct arrival arrivals[2 * MESSAGES_MAX]; /* in their order */
    size_t count;
};

/* Sends them, and waits until B has heard the last. Returns 0, or a negative errno with `fault`. */
int messages_run(struct stage *stage, const struct messages_plan *plan, struct messages *messages,
                 struct fault *fault);

/* How the arrivals differ from what was sent. */
struct messages_verdict {
    int64_t missing, twice, late; /* late: came after one with a higher number */
};

struct messages_verdict messages_judge(const struct messages *messages, int64_t sent);

/* The latency below or at which so many percent of what arrived was; 0 when nothing did. */
usec_t messages_percentile(const struct messages *messages, int percent);

#endif
