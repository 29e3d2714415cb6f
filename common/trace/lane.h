/* The lane between the lifelines: everything in it is placed by its distance from the sender, so
 * that both directions are drawn by the same code. Shared by column.c and arrow.c. */
#ifndef TRACE_LANE_H
#define TRACE_LANE_H

#include "trace/column.h"

unsigned lane_width(const struct column *column);

/* Puts text `distance` columns from host `from` (its nearer end there), cut off at the lane's end;
 * returns the distance behind it. */
unsigned lane_put(const struct column *column, struct canvas *line, int from, unsigned distance,
                  const char *text, enum style style);

/* Fills the distances [run.start, run.end) from host `run.from`. */
struct lane_run {
    int from;
    unsigned start, end;
};
void lane_fill(const struct column *column, struct canvas *line, struct lane_run run,
               const char *glyph, enum style style);

/* Draws the arrow of a row on the first of the lines and, where it finds no room there, the
 * wire's reason on the second; returns the number of lines. */
unsigned arrow_draw(const struct column *column, const struct row *row, struct canvas *lines);

#endif
