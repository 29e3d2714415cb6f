/* Inside the core: how an arriving segment travels through the steps of RFC 9293 section 3.10.7.
 * Shared by the input files only. Pure. */
#ifndef TCP_INPUT_H
#define TCP_INPUT_H

#include "tcp/tcb.h"

/* A segment on its way through the steps. What follows `now` is what the sequence check has left of
 * it: the part inside the window. */
struct arrival {
    const struct segment *seg;
    usec_t now;
    seq_t seq; /* of the first octet of text */
    struct span text[2];
    bool syn, fin;
};

/* What a step decides about the segment. */
enum step { STEP_CONTINUE, STEP_STOP };

/* The whole segment, nothing cut off. */
struct arrival arrival_of(const struct segment *seg, usec_t now);

/* Octets of text left. */
uint32_t arrival_text_len(const struct arrival *a);

/* The eight steps of section 3.10.7.4. input_check.c: */
enum step check_sequence(struct tcb *t, struct arrival *a);
enum step check_reset(struct tcb *t, struct arrival *a);
enum step check_security(struct tcb *t, struct arrival *a);
enum step check_syn(struct tcb *t, struct arrival *a);
/* input_ack.c: */
void acknowledge_syn(struct tcb *t, const struct arrival *a);
enum step check_ack(struct tcb *t, struct arrival *a);
/* Time has passed: RACK looks for losses, and recovery and the window answer. */
void search_losses(struct tcb *t, usec_t now);
/* input_text.c: */
enum step check_urgent(struct tcb *t, struct arrival *a);
enum step take_text(struct tcb *t, struct arrival *a);
enum step check_fin(struct tcb *t, struct arrival *a);

#endif
