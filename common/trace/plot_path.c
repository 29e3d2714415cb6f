/* From points to strokes: steps get their corners, and what leaves the frame is cut off. */
#include "trace/plot_path.h"

static struct plot_place place_of(const struct plot_path *path, double x, double y)
{
    return (struct plot_place){axis_place(&path->frame->x, x), axis_place(&path->frame->y, y)};
}

/* ---- the frame ---- */

static void stretch(struct axis_range *range, double value)
{
    range->low = value < range->low ? value : range->low;
    range->high = value > range->high ? value : range->high;
}

static struct axis fit(const struct plot_axis *axis, const struct axis_range *all, unsigned most)
{
    if (axis->is_part)
        return axis_exact(axis->part, most);
    bool is_empty = all->low > all->high;
    return axis_round(is_empty ? (struct axis_range){0, 1} : *all, most);
}

void plot_frame_fit(struct plot_frame *frame, const struct plot *plot, unsigned most_x_ticks,
                    unsigned most_y_ticks)
{
    struct axis_range x = {AXIS_VALUE_MAX, -AXIS_VALUE_MAX}, y = x;
    for (unsigned i = 0; i < plot->count; i++) {
        const struct plot_series *series = &plot->series[i];
        for (size_t j = 0; j < series->count; j++) {
            stretch(&x, series->points[j].x);
            stretch(&y, series->points[j].y);
        }
    }
    frame->x = fit(&plot->x, &x, most_x_ticks);
    frame->y = fit(&plot->y, &y, most_y_ticks);
}

/* ---- cutting off: Liang and Barsky's way, one side of the frame after the other ---- */

/* The piece of a stroke that is still left, in fractions of its length. */
struct piece {
    double start, end;
};

/* Leaves what of the piece lies on the side where `outside + t * rate <= 0`; false when nothing
 * does. */
static bool cut(struct piece *piece, double rate, double outside)
{
    if (rate == 0)
        return outside <= 0;
    double crossing = -outside / rate;
    if (rate < 0 && crossing > piece->start)
        piece->start = crossing;
    if (rate > 0 && crossing < piece->end)
        piece->end = crossing;
    return piece->start <= piece->end;
}

static double within_frame(double place)
{
    if (place < 0)
        return 0;
    return place > 1 ? 1 : place;
}

/* A stroke may be so much longer than the frame that rounding takes its piece outside again. */
static struct plot_place along(const struct plot_stroke *stroke, double part)
{
    return (struct plot_place){
        within_frame(stroke->from.x + part * (stroke->to.x - stroke->from.x)),
        within_frame(stroke->from.y + part * (stroke->to.y - stroke->from.y)),
    };
}

static bool clip(struct plot_stroke *stroke)
{
    double dx = stroke->to.x - stroke->from.x, dy = stroke->to.y - stroke->from.y;
    struct piece piece = {0, 1};
    if (!cut(&piece, -dx, -stroke->from.x) || !cut(&piece, dx, stroke->from.x - 1) ||
        !cut(&piece, -dy, -stroke->from.y) || !cut(&piece, dy, stroke->from.y - 1))
        return false;
    struct plot_stroke whole = *stroke;
    if (piece.start > 0)
        stroke->from = along(&whole, piece.start);
    if (piece.end < 1)
        stroke->to = along(&whole, piece.end);
    return true;
}

/* ---- strokes ---- */

void plot_path_begin(struct plot_path *path, const struct plot_frame *frame,
                     const struct plot_series *series)
{
    *path = (struct plot_path){.frame = frame, .series = series};
}

static bool begins_anew(const struct plot_series *series, size_t at)
{
    return at == 0 || series->kind == PLOT_MARKS || series->points[at].apart;
}

/* The stroke that leads to the next point; false when that is where a line begins that goes on. */
static bool lead_to_next(struct plot_path *path, struct plot_stroke *out)
{
    const struct plot_series *series = path->series;
    size_t at = path->next;
    const struct plot_point *here = &series->points[at];
    if (begins_anew(series, at)) {
        path->next++;
        out->from = out->to = place_of(path, here->x, here->y);
        return at + 1 == series->count || begins_anew(series, at + 1);
    }
    const struct plot_point *before = here - 1;
    double corner = series->kind == PLOT_STEPS ? before->y : here->y;
    if (path->turning) {
        out->from = place_of(path, here->x, before->y);
        out->to = place_of(path, here->x, here->y);
    } else {
        out->from = place_of(path, before->x, before->y);
        out->to = place_of(path, here->x, corner);
    }
    path->turning = series->kind == PLOT_STEPS && !path->turning;
    path->next += !path->turning;
    return true;
}

bool plot_path_next(struct plot_path *path, struct plot_stroke *out)
{
    while (path->next < path->series->count) {
        if (!lead_to_next(path, out) || !clip(out))
            continue;
        out->joined = path->is_down && out->from.x == path->pen.x && out->from.y == path->pen.y;
        path->pen = out->to;
        path->is_down = true;
        return true;
    }
    return false;
}
