/* Inside the core: making the segments that tcp_next_segment hands out. Pure. */
#ifndef TCP_OUTPUT_H
#define TCP_OUTPUT_H

#include "tcp/tcb.h"

/* The header of a segment with ACK, as far as it is known before its text is: SEQ, ACK, options. */
void output_header(const struct tcb *t, seq_t seq, usec_t now, struct segment *out);

/* `out` is about to leave: adds urgent pointer and window; the window is now promised, and the ACK
 * that was owed is paid. */
void output_commit(struct tcb *t, usec_t now, struct segment *out);

/* output_text.c: the next segment with text or FIN, again or for the first time. */
bool output_text(struct tcb *t, usec_t now, struct segment *out);

/* New data was sent or acknowledged: sets when a tail loss probe is to follow, if one is. */
void output_schedule_probe(struct tcb *t, usec_t now);

/* Text or a FIN waits for the window to open. */
bool output_is_waiting(const struct tcb *t);

#endif
