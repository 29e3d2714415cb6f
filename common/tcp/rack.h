/* Loss detection by time, RACK (RFC 8985 section 6): what was sent a while before something that
 * has arrived, and has not arrived itself, is lost; a retransmission as much as an original.
 *
 * It needs SACK. It marks losses in the record and never sends: recovery.h does the rest, and goes
 * on counting SACKed segments (RFC 6675) beside it. Pure. */
#ifndef TCP_RACK_H
#define TCP_RACK_H

#include <stdbool.h>
#include <stdint.h>

#include "tcp/sent.h"

struct rack {
    usec_t deadline;     /* NEVER, or when what is overdue now counts as lost */
    usec_t sent_us;      /* RACK.xmit_ts: of all that has arrived, this was sent last ... */
    seq_t end;           /* RACK.end_seq: ... and ended here */
    bool again;          /* and was a retransmission */
    seq_t fack;          /* one past the highest octet that has arrived */
    uint32_t rtt_us;     /* how long that one took */
    uint32_t min_rtt_us; /* UINT32_MAX before the first sample */
    bool on;             /* the host wants it and both ends permit SACK */
    bool reordered;      /* the path has reordered segments of this connection */
    uint32_t window_us;  /* RACK.reo_wnd as it is when there is any */
    seq_t round;      /* RACK.dsack_round: the round trip in which a duplicate was told ends here */
    bool told;        /* and lasts still */
    uint8_t steps;    /* RACK.reo_wnd_mult */
    uint8_t patience; /* RACK.reo_wnd_persist */
};

/* What a search has found. */
struct rack_losses {
    bool any;   /* something newly lost, or lost again */
    bool again; /* a retransmission among it */
};

/* What an ACK tells of the window's worth. */
struct rack_signs {
    bool duplicate; /* something arrived twice (RFC 2883): it was sent again too early */
    bool recovered; /* a recovery, after a timeout or not, is over */
    uint32_t srtt_us;
};

/* The connection begins; nothing has arrived yet. */
void rack_init(struct rack *r, bool on, seq_t iss);

/* An ACK, after it has been entered into the record. Steps 1 to 3; also where RACK is off, so that
 * the shortest round trip is known. */
void rack_on_ack(struct rack *r, const struct sent *s, const struct sent_news *news, usec_t now);

/* The same ACK: widens the reordering window by a step for each round trip that told of a
 * duplicate, and takes the steps back 16 recoveries later. Step 4. */
void rack_adapt(struct rack *r, const struct sent *s, const struct rack_signs *signs);

/* Marks in the record what is lost by `now`, after rack_adapt or when the deadline has come, and
 * sets the deadline. `certain`: enough is SACKed, or recovery goes on already, so that a path that
 * never reordered gets no grace. Step 5. */
struct rack_losses rack_search(struct rack *r, struct sent *s, bool certain, usec_t now);

/* The retransmission timer expired: what was sent after this may still arrive. Section 6.3; NEVER
 * where RACK is off, and nothing may. */
usec_t rack_on_timeout(const struct rack *r, usec_t now);

bool rack_due(const struct rack *r, usec_t now);

void rack_stop(struct rack *r);

#endif
