/* Series and their points. */
#include "trace/plot.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "trace/utf8.h"

static void copy_name(char out[static PLOT_NAME_MAX], const char *name)
{
    const char *end = name;
    while (*end) {
        const char *next = end;
        utf8_next(&next);
        if (next - name >= PLOT_NAME_MAX)
            break;
        end = next;
    }
    memcpy(out, name, (size_t)(end - name));
    out[end - name] = '\0';
}

void plot_init(struct plot *plot, const char *title, const char *x, const char *y)
{
    *plot = (struct plot){0};
    copy_name(plot->title, title);
    copy_name(plot->x.name, x);
    copy_name(plot->y.name, y);
}

void plot_fini(struct plot *plot)
{
    for (unsigned i = 0; i < plot->count; i++)
        free(plot->series[i].points);
    *plot = (struct plot){0};
}

unsigned plot_add_series(struct plot *plot, const char *name, enum plot_kind kind)
{
    assert(plot->count < PLOT_SERIES_MAX);
    struct plot_series *series = &plot->series[plot->count];
    copy_name(series->name, name);
    series->kind = kind;
    return plot->count++;
}

static bool is_in_range(double value)
{
    return isfinite(value) && value <= AXIS_VALUE_MAX && value >= -AXIS_VALUE_MAX;
}

int plot_add(struct plot *plot, unsigned series, struct plot_point point)
{
    assert(series < plot->count);
    struct plot_series *to = &plot->series[series];
    if (!is_in_range(point.x) || !is_in_range(point.y))
        return -ERANGE;
    if (to->count == to->room) {
        size_t room = to->room ? 2 * to->room : 64;
        struct plot_point *points = realloc(to->points, room * sizeof(*points));
        if (!points)
            return -ENOMEM;
        to->points = points;
        to->room = room;
    }
    to->points[to->count++] = point;
    return 0;
}

void plot_show_part(struct plot_axis *axis, double low, double high)
{
    assert(is_in_range(low) && is_in_range(high) && low < high);
    axis->is_part = true;
    axis->part = (struct axis_range){low, high};
}
