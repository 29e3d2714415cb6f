/* Reliable messages over datagrams that get lost, doubled and out of order (automatic repeat
 * request): what TCP's reliability is made of, in as little as will do.
 *
 *   number            puts messages in order, finds those that came twice and those that are
 * missing answer            tells the sender what has arrived; every datagram gets one sending
 * again     what three later datagrams have overtaken (as fast retransmit does), or what got no
 * answer for a time that follows the round trip (RFC 6298), doubled for each time it was sent
 *   window            so many messages at most are on their way or unread, so the receiver's room
 *                     is never overrun
 *
 * A datagram sent again is told from the first by its turn, so that an answer always says which of
 * them it answers (TCP needs timestamps for that, RFC 7323; QUIC does it so, RFC 9002 section 2).
 *
 * What it has not: congestion control. It sends a window for each round trip however much is lost,
 * so it may have a wire for itself, and not the Internet (RFC 8085 section 3.1). Nor a handshake:
 * the first datagram opens a transfer, so anybody may send it and an old one may come late.
 *
 * Pure: no I/O, no clock, no memory but these structs. The sender is driven so: put messages while
 * there is room; send what arq_next gives; hand in answers; sleep until arq_deadline; again. */
#ifndef NET_ARQ_H
#define NET_ARQ_H

#include "base/usec.h"
#include "net/arq_format.h"

enum {
    ARQ_WINDOW = 32,   /* messages: as many as an answer's bits */
    ARQ_OVERTAKEN = 3, /* turns: reordering is rarely worse */
};

#define ARQ_PATIENCE SECONDS(30) /* for the answer to one message; then the peer is given up */

struct arq_slot { /* a message from its putting to its answer */
    size_t len;
    bool last;
    bool arrived;
    uint32_t times;    /* sent, */
    uint32_t timeouts; /* so often because there was no answer in time, */
    uint32_t turn;     /* the last time with this turn, */
    usec_t sent_us;    /* which was then; */
    usec_t first_us;   /* the first time */
    uint8_t text[ARQ_TEXT_MAX];
};

struct arq_sender {
    uint32_t id;
    uint32_t first, next; /* numbers: the oldest that has no answer; of the next one to be put */
    uint32_t turn;        /* of the next datagram */
    uint32_t newest;      /* the turn after the latest one that was answered */
    usec_t srtt_us, rttvar_us;
    uint64_t sent, resent, timeouts; /* datagrams; of these, repetitions; of these, after a time */
    struct arq_slot slots[ARQ_WINDOW];
};

void arq_sender_init(struct arq_sender *sender, uint32_t id);

bool arq_has_room(const struct arq_sender *sender);

/* Takes a message, of 0 to ARQ_TEXT_MAX octets, where there is room. */
void arq_put(struct arq_sender *sender, struct span text, bool last);

/* Writes the next datagram that is due, at most ARQ_DATAGRAM_MAX octets. Returns its length, 0 when
 * none is, or -ETIMEDOUT when a message has found no answer for ARQ_PATIENCE. */
int64_t arq_next(struct arq_sender *sender, usec_t now, uint8_t *out);

/* What is no answer to this sender changes nothing. */
void arq_on_answer(struct arq_sender *sender, usec_t now, struct span datagram);

/* When arq_next has to be asked again, if no answer comes before. */
usec_t arq_deadline(const struct arq_sender *sender);

/* Every message that was put has arrived. */
bool arq_is_done(const struct arq_sender *sender);

struct arq_receiver {
    uint32_t id;
    bool begun, ended;     /* the first message has come; the last one was taken */
    uint32_t next;         /* number of the next one to be taken */
    uint32_t turn;         /* of the datagram to be answered */
    uint64_t again, early; /* messages that were here already; that came before their turn */
    struct arq_slot slots[ARQ_WINDOW];
};

void arq_receiver_init(struct arq_receiver *receiver);

/* True when the datagram belongs here: answer it, after taking what can be taken. */
bool arq_on_message(struct arq_receiver *receiver, struct span datagram);

/* The next message in order, valid until the next call on the receiver; false when it has not
 * come. */
bool arq_take(struct arq_receiver *receiver, struct span *text);

/* Writes the answer: ARQ_ANSWER_BYTES. */
size_t arq_answer(const struct arq_receiver *receiver, uint8_t *out);

#endif
