/* Clients that no server has asked for: what they send is no request, leads outside, does not end,
 * or takes its time. Scenes of exp-application. */
#ifndef EXPERIMENTS_RUDE_H
#define EXPERIMENTS_RUDE_H

#include "experiments/experiment.h"

/* One after the other: puts the status with which each was answered. */
int rude_play_all(struct stage *stage, struct fault *fault);

/* An octet every quarter of the server's time-out: puts how many "octets" it took until the server
 * answered, "after_ms", with which "status". */
int rude_play_slow(struct stage *stage, usec_t timeout_us, struct fault *fault);

#endif
