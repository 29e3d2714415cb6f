/* What a run's programs cost the wire, over TCP and over UDP. */
#ifndef EXPERIMENTS_TRAFFIC_H
#define EXPERIMENTS_TRAFFIC_H

#include "experiments/experiment.h"

/* Puts of both hosts together "tcp_frames", "tcp_octets" (of whole frames), "tcp_lost" (by the
 * wire), and the same of "udp_". A scene's review. */
int traffic_review(struct stage *stage, const struct trace_log *log);

#endif
