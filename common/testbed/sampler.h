/* Watches both hosts' kernel TCP from outside: states and windows as SOCK_DIAG tells them, put into
 * the event log when they change.
 *
 * A sample sees what lasted until it was taken. States that passed within one period are skipped,
 * and a time told is the time of the sample: the change came up to a period earlier. */
#ifndef TESTBED_SAMPLER_H
#define TESTBED_SAMPLER_H

#include "base/event.h"
#include "base/usec.h"

#define SAMPLER_PERIOD USEC_MS

enum { SAMPLER_FLOWS_MAX = 64 }; /* per host; what comes while all are in use is not told */

struct sampler;

/* Starts a thread that samples the namespaces of host A and B for `sink` until it is stopped. The
 * descriptors stay the caller's. Returns 0 or a negative errno. */
int sampler_start(struct sampler **out, const int netns[2], struct event_sink *sink);

/* Takes a last sample, joins the thread and frees. */
void sampler_stop(struct sampler *sampler);

#endif
