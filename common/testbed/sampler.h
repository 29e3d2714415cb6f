/* Watches both hosts' kernel TCP from outside: states and windows as SOCK_DIAG tells them, put into
 * the event log when they change.
 *
 * A sample sees what lasted until it was taken, and the time told is that of the sample. One is
 * taken when a frame moves on the wire, because frames come with changes of state, but not more
 * often than every SAMPLER_GAP; another one SAMPLER_GAP later, when the kernel is done with the
 * frame; and without any frame every SAMPLER_PERIOD. */
#ifndef TESTBED_SAMPLER_H
#define TESTBED_SAMPLER_H

#include "base/event.h"
#include "base/usec.h"

#define SAMPLER_GAP    (USEC_MS / 5)
#define SAMPLER_PERIOD MS(10)

enum { SAMPLER_FLOWS_MAX = 64 }; /* per host; what comes while all are in use is not told */

struct sampler;

/* Starts a thread that samples the namespaces of host A and B for `sink` until it is stopped. The
 * descriptors stay the caller's. Returns 0 or a negative errno. */
int sampler_start(struct sampler **out, const int netns[2], struct event_sink *sink);

/* A sink to put between the wire and `next`, where its events go: it passes all of them on and has
 * samples taken when frames move. Part of the sampler; one for each. */
struct event_sink *sampler_tap(struct sampler *sampler, struct event_sink *next);

/* Takes a last sample, joins the thread and frees. */
void sampler_stop(struct sampler *sampler);

#endif
