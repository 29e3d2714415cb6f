/* Loss recovery: fast retransmit and NewReno (RFC 5681 section 3.2, RFC 6582) without SACK, RFC
 * 6675 with it, limited transmit (RFC 3042), and the time after a timeout.
 *
 * It decides what to send next and when the congestion window must answer; it never touches that
 * window. Where RFC 5681 inflates cwnd by each duplicate ACK, here the pipe shrinks by the same:
 * the room between the two is equal, and cwnd keeps its meaning. Pure. */
#ifndef TCP_RECOVERY_H
#define TCP_RECOVERY_H

#include <stdbool.h>
#include <stdint.h>

#include "packet/seq.h"
#include "tcp/sent.h"

enum recovery_phase {
    RECOVERY_NONE,
    RECOVERY_FAST,    /* after the third duplicate ACK, until `recover` is acknowledged */
    RECOVERY_TIMEOUT, /* after the timer, until `recover` is acknowledged */
};

struct recovery {
    uint8_t phase; /* enum recovery_phase */
    uint8_t dup_acks;
    bool sack;        /* both ends permit SACK */
    bool twice;       /* a retransmission was lost: the window has answered to it */
    bool send_first;  /* the first unacknowledged octets go out whatever the pipe is */
    seq_t recover;    /* SND.NXT when the last recovery or timeout began */
    seq_t high_rxt;   /* one past the highest octet sent again in this recovery */
    seq_t rescue_rxt; /* the rescue may go out once SND.UNA has passed this */
    uint32_t flight;  /* FlightSize when the first duplicate ACK came, before limited transmit */
    int32_t departed; /* without SACK: octets that duplicate ACKs tell have left the network */
};

/* An ACK, after sent_ack and scoreboard_update have entered it into the record. */
struct recovery_ack {
    const struct sent_news *news;
    bool duplicate; /* by RFC 5681 section 2: nothing acknowledged, no text, SYN or FIN, the window
                       unchanged, data outstanding */
    bool reordered; /* the path is known to: only time tells of losses (RFC 8985 section 6.2) */
    uint32_t smss;
};

enum recovery_event {
    RECOVERY_STEADY,  /* the phase is as before */
    RECOVERY_ENTERED, /* fast recovery begins: cwnd_on_loss with `flight` */
    RECOVERY_LEFT,    /* it is over: cwnd_on_recovered */
};

/* What to send next. */
enum recovery_pick {
    RECOVERY_WAIT,  /* nothing fits the window */
    RECOVERY_AGAIN, /* the piece, once more */
    RECOVERY_NEW,   /* new data, at most `room` octets of it */
};

/* What the choice depends on. */
struct recovery_room {
    uint32_t cwnd;
    uint32_t smss;
    bool has_new; /* new data waits and the peer's window takes it */
};

/* `iss` is the initial value of `recover` (RFC 6582 section 3.2 step 1). */
void recovery_init(struct recovery *r, seq_t iss, bool sack);

/* To be called for every ACK while anything was outstanding before it. Without a fast recovery
 * going on before and after it the caller lets cwnd_on_ack grow the window. */
enum recovery_event recovery_on_ack(struct recovery *r, struct sent *s,
                                    const struct recovery_ack *ack);

/* DeliveredData of RFC 9937 section 6.2: octets that the ACK tells have arrived, by which duplicate
 * ACKs told before are not counted again. To be called before recovery_on_ack. */
uint32_t recovery_delivered(const struct recovery *r, const struct recovery_ack *ack);

/* RACK has looked for losses and marked them in the record; `again` when a retransmission was among
 * them: in fast recovery a second sign of congestion (RFC 5681 section 4.3), counted once. */
enum recovery_event recovery_on_search(struct recovery *r, struct sent *s, bool again,
                                       uint32_t smss);

/* The retransmission timer expired: all that was sent by `latest` counts as lost, and NEVER asks
 * for more than that: all, SACKed or not. Without SACK it must be NEVER. */
void recovery_on_timeout(struct recovery *r, struct sent *s, usec_t latest);

/* What to send next. RECOVERY_AGAIN: `piece` is entered into the record as sent again now, and the
 * caller must send it. RECOVERY_NEW: up to piece->len octets from SND.NXT on may go out, which the
 * caller enters with sent_new. */
enum recovery_pick recovery_next(struct recovery *r, struct sent *s,
                                 const struct recovery_room *room, usec_t now,
                                 struct sent_piece *piece);

/* Octets believed to be in the network. */
uint32_t recovery_pipe(const struct recovery *r, const struct sent *s);

#endif
