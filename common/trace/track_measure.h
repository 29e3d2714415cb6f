/* The numbers of one segment, relative and judged against what its connection has seen so far. */
#ifndef TRACE_TRACK_MEASURE_H
#define TRACE_TRACK_MEASURE_H

#include "trace/track.h"

/* A segment enters the wire from `conn->end[from]`: fills `out` and moves what that end has sent.
 */
void track_measure(struct track *conn, int from, const struct segment *tcp,
                   struct track_segment *out);

/* The same segment reaches the other end: moves what that one has received and heard. */
void track_arrive(struct track *conn, const struct track_segment *segment);

/* Block `index` of the segment's SACK option, relative: [start, end). */
struct track_range {
    int64_t start, end;
};
struct track_range track_sack_range(const struct track_segment *segment, unsigned index);

/* Sequence numbers the segment takes: its text, and one each for SYN and FIN. */
int64_t track_segment_len(const struct track_segment *segment);

#endif
