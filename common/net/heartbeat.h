/* The pulse of a connection on which nothing else is said: asks the peer every now and then, and
 * says when it has not answered for too long. TCP alone would not notice: a connection over which
 * nothing is sent stays ESTABLISHED whatever becomes of the other end.
 *
 * Drive it so: ask heartbeat_on_time at heartbeat_deadline and do what it says; tell it whatever
 * comes from the peer. Pure. */
#ifndef NET_HEARTBEAT_H
#define NET_HEARTBEAT_H

#include <stdint.h>

#include "base/usec.h"

enum heartbeat_action {
    HEARTBEAT_WAIT, /* nothing to do yet */
    HEARTBEAT_PING, /* ask now */
    HEARTBEAT_DEAD, /* give the connection up */
};

struct heartbeat {
    usec_t interval_us;
    uint32_t misses;     /* so many unanswered ones in a row are too many */
    uint32_t unanswered; /* pings since the last word of the peer */
    usec_t deadline;
};

/* The first ping is due at once. `interval_us` and `misses` are above 0. */
void heartbeat_init(struct heartbeat *heartbeat, usec_t interval_us, uint32_t misses, usec_t now);

/* A dead peer is noticed between `misses` and `misses` + 1 intervals after its last word. */
enum heartbeat_action heartbeat_on_time(struct heartbeat *heartbeat, usec_t now);

/* The peer said something, be it a pong or not: it lives. */
void heartbeat_on_word(struct heartbeat *heartbeat);

usec_t heartbeat_deadline(const struct heartbeat *heartbeat);

#endif
