/* The states of a connection's ends: inferred from segments, or as told. */
#ifndef TRACE_TRACK_STATE_H
#define TRACE_TRACK_STATE_H

#include "trace/track.h"

/* Both ends are taken to be in `state`: the log began in the middle. */
void track_state_assume(struct track *conn, enum tcp_state state);

/* `segment`, just measured, leaves its end with frame `id`. */
void track_state_on_send(struct track *conn, const struct track_segment *segment, uint64_t id,
                         struct track_step *out);

/* It reaches the other end, which track_arrive has been told. */
void track_state_on_arrival(struct track *conn, const struct track_segment *segment, uint64_t id,
                            struct track_step *out);

/* The end says so itself, exactly or by a sample. */
void track_state_on_told(struct track *conn, int end, const struct event_state *told,
                         struct track_step *out);

#endif
