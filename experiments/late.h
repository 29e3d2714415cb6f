/* A segment that arrives late: an old connection's, when a new one between the same two ports is
 * there already. The wire sends it again by the script that goes with it. */
#ifndef EXPERIMENTS_LATE_H
#define EXPERIMENTS_LATE_H

#include "experiments/experiment.h"

/* What comes late: a segment from deep inside the old stream, because the new one's numbers begin
 * a little above those with which the old one began. */
#define LATE_SCRIPT "replay data 206 a>b conn 1 after 450ms"

/* The old client sends its stream and ends first; then a new one tries to connect from the same
 * port, lets the late segment arrive, and sends a stream of its own. Puts "reconnect" (the outcome)
 * and "old_octets", how many octets of the old stream the server found in the new one. Returns 0,
 * or a negative errno with `fault`. */
int late_play(struct stage *stage, struct fault *fault);

/* Puts "isn_step", how far the second connection's numbers begin above the first one's; 0 when
 * there was no second one. */
int late_review(struct stage *stage, const struct trace_log *log);

#endif
