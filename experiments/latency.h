/* How long each of a run's messages (messages.h) was on its way, as the log tells: pictures of one
 * lost message and of all that wait behind it. The x axis counts messages, the y axis is in ms. */
#ifndef EXPERIMENTS_LATENCY_H
#define EXPERIMENTS_LATENCY_H

#include "trace/log.h"
#include "trace/plot.h"

/* Adds the series `name` of those that went by UDP: from the wire's one end to its other. A lost
 * one has no mark. Returns 0 or -ENOMEM. */
int latency_plot_udp(struct plot *plot, const struct trace_log *log, const char *name);

/* And of those that went by TCP after them: from A's send to the return of B's receive. */
int latency_plot_tcp(struct plot *plot, const struct trace_log *log, const char *name);

#endif
