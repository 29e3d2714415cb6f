/* A sliding window made by the program: messages of one size, so many of them unanswered at any
 * time. A window of one is stop-and-wait. The other end answers each (server/nod.h). */
#ifndef CLIENT_SLIDE_H
#define CLIENT_SLIDE_H

#include "net/net.h"

enum { SLIDE_MESSAGE_MAX = 1460, SLIDE_WINDOW_MAX = 64 };

struct slide {
    size_t message; /* octets, at most SLIDE_MESSAGE_MAX */
    int window;     /* messages, at most SLIDE_WINDOW_MAX */
};

struct slide_result {
    int64_t octets; /* answered while it was measured, */
    usec_t took_us; /* for so long */
};

/* Sends three windows full of messages, and measures the last two: during the first one the
 * congestion window opens (RFC 5681 section 3.1). Returns 0 or a negative errno. */
int slide_run(struct net *net, int sock, const struct slide *slide, struct slide_result *result);

#endif
