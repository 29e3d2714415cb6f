/* A plot as an SVG. All sizes are its units, which a browser shows as pixels. */
#include <errno.h>

#include "base/bytes.h"
#include "trace/plot_path.h"
#include "trace/utf8.h"

enum {
    WIDTH = 720,
    LEFT = 72, /* the frame begins here, */
    TOP = 44,
    FRAME_WIDTH = WIDTH - LEFT - 24,
    FRAME_HEIGHT = 320,
    BOTTOM = TOP + FRAME_HEIGHT,
    LEGEND_TOP = BOTTOM + 62, /* below the ticks and the name of the axis */
    LEGEND_LINE = 20,
    SAMPLE = 26,     /* a piece of line beside its name, */
    LETTER = 8,      /* whose letters are hardly wider than this */
    DOTTED_MAX = 30, /* a line of so few points shows them */
};

/* Middle tones, which stand out from white as well as from black; the dashes and signs are for
 * those who see no colours, and for paper. */
static const struct look {
    const char *color, *dashes;
    const char *sign; /* a path around 0, 0 */
} looks[PLOT_SERIES_MAX] = {
    {"#3b7dd8", "none", "M-3,0a3,3 0 1,0 6,0a3,3 0 1,0 -6,0z"},
    {"#d1571b", "7 4", "M-4,-4L4,4M-4,4L4,-4"},
    {"#2e8b57", "2 3", "M-4,3.5L0,-4L4,3.5z"},
    {"#a05ccf", "9 3 2 3", "M-3.5,-3.5h7v7h-7z"},
    {"#8f7a1f", "12 4", "M-5,0H5M0,-5V5"},
    {"#1f8a9a", "4 2", "M-4.5,0L0,-4.5L4.5,0L0,4.5z"},
};

static void put_text(FILE *out, const char *text)
{
    while (*text) {
        const char *start = text;
        uint32_t rune = utf8_next(&text);
        if (rune == '<')
            fputs("&lt;", out);
        else if (rune == '&')
            fputs("&amp;", out);
        else if (rune == '"')
            fputs("&quot;", out);
        else if (rune < 0x20 || rune == 0x7f || rune == UTF8_BAD)
            fputc('?', out);
        else
            fwrite(start, 1, (size_t)(text - start), out);
    }
}

static double x_of(double place)
{
    return LEFT + place * FRAME_WIDTH;
}

static double y_of(double place)
{
    return BOTTOM - place * FRAME_HEIGHT;
}

/* Where the names of the series stand, one after the other, in as many lines as that takes. */
struct place {
    int x, y;
};

static struct place legend_place(const struct plot *plot, unsigned index)
{
    struct place place = {LEFT, LEGEND_TOP};
    for (unsigned i = 0; i <= index; i++) {
        int width = SAMPLE + LETTER * ((int)utf8_width(plot->series[i].name) + 3);
        if (place.x > LEFT && place.x + width > WIDTH)
            place = (struct place){LEFT, place.y + LEGEND_LINE};
        if (i < index)
            place.x += width;
    }
    return place;
}

static int height_of(const struct plot *plot)
{
    int last = plot->count ? legend_place(plot, plot->count - 1).y : LEGEND_TOP;
    return last + LEGEND_LINE;
}

/* ---- the page ---- */

static void put_styles(FILE *out, const struct plot *plot)
{
    fputs("<style>\n"
          "text{font:13px system-ui,sans-serif;fill:#222}.title{font-weight:600;font-size:15px}\n"
          ".page{fill:#fff}.frame{fill:none;stroke:#888}.grid{stroke:#888;stroke-opacity:.25}\n"
          ".line,.sign{fill:none;stroke-width:1.8;stroke-linejoin:round}.sign{stroke-width:1.3}\n"
          "@media (prefers-color-scheme:dark){text{fill:#ddd}.page{fill:#161616}}\n",
          out);
    for (unsigned i = 0; i < plot->count; i++)
        fprintf(out, ".s%u{stroke:%s}.line.s%u{stroke-dasharray:%s}\n", i, looks[i].color, i,
                looks[i].dashes);
    fputs("</style>\n", out);
}

static void put_head(FILE *out, const struct plot *plot)
{
    int height = height_of(plot);
    fprintf(out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
            "viewBox=\"0 0 %d %d\" role=\"img\">\n<title>",
            WIDTH, height, WIDTH, height);
    put_text(out, plot->title);
    fputs("</title>\n", out);
    put_styles(out, plot);
    fprintf(out,
            "<rect class=\"page\" width=\"%d\" height=\"%d\"/>\n"
            "<text class=\"title\" x=\"%d\" y=\"26\">",
            WIDTH, height, LEFT);
    put_text(out, plot->title);
    fputs("</text>\n", out);
}

/* ---- the frame ---- */

static void put_x_ticks(FILE *out, const struct axis *axis)
{
    char text[AXIS_TEXT_MAX];
    for (unsigned i = 0; i < axis->ticks; i++) {
        double value = axis_tick(axis, i), x = x_of(axis_place(axis, value));
        fprintf(out,
                "<path class=\"grid\" d=\"M%.1f,%dV%d\"/>"
                "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>\n",
                x, TOP, BOTTOM, x, BOTTOM + 18, axis_text(axis, value, text));
    }
}

static void put_y_ticks(FILE *out, const struct axis *axis)
{
    char text[AXIS_TEXT_MAX];
    for (unsigned i = 0; i < axis->ticks; i++) {
        double value = axis_tick(axis, i), y = y_of(axis_place(axis, value));
        fprintf(out,
                "<path class=\"grid\" d=\"M%d,%.1fh%d\"/>"
                "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n",
                LEFT, y, FRAME_WIDTH, LEFT - 8, y + 4.5, axis_text(axis, value, text));
    }
}

static void put_frame(FILE *out, const struct plot *plot, const struct plot_frame *frame)
{
    put_x_ticks(out, &frame->x);
    put_y_ticks(out, &frame->y);
    fprintf(out,
            "<rect class=\"frame\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>\n"
            "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">",
            LEFT, TOP, FRAME_WIDTH, FRAME_HEIGHT, LEFT + FRAME_WIDTH / 2, BOTTOM + 40);
    put_text(out, plot->x.name);
    fprintf(out, "</text>\n<text transform=\"translate(18,%d)rotate(-90)\" text-anchor=\"middle\">",
            TOP + FRAME_HEIGHT / 2);
    put_text(out, plot->y.name);
    fputs("</text>\n", out);
}

/* ---- the series ---- */

static void put_sign(FILE *out, unsigned look, double x, double y)
{
    fprintf(out, "<path class=\"sign s%u\" transform=\"translate(%.1f,%.1f)\" d=\"%s\"/>\n", look,
            x, y, looks[look].sign);
}

static void put_signs(FILE *out, const struct plot_frame *frame, const struct plot_series *series,
                      unsigned look)
{
    struct plot_series marks = *series;
    struct plot_path path;
    struct plot_stroke stroke;
    marks.kind = PLOT_MARKS;
    plot_path_begin(&path, frame, &marks);
    while (plot_path_next(&path, &stroke))
        put_sign(out, look, x_of(stroke.to.x), y_of(stroke.to.y));
}

/* Strokes that end where they began, to the eye, are passed over: a log has many more points than a
 * picture. */
static void put_line(FILE *out, const struct plot_frame *frame, const struct plot_series *series,
                     unsigned look)
{
    struct plot_path path;
    struct plot_stroke stroke;
    double pen_x = -1, pen_y = -1;
    fprintf(out, "<path class=\"line s%u\" stroke-linecap=\"round\" d=\"", look);
    plot_path_begin(&path, frame, series);
    while (plot_path_next(&path, &stroke)) {
        double x = x_of(stroke.to.x), y = y_of(stroke.to.y);
        double dx = x - pen_x, dy = y - pen_y;
        if (stroke.joined && dx * dx + dy * dy < 0.04)
            continue;
        if (!stroke.joined)
            fprintf(out, "M%.1f,%.1f", x_of(stroke.from.x), y_of(stroke.from.y));
        fprintf(out, "L%.1f,%.1f", x, y);
        pen_x = x;
        pen_y = y;
    }
    fputs("\"/>\n", out);
}

static bool has_signs(const struct plot_series *series)
{
    return series->kind == PLOT_MARKS || (series->kind == PLOT_LINE && series->count <= DOTTED_MAX);
}

static void put_legend(FILE *out, const struct plot *plot, unsigned index)
{
    const struct plot_series *series = &plot->series[index];
    struct place place = legend_place(plot, index);
    if (series->kind != PLOT_MARKS)
        fprintf(out, "<path class=\"line s%u\" d=\"M%d,%dh%d\"/>", index, place.x, place.y - 4,
                SAMPLE);
    if (has_signs(series))
        put_sign(out, index, place.x + SAMPLE / 2.0, place.y - 4);
    fprintf(out, "<text x=\"%d\" y=\"%d\">", place.x + SAMPLE + LETTER, place.y);
    put_text(out, series->name);
    fputs("</text>\n", out);
}

int plot_write_svg(FILE *out, const struct plot *plot)
{
    struct plot_frame frame;
    plot_frame_fit(&frame, plot, 9, 8);
    put_head(out, plot);
    put_frame(out, plot, &frame);
    for (unsigned i = 0; i < plot->count; i++) {
        if (plot->series[i].kind != PLOT_MARKS)
            put_line(out, &frame, &plot->series[i], i);
        if (has_signs(&plot->series[i]))
            put_signs(out, &frame, &plot->series[i], i);
        put_legend(out, plot, i);
    }
    fputs("</svg>\n", out);
    return fflush(out) != 0 || ferror(out) ? -EIO : 0;
}
