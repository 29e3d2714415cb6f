/* A SYN flood (RFC 4987 section 2): connections asked for by hosts that do not exist, as many as
 * one likes, which a listener has to live through. It leaves by the card of one host of a testbed
 * and has no other target than the other host. */
#ifndef TESTBED_FLOOD_H
#define TESTBED_FLOOD_H

#include "link/link.h"
#include "testbed/testbed.h"

struct flood {
    enum host from;
    uint16_t port; /* of the other host */
    int64_t syns;  /* how many, */
    int64_t rate;  /* and at most how many a second; each from an address and a port at random, */
    uint64_t seed; /* which is this one's */
};

/* Sends them all by `link`, the host's card, however long it takes. Returns 0 or the negative errno
 * of the link. */
int flood_run(const struct flood *flood, struct link *link);

/* The same by a card of a testbed, opened for it. Returns 0 or a negative errno with `fault`. */
int flood_testbed(const struct flood *flood, struct testbed *testbed, struct fault *fault);

#endif
