/* The rows of a ladder: what a log has to say, one thing per row, before anything is drawn.
 *
 * A segment is one row, at the time it was sent, as long as nothing is lost by that: it becomes
 * two, departure and arrival, when the two ends talk at the same time or the wire held it back. */
#ifndef TRACE_ROWS_H
#define TRACE_ROWS_H

#include "trace/log.h"
#include "trace/track.h"

enum row_kind {
    ROW_ARROW,  /* a frame, from its departure to its arrival or loss */
    ROW_DEPART, /* a frame that arrives in a row of its own */
    ROW_ARRIVE,
    ROW_STATE, /* a state changed, and no frame shows why */
    ROW_CALL,  /* a socket call */
    ROW_TIMER, /* a timer fired */
    ROW_DROP,  /* a host threw away what it received */
    ROW_NOTE,
    ROW_GAP,  /* nothing for a long time */
    ROW_FOLD, /* rows left out, counted */
};

enum arrow_fate { ARROW_UNDER_WAY, ARROW_ARRIVED, ARROW_LOST, ARROW_REFUSED };

enum { STATE_UNCHANGED = -1 };

/* What a ROW_FOLD stands for; index 0: sent by A. */
struct fold {
    uint64_t segments[2], text[2];
    uint64_t lost, again;
    usec_t last; /* when the last of them was */
};

struct row {
    enum row_kind kind;
    usec_t at;                       /* since the log's start */
    usec_t length;                   /* GAP: how long nothing happened */
    int from;                        /* who sent it, who tells: 0 A, 1 B */
    const struct event *event;       /* the frame's own FRAME, the call, timer, drop or note */
    const struct track *conn;        /* arrows of TCP and states */
    const struct track_segment *tcp; /* arrows of TCP */
    enum arrow_fate fate;
    usec_t arrived_at;
    bool is_copy;        /* ARRIVE: a duplicate */
    int state[2];        /* what each end became here, or STATE_UNCHANGED */
    int64_t result;      /* CALL: what it returned, */
    bool entered, ended; /* and which of the two this row tells */
    struct fold fold;
};

struct rows {
    struct row *row;
    size_t count, room;
    struct track_table conns; /* the segments live here */
    struct rows_frame {
        size_t departure, arrival; /* row numbers from 1; 0: none */
    } * frames;                    /* by id */
    size_t frame_room;
    const struct track *first_conn; /* whose states before any change row 0 holds */
    bool numbered;                  /* there are rows of others, too */
};

struct rows_options {
    bool calls;    /* socket calls and timers, too */
    bool all;      /* ARP and other frames that are not TCP, UDP or ICMP, too */
    uint16_t port; /* only connections that use it at either end; 0: all */
};

/* Reads the log, which must outlive the rows. Returns 0 or -ENOMEM (and nothing to free). */
int rows_init(struct rows *rows, const struct trace_log *log, const struct rows_options *options);
void rows_fini(struct rows *rows);

/* Appends a row; NULL when there is no memory. The rows may move. */
struct row *rows_add(struct rows *rows, const struct row *row);

bool row_is_arrow(const struct row *row);

#endif
