/* One ladder on the page: its layout, and its rows but for the arrows. */
#include "trace/column.h"

#include <inttypes.h>
#include <string.h>

#include "trace/label.h"
#include "trace/lane.h"
#include "trace/utf8.h"
#include "trace/words.h"

enum {
    LANE_LEAST = 28,  /* narrower, and nothing is drawn outside the lifelines */
    MARGIN_MOST = 18, /* what does not fit there stands inside */
};

const struct glyphs glyphs_utf8 = {"│", "┊", "─", "┄", "►", "◄", "✗", "↻", "╞", "═", "╡", "≠"};
const struct glyphs glyphs_ascii = {"|", ":", "-", ".", ">", "<", "X", "R", "|", "=", "|", "#"};

/* The text of a row that stands at a host rather than on the wire: "" when there is none. */
static void host_text(const struct row *row, int end, char out[static LABEL_MAX])
{
    out[0] = '\0';
    if (row->state[end] != STATE_UNCHANGED)
        snprintf(out, LABEL_MAX, "%s", tcp_state_name((enum tcp_state)row->state[end]));
    else if ((row->kind == ROW_CALL || row->kind == ROW_TIMER) && row->from == end)
        label_other(row, LABEL_MAX, out);
}

static void format_time(const struct column *column, usec_t at, char out[static 32])
{
    usec_t thousandths = column->seconds ? at / 1000 : at;
    snprintf(out, 32, "%" PRId64 ".%03" PRId64, thousandths / 1000, thousandths % 1000);
}

void margins_fit(struct margins *margins, const struct rows *rows)
{
    char text[LABEL_MAX];
    for (size_t i = 0; i < rows->count; i++) {
        margins->last_time = usec_max(margins->last_time, rows->row[i].at);
        for (int end = 0; end < 2; end++) {
            host_text(&rows->row[i], end, text);
            unsigned width = utf8_width(text);
            if (width <= MARGIN_MOST && width > margins->host[end])
                margins->host[end] = width;
        }
    }
}

void column_lay_out(struct column *column, const struct margins *margins)
{
    char last[32];
    unsigned beside_a = margins->host[0] + 1, beside_b = margins->host[1] + 1;
    column->seconds = margins->last_time >= SECONDS(10);
    format_time(column, margins->last_time, last);
    column->time_end = column->left + (unsigned)strlen(last);
    column->a = column->time_end + 1;
    column->b = column->right - 1;
    column->inside = column->b - column->a < beside_a + LANE_LEAST + beside_b + 1;
    if (!column->inside) {
        column->a += beside_a;
        column->b -= beside_b;
    }
}

unsigned lane_width(const struct column *column)
{
    return column->b - column->a - 1;
}

unsigned lane_put(const struct column *column, struct canvas *line, struct lane_place place,
                  const char *text, enum style style)
{
    unsigned width = utf8_width(text), lane = lane_width(column), distance = place.distance;
    if (distance >= lane)
        return lane;
    width = width < lane - distance ? width : lane - distance;
    unsigned at = place.host == 0 ? column->a + 1 + distance : column->b - distance - width;
    canvas_put(line, at, at + width, text, style);
    return distance + width;
}

void lane_fill(const struct column *column, struct canvas *line, struct lane_run run,
               const char *glyph, enum style style)
{
    unsigned lane = lane_width(column);
    unsigned end = run.end < lane ? run.end : lane;
    if (run.start >= end)
        return;
    unsigned at = run.host == 0 ? column->a + 1 + run.start : column->b - end;
    canvas_fill(line, at, at + end - run.start, glyph, style);
}

void column_draw_empty(const struct column *column, struct canvas *line)
{
    canvas_fill(line, column->a, column->a + 1, column->glyphs->lifeline, STYLE_DIM);
    canvas_fill(line, column->b, column->b + 1, column->glyphs->lifeline, STYLE_DIM);
}

static void put_centered(const struct column *column, struct canvas *line, const char *text,
                         enum style style)
{
    unsigned width = utf8_width(text), lane = lane_width(column);
    unsigned before = width < lane ? (lane - width) / 2 : 0;
    canvas_put(line, column->a + 1 + before, column->b, text, style);
}

static void put_time(const struct column *column, struct canvas *line, usec_t at)
{
    char text[32];
    format_time(column, at, text);
    unsigned width = (unsigned)strlen(text);
    unsigned start =
        column->time_end > column->left + width ? column->time_end - width : column->left;
    canvas_put(line, start, column->time_end, text, STYLE_DIM);
}

static void put_host_text(const struct column *column, struct canvas *line, int end,
                          const char *text, enum style style)
{
    unsigned width = utf8_width(text);
    if (column->inside || width > MARGIN_MOST)
        lane_put(column, line, (struct lane_place){end, 1}, text, style);
    else if (end == 0)
        canvas_put(line, column->a - 1 - width, column->a - 1, text, style);
    else
        canvas_put(line, column->b + 2, column->right, text, style);
}

/* What both hosts do in this row; true if there was anything. */
static bool draw_hosts_of(const struct column *column, const struct row *row, struct canvas *line)
{
    char text[LABEL_MAX];
    bool any = false;
    for (int end = 0; end < 2; end++) {
        host_text(row, end, text);
        if (text[0] == '\0')
            continue;
        any = true;
        put_host_text(column, line, end, text,
                      row->state[end] != STATE_UNCHANGED ? STYLE_STATE : STYLE_CALL);
    }
    return any;
}

static unsigned draw_arrow_row(const struct column *column, const struct row *row,
                               struct canvas *lines)
{
    unsigned used = arrow_draw(column, row, lines);
    if (!column->inside)
        draw_hosts_of(column, row, &lines[0]);
    else if (draw_hosts_of(column, row, &lines[used]))
        used++;
    return used;
}

static unsigned draw_note(const struct column *column, const struct row *row, struct canvas *lines)
{
    const struct glyphs *glyphs = column->glyphs;
    const char *rest = row->event->text ? row->event->text : "";
    unsigned used = 0;
    while (*rest && used < ROW_LINES_MAX) {
        struct canvas *line = &lines[used++];
        char text[LABEL_MAX];
        size_t len = utf8_fit(rest, lane_width(column) - 6);
        size_t shown = len > 0 && rest[len - 1] == ' ' ? len - 1 : len;
        snprintf(text, sizeof(text), " %.*s ", (int)shown, rest);
        canvas_fill(line, column->a, column->a + 1, glyphs->note_left, STYLE_BOLD);
        canvas_fill(line, column->a + 1, column->b, glyphs->note, STYLE_BOLD);
        canvas_fill(line, column->b, column->b + 1, glyphs->note_right, STYLE_BOLD);
        canvas_put(line, column->a + 3, column->b, text, STYLE_BOLD);
        rest += len;
    }
    return used;
}

/* A silence or rows left out: what is between the lifelines, which are broken there. */
static void draw_left_out(const struct column *column, const struct row *row, struct canvas *line)
{
    char label[LABEL_MAX], text[LABEL_MAX + 8];
    bool is_gap = row->kind == ROW_GAP;
    label_other(row, lane_width(column) - 8, label); /* beside the dots */
    snprintf(text, sizeof(text), is_gap ? "%s" : "... %s ...", label);
    canvas_fill(line, column->a, column->a + 1, column->glyphs->silence, STYLE_DIM);
    canvas_fill(line, column->b, column->b + 1, column->glyphs->silence, STYLE_DIM);
    put_centered(column, line, text, is_gap ? STYLE_DIM : STYLE_BOLD);
}

static unsigned draw_drop(const struct column *column, const struct row *row, struct canvas *line)
{
    char text[LABEL_MAX], signed_text[LABEL_MAX + 8];
    label_other(row, LABEL_MAX, text);
    snprintf(signed_text, sizeof(signed_text), "%s %s", column->glyphs->lost, text);
    lane_put(column, line, (struct lane_place){row->from, 1}, signed_text, STYLE_BAD);
    return 1;
}

unsigned column_draw_row(const struct column *column, const struct row *row,
                         struct canvas lines[static ROW_LINES_MAX])
{
    unsigned used = 0;
    switch (row->kind) {
    case ROW_GAP:
    case ROW_FOLD:
        draw_left_out(column, row, &lines[0]);
        return 1;
    case ROW_NOTE:
        used = draw_note(column, row, lines);
        break;
    case ROW_DROP:
        used = draw_drop(column, row, &lines[0]);
        break;
    case ROW_STATE:
    case ROW_CALL:
    case ROW_TIMER:
        used = draw_hosts_of(column, row, &lines[0]);
        break;
    case ROW_ARROW:
    case ROW_DEPART:
    case ROW_ARRIVE:
        used = draw_arrow_row(column, row, lines);
        break;
    }
    if (used)
        put_time(column, &lines[0], row->at);
    return used;
}

/* "A 10.0.0.1:40312", without the port when it differs from row to row. */
static void host_name(const struct rows *rows, int end, char out[static 64])
{
    char address[ADDRESS_TEXT_MAX];
    const struct track *conn = rows->first_conn;
    snprintf(out, 64, "%c", "AB"[end]);
    if (!conn)
        return;
    int port = rows->numbered && end == 0 ? -1 : conn->end[end].port;
    snprintf(out, 64, "%c %s", "AB"[end], address_text(conn->end[end].ip, port, address));
}

/* Where to put a name so that it is centred over a lifeline, within [least, end). */
static unsigned center_over(unsigned lifeline, unsigned width, unsigned least, unsigned end)
{
    unsigned at = lifeline > least + width / 2 ? lifeline - width / 2 : least;
    return at + width > end ? end - width : at;
}

void column_draw_hosts(const struct column *column, struct canvas *line)
{
    char name[2][64];
    const char *unit = column->seconds ? "s" : "ms";
    unsigned least = column->time_end + 1, at[2];
    for (int end = 0; end < 2; end++) {
        host_name(column->rows, end, name[end]);
        at[end] =
            center_over(end ? column->b : column->a, utf8_width(name[end]), least, column->right);
    }
    if (at[0] + utf8_width(name[0]) >= at[1]) {
        strcpy(name[0], "A");
        strcpy(name[1], "B");
        at[0] = column->a;
        at[1] = column->b;
    }
    canvas_put(line, column->time_end - (unsigned)strlen(unit), column->time_end, unit, STYLE_DIM);
    for (int end = 0; end < 2; end++)
        canvas_put(line, at[end], column->right, name[end], STYLE_BOLD);
}
