/* A plot in the terminal: in UTF-8 with the dots of braille, two across and four down in each
 * character; in ASCII with a letter for each series. */
#include <assert.h>
#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "trace/canvas.h"
#include "trace/plot_path.h"
#include "trace/utf8.h"

enum {
    COLUMNS_MAX = 120,
    ROWS_MAX = 30,
    ACROSS = 2, /* dots in a character */
    DOWN = 4,
    TICK_ROWS = 3,     /* at least so many rows from tick to tick, */
    TICK_COLUMNS = 10, /* and so many columns */
    GAP = 3,           /* between the entries of the legend */
};

static const struct look {
    enum style style;
    const char *sign, *ascii_sign, *ascii_line;
    int period, on; /* of its dots: so many, of which so many show */
    const char *sample;
} looks[PLOT_SERIES_MAX] = {
    {STYLE_FROM_A, "o", "o", "*", 1, 1, "⠒⠒⠒⠒"}, {STYLE_BAD, "x", "x", ".", 4, 1, "⠂⠐⠂⠐"},
    {STYLE_FROM_B, "+", "+", "-", 6, 3, "⠒⠂⠒⠂"}, {STYLE_AGAIN, "#", "#", "=", 8, 2, "⠒ ⠒ "},
    {STYLE_BOLD, "%", "%", "~", 10, 5, "⠒⠒ ⠒"},  {STYLE_DIM, "@", "@", ":", 12, 1, "⠂  ⠂"},
};

struct sheet {
    struct plot_frame frame;
    unsigned left, columns, rows; /* the picture begins at a column, and is so large */
    uint8_t dots[ROWS_MAX][COLUMNS_MAX];
    uint8_t line[ROWS_MAX][COLUMNS_MAX]; /* the series that dotted a character last */
    uint8_t mark[ROWS_MAX][COLUMNS_MAX]; /* the series whose sign is there, from 1 */
    bool ascii;
};

/* ---- dots ---- */

struct dot {
    int x, y; /* from the left, from above */
};

static struct dot dot_at(const struct sheet *sheet, const struct plot_place *place)
{
    int width = (int)sheet->columns * ACROSS - 1, height = (int)sheet->rows * DOWN - 1;
    return (struct dot){(int)(place->x * width + 0.5), height - (int)(place->y * height + 0.5)};
}

static void set_dot(struct sheet *sheet, struct dot dot, unsigned series)
{
    static const uint8_t bits[DOWN][ACROSS] = {
        {0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};
    unsigned row = (unsigned)dot.y / DOWN, column = (unsigned)dot.x / ACROSS;
    sheet->dots[row][column] |= bits[dot.y % DOWN][dot.x % ACROSS];
    sheet->line[row][column] = (uint8_t)series;
}

static int distance(int from, int to)
{
    return from < to ? to - from : from - to;
}

/* Evenly spaced dots, as many as the longer side has. */
static void draw_stroke(struct sheet *sheet, struct dot from, struct dot to, unsigned series)
{
    const struct look *look = &looks[series];
    int across = distance(from.x, to.x), down = distance(from.y, to.y);
    int steps = across > down ? across : down;
    for (int i = 0; i <= steps; i++) {
        double part = steps ? (double)i / steps : 0;
        struct dot dot = {from.x + (int)(part * (to.x - from.x) + (to.x < from.x ? -0.5 : 0.5)),
                          from.y + (int)(part * (to.y - from.y) + (to.y < from.y ? -0.5 : 0.5))};
        bool shows = sheet->ascii || (dot.x + dot.y) % look->period < look->on;
        if (shows)
            set_dot(sheet, dot, series);
    }
}

static void draw_series(struct sheet *sheet, const struct plot_series *series, unsigned index)
{
    struct plot_path path;
    struct plot_stroke stroke;
    plot_path_begin(&path, &sheet->frame, series);
    while (plot_path_next(&path, &stroke)) {
        struct dot from = dot_at(sheet, &stroke.from), to = dot_at(sheet, &stroke.to);
        if (series->kind == PLOT_MARKS)
            sheet->mark[to.y / DOWN][to.x / ACROSS] = (uint8_t)(index + 1);
        else
            draw_stroke(sheet, from, to, index);
    }
}

/* ---- lines of text ---- */

static void put_cell(const struct sheet *sheet, struct canvas *line, unsigned row, unsigned column)
{
    const struct look *look = &looks[sheet->line[row][column]];
    unsigned at = sheet->left + column, mark = sheet->mark[row][column];
    uint8_t dots = sheet->dots[row][column];
    if (mark > 0) {
        look = &looks[mark - 1];
        canvas_fill(line, at, at + 1, sheet->ascii ? look->ascii_sign : look->sign, look->style);
    } else if (dots && sheet->ascii) {
        canvas_fill(line, at, at + 1, look->ascii_line, look->style);
    } else if (dots) { /* U+2800 and the dots' bits */
        const char glyph[] = {(char)0xe2, (char)(0xa0 | dots >> 6), (char)(0x80 | (dots & 0x3f)),
                              0};
        canvas_fill(line, at, at + 1, glyph, look->style);
    }
}

/* The row on which a tick of the y axis is, counted from above. */
static unsigned row_of(const struct sheet *sheet, double value)
{
    struct plot_place place = {0, axis_place(&sheet->frame.y, value)};
    return (unsigned)dot_at(sheet, &place).y / DOWN;
}

static void put_y_tick(const struct sheet *sheet, struct canvas *line, unsigned row)
{
    char text[AXIS_TEXT_MAX];
    const struct axis *axis = &sheet->frame.y;
    const char *edge = sheet->ascii ? "|" : "│";
    for (unsigned i = 0; i < axis->ticks; i++) {
        double value = axis_tick(axis, i);
        if (row_of(sheet, value) != row)
            continue;
        axis_text(axis, value, text);
        canvas_put(line, sheet->left - 2 - (unsigned)strlen(text), sheet->left, text, STYLE_DIM);
        edge = sheet->ascii ? "+" : "┤";
    }
    canvas_fill(line, sheet->left - 1, sheet->left, edge, STYLE_DIM);
}

static void print_rows(const struct sheet *sheet, FILE *out, bool color)
{
    struct canvas line;
    for (unsigned row = 0; row < sheet->rows; row++) {
        canvas_clear(&line, sheet->ascii);
        put_y_tick(sheet, &line, row);
        for (unsigned column = 0; column < sheet->columns; column++)
            put_cell(sheet, &line, row, column);
        canvas_print(&line, out, color);
    }
}

static void print_x_axis(const struct sheet *sheet, FILE *out, bool color)
{
    char text[AXIS_TEXT_MAX];
    struct canvas edge, labels;
    const struct axis *axis = &sheet->frame.x;
    unsigned end = sheet->left + sheet->columns, used = 0;
    canvas_clear(&edge, sheet->ascii);
    canvas_clear(&labels, sheet->ascii);
    canvas_fill(&edge, sheet->left - 1, sheet->left, sheet->ascii ? "+" : "└", STYLE_DIM);
    canvas_fill(&edge, sheet->left, end, sheet->ascii ? "-" : "─", STYLE_DIM);
    for (unsigned i = 0; i < axis->ticks; i++) {
        double value = axis_tick(axis, i);
        struct plot_place place = {axis_place(axis, value), 0};
        unsigned at = sheet->left + (unsigned)dot_at(sheet, &place).x / ACROSS;
        canvas_fill(&edge, at, at + 1, sheet->ascii ? "+" : "┬", STYLE_DIM);
        axis_text(axis, value, text);
        unsigned len = (unsigned)strlen(text), start = at - min_u32(at, len / 2);
        if (start >= used)
            used = canvas_put(&labels, start, end + 1, text, STYLE_DIM) + 1;
    }
    canvas_print(&edge, out, color);
    canvas_print(&labels, out, color);
}

static unsigned put_entry(const struct sheet *sheet, struct canvas *line, unsigned at,
                          const struct plot *plot, unsigned index)
{
    const struct plot_series *series = &plot->series[index];
    const struct look *look = &looks[index];
    const char *sample = series->kind == PLOT_MARKS ? look->sign : look->sample;
    if (sheet->ascii)
        sample = series->kind == PLOT_MARKS ? look->ascii_sign : look->ascii_line;
    at = canvas_put(line, at, CANVAS_COLUMNS_MAX, sample, look->style) + 1;
    return canvas_put(line, at, CANVAS_COLUMNS_MAX, series->name, STYLE_PLAIN) + GAP;
}

static void next_line(struct canvas *line, FILE *out, bool color)
{
    canvas_print(line, out, color);
    canvas_clear(line, line->ascii);
}

/* As many entries on a line as the page has room for, one at least; at the right end of the last
 * line, what the x axis is. */
static void print_legend(const struct sheet *sheet, const struct plot *plot, FILE *out, bool color)
{
    struct canvas line;
    unsigned at = sheet->left, end = sheet->left + sheet->columns;
    unsigned name_len = utf8_width(plot->x.name);
    canvas_clear(&line, sheet->ascii);
    for (unsigned i = 0; i < plot->count; i++) {
        if (at > sheet->left && at + 5 + utf8_width(plot->series[i].name) > end) {
            next_line(&line, out, color);
            at = sheet->left;
        }
        at = put_entry(sheet, &line, at, plot, i);
    }
    if (at > sheet->left && at + name_len > end)
        next_line(&line, out, color);
    canvas_put(&line, end - min_u32(name_len, sheet->columns), end, plot->x.name, STYLE_PLAIN);
    canvas_print(&line, out, color);
}

static void print_line(const struct sheet *sheet, FILE *out, const char *text, bool color)
{
    struct canvas line;
    canvas_clear(&line, sheet->ascii);
    canvas_put(&line, 0, CANVAS_COLUMNS_MAX, text, color ? STYLE_BOLD : STYLE_PLAIN);
    canvas_print(&line, out, color);
}

/* ---- the whole ---- */

static void lay_out(struct sheet *sheet, const struct plot *plot, const struct plot_page *page)
{
    char text[AXIS_TEXT_MAX];
    unsigned longest = 0;
    plot_frame_fit(&sheet->frame, plot, page->width / TICK_COLUMNS,
                   max_u32(page->height / TICK_ROWS + 1, 3));
    const struct axis *y = &sheet->frame.y;
    for (unsigned i = 0; i < y->ticks; i++)
        longest = max_u32(longest, (unsigned)strlen(axis_text(y, axis_tick(y, i), text)));
    sheet->left = longest + 3;
    sheet->columns = page->width - sheet->left - 1; /* the last label is wider than its tick */
    sheet->rows = page->height;
    sheet->ascii = page->ascii;
}

int plot_print(FILE *out, const struct plot *plot, const struct plot_page *page)
{
    assert(page->width >= 40 && page->width <= COLUMNS_MAX);
    assert(page->height >= 4 && page->height <= ROWS_MAX);
    struct sheet sheet = {0};
    lay_out(&sheet, plot, page);
    for (unsigned i = 0; i < plot->count; i++)
        draw_series(&sheet, &plot->series[i], i);
    print_line(&sheet, out, plot->title, page->color);
    print_line(&sheet, out, plot->y.name, false);
    print_rows(&sheet, out, page->color);
    print_x_axis(&sheet, out, page->color);
    print_legend(&sheet, plot, out, page->color);
    return fflush(out) != 0 || ferror(out) ? -EIO : 0;
}
