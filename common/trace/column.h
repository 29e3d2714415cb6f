/* One ladder's place on the page, and how its rows are drawn there: a margin with the time, the
 * lifelines of A and B with the lane of the wire between, and outside them what the hosts do. */
#ifndef TRACE_COLUMN_H
#define TRACE_COLUMN_H

#include "trace/canvas.h"
#include "trace/rows.h"

/* The signs of a ladder; each takes one column. */
struct glyphs {
    const char *lifeline, *silence; /* a host's line, and when nothing is told */
    const char *dash, *dots;        /* an arrow, and where it goes on in another row */
    const char *right, *left, *lost, *again;
    const char *note_left, *note, *note_right;
    const char *differs;
};

extern const struct glyphs glyphs_utf8, glyphs_ascii;

struct column {
    const struct rows *rows;
    const struct glyphs *glyphs;
    unsigned left, right; /* its columns of the page: [left, right) */
    unsigned a, b;        /* where the lifelines are */
    unsigned time_end;    /* times end before this */
    bool inside;          /* no room outside: states and calls stand within the lane */
    bool seconds;         /* times in seconds, else in milliseconds */
};

enum { ROW_LINES_MAX = 4 };

/* The room that the margins of one ladder take, or of two that are to look alike. */
struct margins {
    usec_t last_time;
    unsigned host[2]; /* columns beside A, beside B */
};

/* Widens the margins to what these rows need; start from {0}. */
void margins_fit(struct margins *margins, const struct rows *rows);

/* Lays a ladder out: `rows`, `glyphs`, `left` and `right` are set, the rest follows. */
void column_lay_out(struct column *column, const struct margins *margins);

/* Draws the line that names the hosts. */
void column_draw_hosts(const struct column *column, struct canvas *line);

/* Draws a row on as many of the lines as it takes, and returns how many that is (0: the row says
 * nothing). */
unsigned column_draw_row(const struct column *column, const struct row *row,
                         struct canvas lines[static ROW_LINES_MAX]);

/* Draws the bare lifelines. */
void column_draw_empty(const struct column *column, struct canvas *line);

#endif
