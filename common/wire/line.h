/* The line of one direction: sends frames one after another at a rate, with a bounded queue in
 * front; a frame that finds it full is dropped from the tail.
 *
 * A frame occupies the line for its own length, Ethernet header included. Time is kept in
 * nanoseconds, so that a rate stays right over many frames that each take a broken number of
 * microseconds. Pure. */
#ifndef WIRE_LINE_H
#define WIRE_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/usec.h"
#include "wire/medium.h"

struct line {
    uint64_t rate_bps;  /* 0: unlimited */
    uint32_t queue_len; /* frames that may wait while another is being sent */
    int64_t free_ns;    /* when the last frame taken has left */
    uint32_t first, count;
    int64_t leaves_ns[MEDIUM_QUEUE_MAX + 1]; /* a ring: when each frame not yet gone will be */
};

/* Changes rate and queue; frames already taken keep their times. `queue_len` 0 means
 * MEDIUM_QUEUE_DEFAULT, and more than MEDIUM_QUEUE_MAX counts as that. */
void line_set(struct line *line, uint64_t rate_bps, uint32_t queue_len);

/* Whether a frame that comes now must be dropped. */
bool line_is_full(struct line *line, usec_t now);

/* How many frames wait now for the line to send another one. */
uint32_t line_waiting(struct line *line, usec_t now);

/* Takes a frame and returns when its last bit has been sent, rounded up. The line is not full. */
usec_t line_take(struct line *line, usec_t now, size_t frame_len);

#endif
