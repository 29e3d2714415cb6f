/* Two ends that talk at the same time, each in its own way: how much, in which portions, with which
 * pauses, and with which socket options. Host A connects; each end sends in a thread of its own
 * while it receives, ends its direction when it has said all, and closes when it has heard all. */
#ifndef EXPERIMENTS_CONVERSATION_H
#define EXPERIMENTS_CONVERSATION_H

#include "base/fault.h"
#include "base/thread.h"
#include "net/background.h"
#include "testbed/testbed.h"

/* What one end says, and how the other one listens. */
struct speech {
    uint64_t seed; /* of its octets */
    uint32_t bytes;
    uint32_t write_most, read_most; /* octets in one call, at most; drawn for each */
    usec_t write_pause, read_pause; /* between calls, at most; drawn for each */
    bool answers;                   /* begins only when the other direction has ended */
};

/* An end's socket options; 0 and false: as the host has them. */
struct manners {
    uint32_t rcvbuf, sndbuf, maxseg, window_clamp;
    bool nodelay, cork, quickack, cubic;
};

struct conversation_plan {
    usec_t begins;           /* so long after the call */
    usec_t timeout_us;       /* an end that waits so long is stuck */
    struct speech speech[2]; /* by the enum host that speaks */
    struct manners manners[2];
};

struct conversation;

/* One end, by who speaks there. */
struct conversation_end {
    struct conversation *of;
    enum host host;
    struct net *net;
    int sock;
    struct thread *speaker;
    bool heard_all;       /* guarded by of->monitor */
    uint64_t said, heard; /* octets; the speaker's and the listener's own until joined */
    uint8_t said_sha256[32], heard_sha256[32];
    int said_error, heard_error;
};

struct conversation {
    const struct conversation_plan *plan;
    struct net_addr server;
    struct background background;
    struct thread *client;
    struct monitor monitor;
    bool served; /* guarded by monitor: host B's end is over */
    int connect_error;
    struct conversation_end end[2]; /* by enum host */
};

/* Starts both ends on `port`; they run until conversation_finish. Returns 0 or a negative errno
 * with `fault`. `plan` must stay. */
int conversation_start(struct conversation *conversation, struct testbed *testbed,
                       const struct conversation_plan *plan, uint16_t port, struct fault *fault);

/* Waits until both have heard everything. Returns 0, or a negative errno with what went wrong in
 * `fault`: a call failed, or somebody heard other octets than were said. */
int conversation_finish(struct conversation *conversation, struct fault *fault);

#endif
