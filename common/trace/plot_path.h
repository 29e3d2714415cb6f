/* A series as the strokes of a pen within the frame of the picture: what every way of drawing it
 * has in common. Places are fractions of the frame, from 0, 0 below on the left to 1, 1. */
#ifndef TRACE_PLOT_PATH_H
#define TRACE_PLOT_PATH_H

#include "trace/plot.h"

struct plot_frame {
    struct axis x, y;
};

/* The frame that shows all of the plot, or the part it asks for; ticks as for axis_round. An empty
 * plot has one, too. */
void plot_frame_fit(struct plot_frame *frame, const struct plot *plot, unsigned most_x_ticks,
                    unsigned most_y_ticks);

struct plot_place {
    double x, y;
};

struct plot_stroke {
    struct plot_place from, to; /* equal: a dot */
    bool joined;                /* begins where the stroke before ended */
};

/* Goes over the strokes of a series, in the order of its points; what lies outside the frame is cut
 * off. */
struct plot_path {
    const struct plot_frame *frame;
    const struct plot_series *series;
    size_t next;           /* point */
    bool turning;          /* PLOT_STEPS: at the corner before that point */
    struct plot_place pen; /* where the last stroke ended, */
    bool is_down;          /* if there was one */
};

void plot_path_begin(struct plot_path *path, const struct plot_frame *frame,
                     const struct plot_series *series);

/* The next stroke; false behind the last. */
bool plot_path_next(struct plot_path *path, struct plot_stroke *out);

#endif
