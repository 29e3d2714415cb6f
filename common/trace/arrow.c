/* The arrows of a ladder: shaft, head, label, and the reason for what the wire did. */
#include <string.h>

#include "base/bytes.h"
#include "trace/label.h"
#include "trace/lane.h"
#include "trace/utf8.h"

enum {
    LABEL_DISTANCE = 2, /* dashes before a label, */
    LABEL_REST = 2,     /* and behind it, the head being one */
    REASON_LINES = 2,
    DOTS_LEAST = 6, /* where the arrow goes on in another row */
};

/* What an arrow is made of, settled before it is drawn. */
struct arrow {
    const struct row *row;
    enum style style;
    char label[LABEL_MAX + 2]; /* with a blank at either side */
    char reason[LABEL_MAX + 2];
    bool reason_inside; /* on the arrow's own line */
};

static enum style style_of(const struct row *row)
{
    if (row->is_copy || (row->tcp && (row->tcp->marks & MARK_RETRANSMISSION) != 0))
        return STYLE_AGAIN;
    return row->from == 0 ? STYLE_FROM_A : STYLE_FROM_B;
}

/* The fullest label that leaves room for the reason; if not even the barest does, the reason goes
 * to the next line. */
static void compose(struct arrow *arrow, const struct column *column, const struct row *row)
{
    struct label_options options = {column->glyphs->again, column->rows->numbered};
    char label[LABEL_MAX], reason_text[LABEL_MAX];
    bool half = row->kind != ROW_ARROW || row->fate == ARROW_UNDER_WAY;
    unsigned room = lane_width(column) - LABEL_DISTANCE - LABEL_REST - 2 - (half ? DOTS_LEAST : 0);
    *arrow = (struct arrow){.row = row, .style = style_of(row)};
    label_reason(row, reason_text);
    if (reason_text[0])
        snprintf(arrow->reason, sizeof(arrow->reason), row->fate == ARROW_LOST ? "%s" : "(%s)",
                 reason_text);
    unsigned reason = utf8_width(arrow->reason);
    unsigned taken = reason ? reason + 3 : 0;
    if (taken && taken < room) {
        label_arrow(row, &options, room - taken, label);
        arrow->reason_inside = utf8_width(label) <= room - taken;
    }
    if (!arrow->reason_inside)
        label_arrow(row, &options, room, label);
    snprintf(arrow->label, sizeof(arrow->label), " %s ", label);
}

/* How far a lost segment gets: two thirds of the way, but beyond its label. */
static unsigned lost_at(const struct arrow *arrow, unsigned lane)
{
    unsigned label_end = LABEL_DISTANCE + utf8_width(arrow->label);
    unsigned reason = arrow->reason_inside ? utf8_width(arrow->reason) + 1 : 0;
    unsigned at = lane * 2 / 3 > label_end + 1 ? lane * 2 / 3 : label_end + 1;
    if (reason && at + 1 + reason > lane)
        at = lane - 1 - reason;
    return at < lane ? at : lane - 1;
}

static void draw_lost(const struct arrow *arrow, const struct column *column, struct canvas *line)
{
    int from = arrow->row->from;
    unsigned at = lost_at(arrow, lane_width(column));
    lane_fill(column, line, (struct lane_run){from, 0, at}, column->glyphs->dash, arrow->style);
    lane_put(column, line, (struct lane_place){from, LABEL_DISTANCE}, arrow->label, arrow->style);
    lane_put(column, line, (struct lane_place){from, at}, column->glyphs->lost, STYLE_BAD);
    if (arrow->reason_inside)
        lane_put(column, line, (struct lane_place){from, at + 2}, arrow->reason, STYLE_BAD);
}

static void draw_head(const struct arrow *arrow, const struct column *column, struct canvas *line)
{
    const struct glyphs *glyphs = column->glyphs;
    bool refused = arrow->row->fate == ARROW_REFUSED;
    const char *head = arrow->row->from == 0 ? glyphs->right : glyphs->left;
    struct lane_place far_end = {arrow->row->from, lane_width(column) - 1};
    lane_put(column, line, far_end, refused ? glyphs->lost : head,
             refused ? STYLE_BAD : arrow->style);
}

/* Label and reason, read from left to right, `distance` from `host`; returns the distance behind
 * them. */
static unsigned put_words(const struct arrow *arrow, const struct column *column,
                          struct canvas *line, int host, unsigned distance)
{
    const struct {
        const char *text;
        enum style style;
    } words[] = {
        {arrow->label, arrow->style},
        {arrow->reason_inside ? arrow->reason : "", STYLE_AGAIN},
        {arrow->reason_inside ? " " : "", STYLE_PLAIN},
    };
    for (unsigned i = 0; i < ARRAY_LEN(words); i++) {
        unsigned next = host == 0 ? i : (unsigned)ARRAY_LEN(words) - 1 - i;
        struct lane_place place = {host, distance};
        distance = lane_put(column, line, place, words[next].text, words[next].style);
    }
    return distance;
}

/* From lifeline to lifeline. */
static void draw_whole(const struct arrow *arrow, const struct column *column, struct canvas *line)
{
    int from = arrow->row->from;
    struct lane_run all = {from, 0, lane_width(column)};
    lane_fill(column, line, all, column->glyphs->dash, arrow->style);
    put_words(arrow, column, line, from, LABEL_DISTANCE);
    draw_head(arrow, column, line);
}

/* One half of an arrow: words at `host`, dots beyond them. */
static void draw_half(const struct arrow *arrow, const struct column *column, struct canvas *line,
                      int host)
{
    const struct glyphs *glyphs = column->glyphs;
    bool at_head = host != arrow->row->from;
    unsigned distance = LABEL_DISTANCE + at_head;
    struct lane_run all = {host, 0, lane_width(column)};
    lane_fill(column, line, all, glyphs->dots, arrow->style);
    lane_fill(column, line, (struct lane_run){host, 0, distance}, glyphs->dash, arrow->style);
    unsigned end = put_words(arrow, column, line, host, distance);
    lane_fill(column, line, (struct lane_run){host, end, end + LABEL_REST}, glyphs->dash,
              arrow->style);
    if (at_head)
        draw_head(arrow, column, line);
}

/* The reason under the arrow; returns the lines it takes. */
static unsigned draw_reason(const struct arrow *arrow, const struct column *column,
                            struct canvas *lines)
{
    enum style style = arrow->row->fate == ARROW_LOST ? STYLE_BAD : STYLE_AGAIN;
    struct lane_place place = {arrow->row->from, LABEL_DISTANCE + 1};
    const char *rest = arrow->reason;
    unsigned used = 0;
    while (*rest && used < REASON_LINES) {
        char text[LABEL_MAX + 2];
        size_t len = utf8_fit(rest, lane_width(column) - LABEL_DISTANCE - 1);
        snprintf(text, sizeof(text), "%.*s", (int)len, rest);
        lane_put(column, &lines[used++], place, text, style);
        rest += len;
    }
    return used;
}

unsigned arrow_draw(const struct column *column, const struct row *row, struct canvas *lines)
{
    struct arrow arrow;
    compose(&arrow, column, row);
    if (row->kind == ROW_ARRIVE)
        draw_half(&arrow, column, &lines[0], !row->from);
    else if (row->fate == ARROW_LOST)
        draw_lost(&arrow, column, &lines[0]);
    else if (row->kind == ROW_DEPART || row->fate == ARROW_UNDER_WAY)
        draw_half(&arrow, column, &lines[0], row->from);
    else
        draw_whole(&arrow, column, &lines[0]);
    return arrow.reason_inside ? 1 : 1 + draw_reason(&arrow, column, &lines[1]);
}
