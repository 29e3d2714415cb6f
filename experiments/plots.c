/* A run's plots, one after the other. */
#include "experiments/plots.h"

#include <limits.h>
#include <stdio.h>

#include "base/bytes.h"

enum { WIDTH_MIN = 72, WIDTH_MAX = 80, HEIGHT = 14 };

static int draw(struct plot *plot, const struct scene_plot *what, const struct stage *stage,
                const struct trace_log *log)
{
    char title[PLOT_NAME_MAX];
    snprintf(title, sizeof title, "%s (%s)", stage_words(stage, what->title),
             pair_name(stage->pair));
    plot_init(plot, title, stage_words(stage, what->x), stage_words(stage, what->y));
    return what->draw(plot, stage, log);
}

static void keep(const struct plots_place *place, const struct plot *plot, const char *name)
{
    char path[PATH_MAX];
    struct fault fault = {0};
    int len = snprintf(path, sizeof path, "%s/%s/%s.svg", place->folder, place->experiment, name);
    if (len < 0 || len >= (int)sizeof path)
        fprintf(stderr, "exp-%s: no plot: the path is too long\n", place->experiment);
    else if (plot_save(plot, path, &fault))
        fprintf(stderr, "exp-%s: no plot: %s\n", place->experiment, fault.text);
    else
        printf("plot=%s\n", path);
}

static struct plot_page page_of(const struct ladder_options *look)
{
    unsigned width = look->width ? look->width : WIDTH_MAX;
    return (struct plot_page){
        .width = min_u32(max_u32(width, WIDTH_MIN), WIDTH_MAX),
        .height = HEIGHT,
        .ascii = look->ascii,
        .color = look->color,
    };
}

static int show(const struct plots_place *place, const struct scene_plot *what,
                const struct stage *stage, const struct trace_log *log)
{
    struct plot plot;
    char name[NAME_MAX];
    const struct plot_page page = page_of(&place->look);
    int error = draw(&plot, what, stage, log);
    if (!error)
        error = plot_print(stdout, &plot, &page);
    snprintf(name, sizeof name, "%s-%s-%s", stage->scene, pair_name(stage->pair), what->what);
    if (!error)
        keep(place, &plot, name);
    if (!error)
        printf("\n");
    plot_fini(&plot);
    return error;
}

int plots_show(const struct plots_place *place, const struct scene *scene,
               const struct stage *stage, const struct trace_log *log)
{
    int error = 0;
    for (const struct scene_plot *each = scene->plots; each && each->what && !error; each++)
        error = show(place, each, stage, log);
    return error;
}
