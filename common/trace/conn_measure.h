/* The numbers of one segment, relative and judged against what its connection has seen so far. */
#ifndef TRACE_CONN_MEASURE_H
#define TRACE_CONN_MEASURE_H

#include "trace/conn.h"

/* A segment enters the wire from `conn->end[from]`: fills `out` and moves what that end has sent.
 */
void conn_measure(struct conn *conn, int from, const struct segment *tcp, struct conn_segment *out);

/* The same segment reaches the other end: moves what that one has received and heard. */
void conn_arrive(struct conn *conn, const struct conn_segment *segment);

/* Sequence numbers the segment takes: its text, and one each for SYN and FIN. */
int64_t conn_segment_len(const struct conn_segment *segment);

#endif
