/* The plots of a run: drawn in the terminal and kept as SVG files. */
#ifndef EXPERIMENTS_PLOTS_H
#define EXPERIMENTS_PLOTS_H

#include "experiments/experiment.h"
#include "trace/ladder.h"

/* Where they go, and how they are drawn. */
struct plots_place {
    const char *folder, *experiment; /* FOLDER/EXPERIMENT/SCENE-PAIR-WHAT.svg */
    struct ladder_options look;      /* width, ASCII and colours as for a ladder */
};

/* Draws a scene's plots of the run on stdout, each followed by the line "plot=PATH". A file that
 * cannot be written costs a line on stderr and nothing else. Returns 0 or a negative errno. */
int plots_show(const struct plots_place *place, const struct scene *scene,
               const struct stage *stage, const struct trace_log *log);

#endif
