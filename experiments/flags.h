/* All the flags that two hosts have for each other, in two short connections. */
#ifndef EXPERIMENTS_FLAGS_H
#define EXPERIMENTS_FLAGS_H

#include "experiments/experiment.h"
#include "trace/log.h"

/* A speaks to `port` of B, urgently too, and ends; then to the port after that, where B aborts: the
 * script must lose that RST, so that A speaks on and gets another one. Returns 0, or a negative
 * errno with `fault`. */
int flags_play(struct stage *stage, uint16_t port, struct fault *fault);

/* Puts "flags", how many different ones there were, and them, "seen"; those of the "first_syn";
 * whether there was "ecn"; and which segments were "without_ack", by their flags. Returns 0 or a
 * negative errno. */
int flags_review(struct stage *stage, const struct trace_log *log);

/* A speaks three times, and B hears each; what A says first should be marked by the script. Puts
 * A's congestion window before, "cwnd_before", and after that mark was told, "cwnd_after". */
int marks_play(struct stage *stage, uint16_t port, struct fault *fault);

/* Puts the flags of what "told" of the mark and of what "answered", and how many ACKs told,
 * "echoes".
 */
int marks_review(struct stage *stage, const struct trace_log *log);

#endif
