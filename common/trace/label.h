/* What is written on a row, in as much detail as there is room for. */
#ifndef TRACE_LABEL_H
#define TRACE_LABEL_H

#include "trace/pieces.h"
#include "trace/rows.h"

struct label_options {
    const char *again; /* the sign for a retransmission */
    bool numbered;     /* more than one connection: say which */
};

/* An arrow's label in at most `columns`: what matters least is left out first; flags and numbers
 * never, so that it may be longer. */
void label_arrow(const struct row *row, const struct label_options *options, unsigned columns,
                 char out[static LABEL_MAX]);

/* Why the wire treated the frame as it did: "script: drop data 1"; "" when it did nothing. */
void label_reason(const struct row *row, char out[static LABEL_MAX]);

/* What matters about a frame in a capture: the wire's doing with its reason, and what is special
 * about the segment; "" for ordinary ones. `tcp` may be NULL. */
void label_comment(const struct event_frame *frame, const struct track_segment *tcp,
                   char out[static LABEL_MAX]);

/* The text of a CALL, TIMER, DROP, NOTE, GAP or FOLD, likewise. */
void label_other(const struct row *row, unsigned columns, char out[static LABEL_MAX]);

/* What makes two rows the same when ladders are compared: kind, direction, flags without PSH,
 * relative numbers, lost or not, sent again or not; neither times nor windows nor options. */
void label_key(const struct row *row, char out[static LABEL_MAX]);

#endif
