/* The window that B offers A, as the wire saw it: how far it let A go, when it was shut, and how
 * often A asked whether it still was. */
#ifndef EXPERIMENTS_WINDOW_H
#define EXPERIMENTS_WINDOW_H

#include "experiments/experiment.h"
#include "experiments/segments.h"

/* Whether a segment tells B's window: not the SYN's, which is never scaled. */
bool window_is_told(const struct segment_sent *sent);

/* Results: largest_window; narrower and zero_windows, segments with a smaller window than the one
 * before and with none; edge_moved_left, how often ACK and window together fell; probes,
 * probe_gaps_ms (the first counts from B's first zero) and backs_off, whether each gap was half as
 * long again as the one before. Returns 0 or a negative errno. */
int window_review(struct stage *stage, const struct trace_log *log);

/* For a struct scene_plot: the window over time, in bytes, and marks where A probed. */
int window_plot(struct plot *plot, const struct stage *stage, const struct trace_log *log);

#endif
