/* One direction full: A sends so many octets to B as fast as TCP lets it, each end in a thread of
 * its own, several such streams at once if need be; and what the log tells of their speed. */
#ifndef EXPERIMENTS_STREAM_H
#define EXPERIMENTS_STREAM_H

#include "base/thread.h"
#include "experiments/ends.h"
#include "trace/log.h"

struct stream_plan {
    uint16_t port;
    uint64_t bytes;
    uint32_t rcvbuf; /* B's, from the first SYN on; 0: as the host has it */
    bool quickack;   /* B acknowledges each segment at once */
};

struct stream {
    struct stream_plan plan;
    uint64_t received; /* by B, afterwards */
    struct ends ends;
    struct thread *sender, *receiver;
    int send_error, receive_error;
};

/* Connects all of them (result: congestion, the algorithm), then lets all begin, and waits until B
 * has read the end of each. Only `plan` has been set. Returns 0, or a negative errno with `fault`:
 * a call failed, or not all arrived. */
int streams_run(struct stage *stage, struct stream *streams, int count, struct fault *fault);

/* A stretch of time, since the run began. */
struct stretch {
    usec_t from, until;
};

/* From the first text that A sent to `port` until A had heard its last ACK. Returns 0 or -ENOMEM.
 */
int stream_stretch(const struct trace_log *log, uint16_t port, struct stretch *out);

/* How much of that was acknowledged at A within a stretch, in kbit/s; or a negative errno. */
int64_t stream_kbps(const struct trace_log *log, uint16_t port, struct stretch within);

#endif
