/* One long write of A's, watched until all of it has left the send buffer, and read by B. */
#ifndef EXPERIMENTS_LONG_WRITE_H
#define EXPERIMENTS_LONG_WRITE_H

#include "experiments/ends.h"

enum { LONG_WRITE_MAX = 14000 }; /* octets; fits in a first flight of ten segments */

/* Results: bytes, mss, ceil (bytes / mss, rounded up), held_at_first and held_at_last (octets in
 * the send buffer right after the write, and when it is empty), equal. Returns 0, or a negative
 * errno with `fault`. */
int long_write(const struct ends *ends, uint32_t bytes, struct fault *fault);

/* Remarked when the first octets are seen to have left the send buffer (segments_noted). */
extern const char long_write_released[];

#endif
