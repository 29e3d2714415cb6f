/* Where sequence numbers begin (RFC 6528): connection after connection, from one port and from
 * many. */
#ifndef EXPERIMENTS_BEGINNINGS_H
#define EXPERIMENTS_BEGINNINGS_H

#include "experiments/experiment.h"

enum { BEGINNINGS_MAX = 32 };

/* Host A connects to `port` of host B so many times from one port of its own, then as many times
 * from another one each time. Returns 0, or a negative errno with `fault`. */
int beginnings_play(struct stage *stage, uint16_t port, int attempts, struct fault *fault);

/* Puts "steps", from one attempt to the next; and how many of them led a little higher, as a clock
 * does: "same_grew" where the port stayed, "others_grew" where it changed. Returns 0 or a negative
 * errno. */
int beginnings_review(struct stage *stage, const struct trace_log *log, int attempts);

#endif
