/* Pictures of a log: what a connection did over time, as series of a plot. Each function adds its
 * own, so that several may share one picture. The x axis is seconds since the log's start.
 *
 * All return 0 or -ENOMEM. */
#ifndef TRACE_PLOT_VIEWS_H
#define TRACE_PLOT_VIEWS_H

#include "trace/log.h"
#include "trace/plot.h"

/* What to look at. */
struct plot_view {
    const struct trace_log *log;
    unsigned conn; /* connections are numbered from 1 by first appearance; 0: the first */
    int from;      /* the end that sends: 0 host A, 1 host B */
    double unit;   /* octets that count as 1 on the y axis; 0: 1 */
};

/* The congestion window as that end tells it, under this name; steps. */
int plot_cwnd(struct plot *plot, const struct plot_view *view, const char *name);

/* And where slow start would end; nothing while that is arbitrarily high. */
int plot_ssthresh(struct plot *plot, const struct plot_view *view, const char *name);

/* Marks at the window's height when a segment was sent again. */
int plot_resent(struct plot *plot, const struct plot_view *view, const char *name);

/* The time-sequence graph: each segment with text a stroke from its first octet to its last when it
 * enters the wire; those sent again; marks where the wire lost one; the ACKs as they come back to
 * the sender, steps; marks for duplicates. Five series, numbers relative to the SYN. */
struct plot_sequence_names {
    const char *sent, *again, *lost, *acked, *duplicate;
};
int plot_sequence(struct plot *plot, const struct plot_view *view,
                  const struct plot_sequence_names *names);

/* How much was acknowledged at that end, in each stretch of `width` since its first text; steps. */
int plot_acked(struct plot *plot, const struct plot_view *view, usec_t width, const char *name);

/* Frames waiting for the wire's rate in the direction from that end, whosever, as each one that was
 * let in met them; steps. */
int plot_queue(struct plot *plot, const struct plot_view *view, const char *name);

#endif
