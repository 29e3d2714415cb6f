/* The wire between two interfaces: a thread that takes frames from each end, passes them through a
 * medium, and sends what comes out of it at the other end, in real time.
 *
 * Frames count as entered when they arrived at the interface, even if the thread was late to fetch
 * them: they still meet each other in their true order, and a stalled thread delays no more than it
 * must. */
#ifndef WIRE_RELAY_H
#define WIRE_RELAY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/usec.h"
#include "link/link.h"
#include "wire/medium.h"

struct relay_config {
    struct link *link[2]; /* by enum wire_dir: where that direction begins. The caller's; they must
                             stay until relay_stop */
    struct medium_config medium;
};

struct relay_stats {
    struct medium_counts dir[2]; /* by enum wire_dir */
    usec_t latest;               /* the greatest lateness of any frame delivered so far */
    uint64_t overruns;           /* frames lost on the way into the wire; 0 unless it stalls */
    uint64_t unsent;             /* frames that the interface at the far end refused */
};

struct relay;

/* Makes the medium and starts the thread. Returns 0, or what medium_new or thread_start say. */
int relay_start(struct relay **out, const struct relay_config *config, struct fault *fault);

/* Stops and joins the thread, drops what is inside, and frees. */
void relay_stop(struct relay *relay);

/* From any thread. */
void relay_get_stats(struct relay *relay, struct relay_stats *stats);

/* True when no frame is inside nor waits at either end, and the sink has heard everything. */
bool relay_is_idle(struct relay *relay);

#endif
