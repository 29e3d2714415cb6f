/* TCP's own window: streams into receive buffers of 8, 16, 32 and 48 KiB, side by side. What a
 * buffer has room for is offered as the window, and the window is what a round trip carries. */
#ifndef EXPERIMENTS_BUFFERS_H
#define EXPERIMENTS_BUFFERS_H

#include "experiments/experiment.h"

/* For a scene. Results: sent and arrived (octets, of all), */
int buffers_play(struct stage *stage, struct fault *fault);

/* rtt_ms, and for each buffer window_8 (octets, the largest offered), kbps_8 (in whole round trips
 * of steady state), share_percent_8 (of window / RTT). */
int buffers_review(struct stage *stage, const struct trace_log *log);

/* Throughput against window. */
int buffers_draw(struct plot *plot, const struct stage *stage, const struct trace_log *log);

#endif
