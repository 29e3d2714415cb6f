/* One line of text under construction, cell by cell, so that pieces can be put where they belong
 * in any order, whatever bytes and columns their characters take. */
#ifndef TRACE_CANVAS_H
#define TRACE_CANVAS_H

#include <stdbool.h>
#include <stdio.h>

enum { CANVAS_COLUMNS_MAX = 400 };

enum style {
    STYLE_PLAIN,
    STYLE_DIM,
    STYLE_BOLD,
    STYLE_FROM_A,
    STYLE_FROM_B,
    STYLE_STATE,
    STYLE_CALL,
    STYLE_BAD,   /* lost, refused, different */
    STYLE_AGAIN, /* retransmitted, duplicated, late */
};

struct cell {
    char glyph[5]; /* one character; "" in the second cell of a wide one */
    unsigned char style;
};

struct canvas {
    struct cell cells[CANVAS_COLUMNS_MAX];
    bool ascii; /* other characters show as '?' */
};

/* Blanks everywhere. */
void canvas_clear(struct canvas *canvas, bool ascii);

/* Puts `glyph`, one character of one column, into the cells [from, to). */
void canvas_fill(struct canvas *canvas, unsigned from, unsigned to, const char *glyph,
                 enum style style);

/* Puts `text` at column `at`, ending before `end`: what does not fit is cut off. Control
 * characters and broken UTF-8 show as '?'. Returns the column behind it. */
unsigned canvas_put(struct canvas *canvas, unsigned at, unsigned end, const char *text,
                    enum style style);

/* Writes the line without the blanks at its end, with ANSI colours if `color`. */
void canvas_print(const struct canvas *canvas, FILE *out, bool color);

#endif
