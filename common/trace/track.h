/* Connections as an onlooker at the wire sees them: reads the events of a log in their order and
 * says of each segment what it means (relative numbers, new or sent again, duplicate ACK, probe)
 * and of each end which state it is in.
 *
 * States: an end that tells its own, exactly, is believed. Of any other end (the kernel's) the
 * state follows from what it sent and what was delivered to it, and samples read from the system
 * only move it forward, because they come late. */
#ifndef TRACE_TRACK_H
#define TRACE_TRACK_H

#include "base/event.h"
#include "packet/frame.h"

enum track_mark {                          /* bits: what is special about a segment */
                  MARK_RETRANSMISSION = 1, /* octets or flags that had been sent before */
                  MARK_DUP_ACK = 2,        /* RFC 5681 section 2 */
                  MARK_KEEPALIVE = 4,      /* RFC 9293 section 3.8.4 */
                  MARK_PROBE = 8,          /* into a closed window, RFC 9293 section 3.8.6.1 */
                  MARK_WINDOW_UPDATE = 16, /* an ACK that only opens the window */
                  MARK_ZERO_WINDOW = 32,
};

/* One end of a connection; numbers are relative, the SYN being 0. */
struct track_end {
    uint32_t ip;
    uint16_t port;
    enum tcp_state state;
    bool exact;           /* it tells its states itself */
    bool known;           /* `base` is */
    seq_t base;           /* the sequence number called 0 */
    int64_t sent_end;     /* behind all it ever sent */
    int64_t acked;        /* of that, the greatest ACK delivered to it */
    int64_t received_end; /* of the peer's, what it has without a hole */
    int64_t last_ack;     /* the last ACK it sent, */
    uint32_t last_window; /* with this window, */
    unsigned dup_acks;    /* so many times again */
    uint32_t peer_window; /* the last one delivered to it, when it knows one */
    uint8_t wscale;
    bool knows_window, scales;
    int64_t fin; /* the number of its FIN, once sent */
    bool fin_sent, fin_received;
    enum tcp_state inferred;        /* from the segments, even when it tells its own */
    uint64_t cause_of[STATE_COUNT]; /* the frames that each state was inferred from, by id */
    uint64_t last_arrival;          /* the last frame delivered to it */
    bool waits;                     /* `waiting` was told, and shows at the next segment it sends */
    enum tcp_state waiting;
};

struct track {
    unsigned number;         /* from 1, by first appearance */
    struct track_end end[2]; /* host A's, host B's */
    bool superseded;         /* the same addresses and ports were used for a new one since */
    struct track *next;      /* in its bucket */
};

/* What a segment means. */
struct track_segment {
    const struct track *conn;
    int from; /* the end that sent it: 0 A, 1 B */
    uint8_t flags;
    uint32_t text_len;
    const uint8_t *text; /* so many octets, the log's */
    int64_t seq, ack;
    uint16_t field, urgent; /* the window's field and the urgent pointer, as sent */
    uint32_t window;        /* in octets, scale applied, */
    bool window_is_new;     /* and another than its end's last one */
    struct tcp_options options;
    unsigned marks;    /* bits of enum track_mark */
    unsigned dup_acks; /* the how-manieth, with MARK_DUP_ACK */
};

/* What an event meant. */
struct track_step {
    const struct track *conn;         /* NULL when the event is about no TCP connection */
    const struct track_segment *tcp;  /* FRAME and DELIVER of TCP; valid until the table's end */
    const struct event *frame;        /* FRAME and DELIVER: the frame's own FRAME event */
    bool refused;                     /* DELIVER: corrupted, and a checksum tells */
    bool changed;                     /* `end` went from one state to another, */
    int end;                          /* and the frame with the id `cause` shows why */
    enum tcp_state state_from, state; /* (0: none does) */
    uint64_t cause;
};

struct track_table {
    struct track *buckets[256];
    unsigned count;
    struct track_frame **frames; /* by id */
    size_t frame_room;
};

void track_table_init(struct track_table *table);
void track_table_fini(struct track_table *table);

/* Takes the next event of the log, which must outlive the table. Returns 0 or -ENOMEM. */
int track_table_read(struct track_table *table, const struct event *event, struct track_step *out);

#endif
