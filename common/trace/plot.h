/* A plot: points, how they are joined, and what the axes are called. Where the points come from
 * (plot_views.h: the event log) and where they are drawn (below) know nothing of each other. */
#ifndef TRACE_PLOT_H
#define TRACE_PLOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "trace/axis.h"

enum { PLOT_SERIES_MAX = 6, PLOT_NAME_MAX = 96 };

enum plot_kind {
    PLOT_LINE,  /* straight from point to point */
    PLOT_STEPS, /* a value holds until the next one */
    PLOT_MARKS, /* each for itself */
};

struct plot_point {
    double x, y;
    bool apart; /* a new beginning, not joined to the point before */
};

struct plot_series {
    char name[PLOT_NAME_MAX];
    enum plot_kind kind;
    struct plot_point *points;
    size_t count, room;
};

struct plot_axis {
    char name[PLOT_NAME_MAX]; /* with its unit: "time (s)" */
    bool is_part;             /* only `part` is shown, */
    struct axis_range part;   /* else all there is */
};

struct plot {
    char title[PLOT_NAME_MAX];
    struct plot_axis x, y;
    struct plot_series series[PLOT_SERIES_MAX];
    unsigned count;
};

/* An empty plot. Names that are too long are cut off at a character's end. */
void plot_init(struct plot *plot, const char *title, const char *x, const char *y);
void plot_fini(struct plot *plot);

/* A further series, at most PLOT_SERIES_MAX; returns its number. */
unsigned plot_add_series(struct plot *plot, const char *name, enum plot_kind kind);

/* A further point of it. Returns 0, -ENOMEM, or -ERANGE for what is no number or farther from zero
 * than AXIS_VALUE_MAX. */
int plot_add(struct plot *plot, unsigned series, struct plot_point point);

/* Shows only a part of an axis; what lies outside is cut off. */
void plot_show_part(struct plot_axis *axis, double low, double high);

/* Draws it as an SVG that stands for itself: on a light page or a dark one as the reader has it,
 * series told apart by colour as well as by dashes and signs. Returns 0, or -EIO when the file did
 * not take all of it. */
int plot_write_svg(FILE *out, const struct plot *plot);

struct plot_page {
    unsigned width, height; /* columns in all (40 to 120) and rows of the picture (4 to 30) */
    bool ascii, color;      /* as for a ladder */
};

/* Draws it in the terminal. Returns 0 or -EIO. */
int plot_print(FILE *out, const struct plot *plot, const struct plot_page *page);

/* Writes it as an SVG to `path`, whose folders are made where they are missing. Nobody ever sees
 * half of a file. Returns 0, or a negative errno with `fault` naming the path. */
struct fault;
int plot_save(const struct plot *plot, const char *path, struct fault *fault);

#endif
