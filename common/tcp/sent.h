/* The record of what was sent: SND.UNA, SND.NXT, and between them every octet of sequence space
 * with when it was sent, how often, and what is known of its fate.
 *
 * SYN and FIN are octets of sequence space like any other here. Neighbours sent at the same instant
 * with the same fate share one range, so a super-segment is one range; an ACK, a SACK block or a
 * retransmission may split a range anywhere. The ranges lie in memory handed in; a part of it is
 * kept back from new transmissions for those splits. Tallies are kept with each change, so that the
 * pipe costs nothing to ask. Pure. */
#ifndef TCP_SENT_H
#define TCP_SENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/usec.h"
#include "packet/seq.h"
#include "tcp/sent_news.h"

struct sent_range {
    seq_t seq;
    uint32_t len;
    usec_t sent_us;     /* the last time */
    uint8_t times_sent; /* stays at 255 */
    bool sacked;        /* the peer reported it (RFC 2018) */
    bool lost;          /* given up for lost, by whatever rule */
    bool resent;        /* sent again since it was found lost */
    bool pushed;        /* its last octet bore PSH, and does so again */
};

struct sent {
    seq_t una, nxt; /* SND.UNA and SND.NXT; nobody keeps another copy */
    struct sent_range *ranges;
    uint32_t cap, head, count;     /* a ring of ranges in order of sequence, without holes */
    uint32_t sacked, lost, resent; /* octets so marked; a SACKed one bears no other mark */
    seq_t sacked_to;               /* one past the highest SACKed octet, or SND.UNA */
    seq_t lost_to;                 /* every octet before it is SACKed or lost */
    seq_t pushed_to;               /* where the latest PSH stood, or text began */
};

/* A run of sequence space. */
struct sent_piece {
    seq_t seq;
    uint32_t len;
};

/* Nothing sent yet; the first octet will be `iss`. `cap` must be at least 4. sent_grow moves the
 * record to larger memory; the old is the caller's again. */
void sent_init(struct sent *s, struct sent_range *ranges, uint32_t cap, seq_t iss);
void sent_grow(struct sent *s, struct sent_range *ranges, uint32_t cap);

/* Records `len` new octets at SND.NXT. False when the record is full: then do not send them. */
bool sent_new(struct sent *s, uint32_t len, usec_t now);

/* The octet recorded last left with PSH; whether one that ends at `end` did, and so does again. */
void sent_push(struct sent *s);
bool sent_is_pushed(const struct sent *s, seq_t end);

/* True when sent_new may refuse: time for sent_grow. */
bool sent_is_tight(const struct sent *s);

/* Records that outstanding octets were sent again. Where no room is left to split, the whole range
 * counts as sent again: the pipe is then over-estimated, never under. */
void sent_again(struct sent *s, struct sent_piece piece, usec_t now);

/* SEG.ACK in (SND.UNA, SND.NXT]: forgets what lies before it. */
void sent_ack(struct sent *s, seq_t ack, struct sent_news *news);

/* Marks what the peer holds; ignores what lies outside SND.UNA..SND.NXT. */
void sent_mark_sacked(struct sent *s, seq_t start, seq_t end, struct sent_news *news);

/* Marks as lost all octets before `end` that are not SACKed, without touching those resent; and
 * that the retransmission of the range at `position`, marked as lost before, is lost as well. */
void sent_mark_lost(struct sent *s, seq_t end);
void sent_mark_lost_again(struct sent *s, uint32_t position);

/* The timer expired: forgets every SACK, since the peer may have changed its mind (RFC 2018 section
 * 8), and counts everything outstanding as lost and not yet resent. */
void sent_mark_all_lost(struct sent *s);

/* The same with SACKs kept: lost are the first octets and what was sent by `latest`, or before it
 * was sent again; the copy then is not. */
void sent_mark_timed_out(struct sent *s, usec_t latest);

/* The position, from 0 at SND.UNA, of the range that holds `seq`; s->count outside the record. */
uint32_t sent_position(const struct sent *s, seq_t seq);
const struct sent_range *sent_at(const struct sent *s, uint32_t position);

/* FlightSize (RFC 5681 section 2): sent, not cumulatively acknowledged. */
static inline uint32_t sent_flight(const struct sent *s)
{
    return seq_distance(s->una, s->nxt);
}

/* Octets believed to be in the network (RFC 6675 section 2, pipe). */
static inline uint32_t sent_pipe(const struct sent *s)
{
    return sent_flight(s) - s->sacked - s->lost + s->resent;
}

#endif
