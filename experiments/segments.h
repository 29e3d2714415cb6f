/* The TCP segments of a run, one after the other as they entered the wire, or as they left it, each
 * with its meaning: for reviews that count or time them. */
#ifndef EXPERIMENTS_SEGMENTS_H
#define EXPERIMENTS_SEGMENTS_H

#include "trace/walk.h"

struct segments {
    struct trace_walk walk;
    bool sending, arriving; /* what is told: those that enter the wire, those that leave it */
};

struct segment_sent {
    usec_t at;     /* since the run began */
    unsigned conn; /* connections are numbered from 1 in the order in which they appear */
    const struct track_segment *tcp;
    const struct event_frame *frame;
    bool arrives; /* it left the wire then; else it entered it */
};

void segments_begin(struct segments *segments, const struct trace_log *log);

/* The same for the copies that arrived at the other end, those left out that a checksum refused. */
void segments_begin_arrivals(struct segments *segments, const struct trace_log *log);

/* Both, in the order in which it happened. */
void segments_begin_both(struct segments *segments, const struct trace_log *log);

/* Returns 1 and the next segment, valid until segments_end; 0 behind the last; or -ENOMEM. */
int segments_next(struct segments *segments, struct segment_sent *out);

void segments_end(struct segments *segments);

/* When the program made the remark `text` (stage_note) for the first time, since the run began;
 * NEVER: it did not. */
usec_t segments_noted(const struct trace_log *log, const char *text);

/* How many SYNs the connection that came last sent (or a negative errno); `gaps` becomes the
 * seconds between them, "1 2 4". */
int segments_last_syns(const struct trace_log *log, char *gaps, size_t size);

/* Which part of a run is told: from the first segment with one of the flags `from` (0: from the
 * beginning) up to, and without, the next one with one of the flags `until` (0: to the end). */
struct segments_part {
    uint8_t from, until;
};

/* Writes that part as one line, "A:SYN B:SYN+ACK A:ACK A:data(13)", PSH left out; one that the wire
 * lost ends in "-lost". What does not fit is cut off. Returns how many segments it has, or a
 * negative errno. */
int segments_tell(const struct trace_log *log, struct segments_part part, char *out, size_t size);

#endif
