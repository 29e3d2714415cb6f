/* What a log amounts to in numbers: per connection and direction, and in all. */
#ifndef TRACE_SUMMARY_H
#define TRACE_SUMMARY_H

#include "base/event.h"
#include "trace/log.h"

/* One direction: what host A (0) or host B (1) sent, counted where it entered the wire. */
struct trace_counts {
    uint64_t segments;
    uint64_t octets;          /* whole frames */
    uint64_t text;            /* octets of text, sent again included */
    uint64_t retransmissions; /* segments sent again, in whole or in part */
    uint64_t dup_acks, resets;
    uint64_t dropped, duplicated, delayed, reordered, corrupted, replayed; /* by the wire */
};

struct trace_conn_summary {
    struct event_flow flow; /* as host A sees it */
    usec_t first, last;     /* its first and last frame, since the log's start */
    struct trace_counts sent[2];
};

struct trace_summary {
    struct trace_conn_summary *conns; /* in the order of their first segment */
    size_t count;
    struct trace_counts sent[2]; /* all of TCP */
    struct trace_counts udp[2];  /* datagrams, counted likewise; nothing marks one sent again */
    uint64_t other_frames;       /* ARP, ICMP, UDP, ... */
    usec_t duration;             /* from the first event to the last */
    uint64_t lost_events;        /* that the log had no memory for: above 0 the rest is too low */
};

/* Counts the log. Returns 0 or -ENOMEM (and nothing to free). */
int trace_summary_init(struct trace_summary *summary, const struct trace_log *log);
void trace_summary_fini(struct trace_summary *summary);

#endif
