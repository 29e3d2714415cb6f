/* The states of a connection's ends: inferred from segments, or as told. */
#ifndef TRACE_CONN_STATE_H
#define TRACE_CONN_STATE_H

#include "trace/conn.h"

/* `segment`, just measured, leaves its end with frame `id`. */
void conn_state_on_send(struct conn *conn, const struct conn_segment *segment, uint64_t id,
                        struct conn_step *out);

/* It reaches the other end, which conn_arrive has been told. */
void conn_state_on_arrival(struct conn *conn, const struct conn_segment *segment, uint64_t id,
                           struct conn_step *out);

/* The end says so itself, exactly or by a sample. */
void conn_state_on_told(struct conn *conn, int end, const struct event_state *told,
                        struct conn_step *out);

#endif
