/* The raw peer: it has a card and no stack, so it says what it likes, and hears every answer. */
#ifndef TESTS_DIFFERENTIAL_PEER_H
#define TESTS_DIFFERENTIAL_PEER_H

#include "link/link.h"
#include "packet/segment.h"
#include "testbed/testbed.h"

enum { REPLY_MAX = 96 };

/* What it knows of the connection at hand. */
struct peer {
    struct link *link;
    uint16_t port, host_port; /* its own, and the host's: 0 before a first segment tells it */
    seq_t nxt;                /* what the host expects of it next, as far as it has said */
    seq_t host_nxt;           /* behind everything that the host has sent */
    bool heard;               /* the host has sent something: `host_nxt` means something */
    uint16_t echo;            /* of the last barrier */
};

/* Sends a segment to the host; ports are filled in. Returns 0 or a negative errno. */
int peer_send(struct peer *peer, struct segment *seg);

/* Waits until the host has dealt with all it got, and writes what it has sent since the last time:
 * "-" for nothing, else each segment's flags, SEQ and ACK from where they were before, and length.
 * The peer then knows what these segments say. Returns 0, or -ETIMEDOUT. */
int peer_listen(struct peer *peer, char reply[static REPLY_MAX]);

/* Flags as letters, in tcpdump's way. */
void peer_print_flags(uint8_t flags, char out[static 9]);

#endif
