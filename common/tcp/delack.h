/* Delayed acknowledgments (RFC 9293 section 3.8.6.3, RFC 5681 section 4.2): not one ACK for each
 * segment, but for every second, and never later than a set time.
 *
 * Contract: each arrival is reported; delack_now then tells whether an ACK must leave at once, and
 * delack_due whether the time is over. Every segment that carries an ACK is reported too, since
 * it settles the debt. Pure. */
#ifndef TCP_DELACK_H
#define TCP_DELACK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/usec.h"

struct delack {
    usec_t deadline;   /* NEVER when no ACK is owed */
    usec_t heard_at;   /* when text last arrived */
    uint32_t delay_us; /* below 500 ms (MUST-40) */
    uint32_t owed;     /* octets of text that arrived since the last ACK */
    uint8_t quick;     /* so many segments more are acknowledged at once */
    bool at_once;      /* an ACK is owed without delay */
    bool quickly;      /* likewise, if this is no dialogue */
    bool heard;        /* some text has arrived */
    bool dialogue;     /* text was answered by text: ACKs will find something to ride on */
};

void delack_init(struct delack *d, uint32_t delay_us, uint8_t quick);

/* New text of `len` octets arrived in order; `segment` is the peer's segment size, by which a
 * super-segment counts as several. `filled` tells that it closed all or part of a gap. */
void delack_on_text(struct delack *d, uint32_t len, uint32_t segment, bool filled, usec_t now);

/* Something arrived that must be answered at once: text out of order, a duplicate, a FIN, a
 * segment that was not acceptable. */
void delack_hurry(struct delack *d);

/* The peer's FIN arrived in its place, as Linux takes it: the user will soon end this side too, so
 * that the ACK waits for our FIN to ride on; but hardly so when no text came before. */
void delack_on_fin(struct delack *d, usec_t now);

/* A segment with an ACK left. Text on it soon after text from the peer shows a dialogue, in which
 * the next ACK will find something to ride on: none are quick until one has waited in vain. */
void delack_on_ack_sent(struct delack *d, bool with_text, usec_t now);

/* The delay is over: the ACK is owed now. */
void delack_on_timeout(struct delack *d);

/* True when an ACK must leave now, timer aside. */
bool delack_now(const struct delack *d);

/* True when the delay is over. */
bool delack_due(const struct delack *d, usec_t now);

#endif
