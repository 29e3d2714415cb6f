/* Resets (RFC 9293 section 3.5.2): the one a connection has still to send, and the one for a
 * segment that belongs to none. Pure. */
#ifndef TCP_RESET_H
#define TCP_RESET_H

#include "packet/segment.h"

/* A RST that a connection sends before anything else. */
struct reset {
    bool pending;
    uint8_t flags;
    seq_t seq, ack;
};

/* The reset for a segment that belongs to no connection. False when it gets none. */
bool tcp_reset_for(const struct segment *seg, struct segment *out);

#endif
