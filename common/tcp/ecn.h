/* Explicit congestion notification (RFC 3168): a router that fills up marks datagrams instead of
 * dropping them; the receiver says so in its ACKs (ECE) until the sender tells that its window is
 * lower (CWR). It saves the loss, not the cut.
 *
 * The codepoints themselves are the IP layer's (packet/ipv4.h); a segment carries one up and down.
 * Pure. */
#ifndef TCP_ECN_H
#define TCP_ECN_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/segment.h"

/* As Linux' tcp_ecn counts them. */
enum ecn_policy { ECN_OFF, ECN_ASK, ECN_ANSWER };

struct ecn {
    uint8_t policy; /* enum ecn_policy */
    bool asked;     /* a SYN of ours has offered it */
    bool gave_up;   /* and a later one has not: then nothing of ours may be marked */
    bool on;        /* both ends have agreed */
    bool echo;      /* our ACKs bear ECE */
    bool reduced;   /* the window was lowered: the next new text bears CWR */
    bool answering; /* and not to be again before what bore CWR, beyond `recover`, has arrived */
    bool easing;    /* by a mark alone, and so ACK by ACK until then: as `answering` (RFC 9937) */
    seq_t recover;  /* SND.NXT when it was lowered */
};

/* The connection begins. */
void ecn_init(struct ecn *e, enum ecn_policy policy);

/* The flags that our SYN bears; `again` when it is a retransmission, which does without, since
 * there are paths that lose SYNs with these flags. Sections 6.1.1 and 6.1.1.1. */
uint8_t ecn_syn(struct ecn *e, bool again);

/* The flags that our SYN-ACK bears. */
uint8_t ecn_syn_ack(const struct ecn *e);

/* The peer's SYN or SYN-ACK: settles whether ECN is on. */
void ecn_on_syn(struct ecn *e, uint8_t flags);

/* The peer's SYN once more, which may take the offer back. */
void ecn_on_syn_again(struct ecn *e, uint8_t flags);

/* Text within the window. True when it is the first to tell of congestion. Section 6.1.3. */
bool ecn_on_text(struct ecn *e, const struct segment *seg);

/* True while our ACKs bear ECE. */
static inline bool ecn_echoes(const struct ecn *e)
{
    return e->echo;
}

/* True while something is outstanding that was so when the window was lowered last. */
static inline bool ecn_is_answering(const struct ecn *e, seq_t una)
{
    return e->answering && seq_lt(una, e->recover);
}

/* An ACK with these flags, `una` being SND.UNA after it. True when it bears ECE, and the window
 * must not grow; `*lower` when it must be lowered. Section 6.1.2. */
bool ecn_on_ack(struct ecn *e, uint8_t flags, seq_t una, bool *lower);

/* The window was lowered, for whatever reason. */
void ecn_on_reduction(struct ecn *e, seq_t nxt);

/* The window will fall ACK by ACK for what ecn_on_reduction has just told. */
void ecn_on_easing(struct ecn *e);

/* True, once, when that is over. */
bool ecn_has_eased(struct ecn *e);

/* Marks a segment that carries new text: its codepoint, and CWR if that is due. */
void ecn_on_new_text(struct ecn *e, struct segment *out);

#endif
