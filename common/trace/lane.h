/* The lane between the lifelines: everything in it is placed by its distance from the sender, so
 * that both directions are drawn by the same code. Shared by column.c and arrow.c. */
#ifndef TRACE_LANE_H
#define TRACE_LANE_H

#include "trace/column.h"

unsigned lane_width(const struct column *column);

/* Puts text so that its nearer end is `place.distance` from the host, cut off at the lane's end;
 * returns the distance behind it. */
struct lane_place {
    int host; /* 0 A, 1 B */
    unsigned distance;
};
unsigned lane_put(const struct column *column, struct canvas *line, struct lane_place place,
                  const char *text, enum style style);

/* Fills the distances [run.start, run.end) from the host. */
struct lane_run {
    int host;
    unsigned start, end;
};
void lane_fill(const struct column *column, struct canvas *line, struct lane_run run,
               const char *glyph, enum style style);

/* Draws the arrow of a row on the first of the lines and, where it finds no room there, the
 * wire's reason on the second; returns the number of lines. */
unsigned arrow_draw(const struct column *column, const struct row *row, struct canvas *lines);

#endif
