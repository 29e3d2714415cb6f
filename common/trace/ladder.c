/* The ladder: rows are gathered, shortened, aligned when there are two of them, and drawn line by
 * line. */
#include "trace/ladder.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "trace/align.h"
#include "trace/column.h"
#include "trace/fold.h"
#include "trace/label.h"
#include "trace/utf8.h"

enum {
    WIDTH_ONE = 80,
    WIDTH_TWO = 144,
    WIDTH_LEAST = 60, /* narrower pages overflow rather than lose everything */
    WIDTH_MOST = 110, /* of one ladder: longer arrows say no more */
    GUTTER = 3,       /* between two ladders */
    ROWS_MOST = 1000, /* of two ladders: aligning takes memory for the square */
};

struct page {
    FILE *out;
    const struct ladder_options *options;
    const struct glyphs *glyphs;
    struct rows rows[2];
    struct column columns[2];
    size_t count;
    struct canvas lines[ROW_LINES_MAX];
};

static int read_log(struct rows *rows, const struct ladder_options *options,
                    const struct trace_log *log, size_t max_rows)
{
    struct rows_options wanted = {options->calls, options->all, options->port};
    int error = rows_init(rows, log, &wanted);
    if (error)
        return error;
    error = rows_mark_gaps(rows);
    if (error)
        rows_fini(rows);
    else
        rows_fold(rows, max_rows);
    return error;
}

static int read_logs(struct page *page, const struct trace_log *const logs[], size_t count)
{
    size_t max_rows = page->options->max_rows;
    if (count == 2 && (max_rows == 0 || max_rows > ROWS_MOST))
        max_rows = ROWS_MOST;
    for (; page->count < count; page->count++) {
        int error = read_log(&page->rows[page->count], page->options, logs[page->count], max_rows);
        if (error)
            return error;
    }
    return 0;
}

static void lay_out(struct page *page)
{
    unsigned width = page->options->width;
    if (width == 0)
        width = page->count == 1 ? WIDTH_ONE : WIDTH_TWO;
    width = width < WIDTH_LEAST ? WIDTH_LEAST : width;
    width = width > CANVAS_COLUMNS_MAX ? CANVAS_COLUMNS_MAX : width;
    unsigned each = page->count == 1 ? width : (width - GUTTER) / 2;
    each = each > WIDTH_MOST ? WIDTH_MOST : each;
    struct margins margins = {0};
    for (size_t c = 0; c < page->count; c++)
        margins_fit(&margins, &page->rows[c]);
    for (size_t c = 0; c < page->count; c++) {
        unsigned left = (unsigned)c * (each + GUTTER);
        page->columns[c] = (struct column){
            .rows = &page->rows[c], .glyphs = page->glyphs, .left = left, .right = left + each};
        column_lay_out(&page->columns[c], &margins);
    }
}

static void clear_lines(struct page *page)
{
    for (unsigned i = 0; i < ROW_LINES_MAX; i++) {
        canvas_clear(&page->lines[i], page->options->ascii);
        for (size_t c = 0; c < page->count; c++)
            column_draw_empty(&page->columns[c], &page->lines[i]);
    }
}

static void print_lines(struct page *page, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        canvas_print(&page->lines[i], page->out, page->options->color);
}

static void print_head(struct page *page)
{
    struct canvas *line = &page->lines[0];
    bool titled = page->options->titles[0] || page->options->titles[1];
    canvas_clear(line, page->options->ascii);
    for (size_t c = 0; titled && c < page->count; c++) {
        const struct column *column = &page->columns[c];
        const char *title = page->options->titles[c] ? page->options->titles[c] : "";
        unsigned width = utf8_width(title), middle = (column->a + column->b) / 2;
        unsigned at = middle > column->left + width / 2 ? middle - width / 2 : column->left;
        canvas_put(line, at, column->right, title, STYLE_BOLD);
    }
    if (titled)
        print_lines(page, 1);
    canvas_clear(line, page->options->ascii);
    for (size_t c = 0; c < page->count; c++)
        column_draw_hosts(&page->columns[c], line);
    print_lines(page, 1);
}

static unsigned draw_side(struct page *page, size_t side, size_t index)
{
    if (index == ALIGN_NONE)
        return 0;
    return column_draw_row(&page->columns[side], &page->rows[side].row[index], page->lines);
}

static void print_one(struct page *page)
{
    for (size_t i = 0; i < page->rows[0].count; i++) {
        clear_lines(page);
        print_lines(page, draw_side(page, 0, i));
    }
}

static void print_pair(struct page *page, const struct aligned *pair)
{
    clear_lines(page);
    unsigned left = draw_side(page, 0, pair->left), right = draw_side(page, 1, pair->right);
    unsigned gutter = page->columns[0].right + 1;
    if (pair->differs)
        canvas_put(&page->lines[0], gutter, gutter + 1, page->glyphs->differs, STYLE_BAD);
    print_lines(page, left > right ? left : right);
}

static void describe(const struct page *page, size_t side, size_t index, char out[static LABEL_MAX])
{
    struct label_options options = {page->glyphs->again, page->rows[side].numbered};
    snprintf(out, LABEL_MAX, "nothing");
    if (index == ALIGN_NONE)
        return;
    const struct row *row = &page->rows[side].row[index];
    if (!row_is_arrow(row)) {
        label_other(row, LABEL_MAX, out);
        return;
    }
    label_arrow(row, &options, 0, out);
    size_t used = strlen(out);
    if (row->fate == ARROW_LOST)
        snprintf(out + used, LABEL_MAX - used, ", lost");
}

static void print_first_difference(const struct page *page, const struct aligned *pairs,
                                   size_t count)
{
    char text[2][LABEL_MAX];
    size_t i = 0;
    while (i < count && !pairs[i].differs)
        i++;
    if (i == count) {
        fputs("\nNo difference: the same segments in the same order.\n", page->out);
        return;
    }
    describe(page, 0, pairs[i].left, text[0]);
    describe(page, 1, pairs[i].right, text[1]);
    fprintf(page->out, "\n%s First difference: ", page->glyphs->differs);
    for (int side = 0; side < 2; side++) {
        const char *title = page->options->titles[side];
        fprintf(page->out, "%s: %s%s",
                title  ? title
                : side ? "right"
                       : "left",
                text[side], side ? "\n" : "; ");
    }
}

static bool any_row(const struct page *page, bool (*is)(const struct row *row))
{
    for (size_t c = 0; c < page->count; c++) {
        for (size_t i = 0; i < page->rows[c].count; i++) {
            if (is(&page->rows[c].row[i]))
                return true;
        }
    }
    return false;
}

static bool is_again(const struct row *row)
{
    return row->tcp && (row->tcp->marks & MARK_RETRANSMISSION) != 0;
}

static bool is_stopped(const struct row *row)
{
    return row_is_arrow(row) && (row->fate == ARROW_LOST || row->fate == ARROW_REFUSED);
}

static bool is_half(const struct row *row)
{
    return row->kind == ROW_DEPART || row->kind == ROW_ARRIVE;
}

/* Explains the signs that the ladder used. */
static void print_legend(const struct page *page)
{
    const struct glyphs *glyphs = page->glyphs;
    const struct {
        bool used;
        const char *sign, *meaning;
    } signs[] = {
        {any_row(page, is_again), glyphs->again, "sent again"},
        {any_row(page, is_stopped), glyphs->lost, "lost, or refused on arrival"},
        {any_row(page, is_half), glyphs->dots, "on its way while other things happen"},
    };
    const char *separator = "\n";
    for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
        if (!signs[i].used)
            continue;
        fprintf(page->out, "%s%s %s", separator, signs[i].sign, signs[i].meaning);
        separator = "   ";
    }
    if (separator[0] == ' ')
        fputc('\n', page->out);
}

static int print_two(struct page *page)
{
    struct aligned *pairs;
    size_t count;
    int error = align_rows(&page->rows[0], &page->rows[1], &pairs, &count);
    if (error)
        return error;
    for (size_t i = 0; i < count; i++)
        print_pair(page, &pairs[i]);
    print_first_difference(page, pairs, count);
    free(pairs);
    return 0;
}

int ladder_print(FILE *out, const struct ladder_options *options,
                 const struct trace_log *const logs[], size_t count)
{
    assert(count == 1 || count == 2);
    struct page *page = calloc(1, sizeof(*page));
    if (!page)
        return -ENOMEM;
    page->out = out;
    page->options = options;
    page->glyphs = options->ascii ? &glyphs_ascii : &glyphs_utf8;
    int error = read_logs(page, logs, count);
    if (!error) {
        lay_out(page);
        print_head(page);
        if (count == 1)
            print_one(page);
        else
            error = print_two(page);
        print_legend(page);
    }
    for (size_t i = 0; i < page->count; i++)
        rows_fini(&page->rows[i]);
    free(page);
    if (!error && (fflush(out) != 0 || ferror(out)))
        error = -EIO;
    return error;
}
