/* The state diagram, drawn row by row: boxes, arrows, and what is written beside them. */
#include "trace/diagram.h"

#include <assert.h>
#include <string.h>

#include "base/bytes.h"
#include "tcp/state.h"
#include "trace/canvas.h"
#include "trace/walk.h"

enum { ROWS = 24, COLUMNS = 79, CORNERS = 3, TEXT_MAX = 64 };

/* ---- reading ---- */

static void take(struct diagram *diagram, enum tcp_state from, enum tcp_state to)
{
    diagram->taken[from][to]++;
    diagram->visited[from] = diagram->visited[to] = true;
}

static bool tells_itself(const struct event *event)
{
    return event->kind == EVENT_STATE && !event->state.sampled;
}

static void find_tellers(const struct trace_log *log, bool tells[static 2])
{
    struct trace_cursor cursor = {0};
    const struct event *event;
    while ((event = trace_log_next(log, &cursor)) != NULL)
        if (tells_itself(event))
            tells[event->host == 'B'] = true;
}

static void read_event(struct diagram *diagram, const struct event *event,
                       const struct track_step *step, const bool tells[static 2])
{
    if (event->kind == EVENT_STATE && event->state.sampled)
        diagram->listed[event->state.to] = true;
    if (tells_itself(event))
        take(diagram, event->state.from, event->state.to);
    else if (step->changed && !tells[step->end])
        take(diagram, step->state_from, step->state);
}

int diagram_read(struct diagram *diagram, const struct trace_log *log)
{
    struct trace_walk walk;
    bool tells[2] = {false, false};
    *diagram = (struct diagram){0};
    find_tellers(log, tells);
    trace_walk_begin(&walk, log);
    while (trace_walk_next(&walk))
        read_event(diagram, walk.event, &walk.step, tells);
    return trace_walk_end(&walk);
}

int diagram_arrows(void)
{
    size_t count;
    state_edges(&count);
    return (int)count;
}

int diagram_arrows_taken(const struct diagram *diagram)
{
    size_t count;
    int taken = 0;
    const struct state_edge *edges = state_edges(&count);
    for (size_t i = 0; i < count; i++)
        taken += diagram->taken[edges[i].from][edges[i].to] > 0;
    return taken;
}

int diagram_strayed(const struct diagram *diagram)
{
    int strayed = 0;
    for (int from = 0; from < STATE_COUNT; from++)
        for (int to = 0; to < STATE_COUNT; to++)
            if (!state_edge_is_legal((enum tcp_state)from, (enum tcp_state)to))
                strayed += (int)diagram->taken[from][to];
    return strayed;
}

/* ---- where everything stands ---- */

struct point {
    int row, col;
};

/* A state's name, which begins here. CLOSED stands twice: where connections begin and end. */
static const struct box {
    enum tcp_state state;
    struct point at;
} boxes[] = {
    {STATE_CLOSED, {0, 35}},       {STATE_LISTEN, {3, 17}},       {STATE_SYN_SENT, {3, 52}},
    {STATE_SYN_RECEIVED, {7, 14}}, {STATE_ESTABLISHED, {10, 32}}, {STATE_FIN_WAIT_1, {13, 20}},
    {STATE_CLOSE_WAIT, {13, 54}},  {STATE_CLOSING, {17, 5}},      {STATE_FIN_WAIT_2, {17, 25}},
    {STATE_LAST_ACK, {17, 54}},    {STATE_TIME_WAIT, {21, 26}},   {STATE_CLOSED, {21, 56}},
};

/* A way from corner to corner, the last one being its head; `words` stand to the right of their
 * point, or end before it, where it is negative. */
static const struct arrow {
    enum tcp_state from, to;
    int corners;
    struct point way[CORNERS];
    struct point words;
    bool words_end;
} arrows[] = {
    {STATE_CLOSED, STATE_LISTEN, 3, {{0, 33}, {0, 20}, {2, 20}}, {1, 19}, true},
    {STATE_CLOSED, STATE_SYN_SENT, 3, {{0, 42}, {0, 56}, {2, 56}}, {1, 58}, false},
    {STATE_LISTEN, STATE_SYN_RECEIVED, 2, {{4, 20}, {6, 20}}, {4, 19}, true},
    {STATE_SYN_SENT, STATE_SYN_RECEIVED, 3, {{4, 54}, {7, 54}, {7, 27}}, {5, 53}, true},
    {STATE_SYN_SENT, STATE_ESTABLISHED, 3, {{4, 58}, {10, 58}, {10, 44}}, {5, 60}, false},
    {STATE_SYN_RECEIVED, STATE_ESTABLISHED, 3, {{8, 20}, {10, 20}, {10, 30}}, {8, 19}, true},
    {STATE_ESTABLISHED, STATE_FIN_WAIT_1, 2, {{11, 33}, {12, 33}}, {11, 32}, true},
    {STATE_ESTABLISHED, STATE_CLOSE_WAIT, 3, {{11, 41}, {13, 41}, {13, 52}}, {11, 43}, false},
    {STATE_FIN_WAIT_1, STATE_CLOSING, 3, {{13, 18}, {13, 8}, {16, 8}}, {14, 10}, false},
    {STATE_FIN_WAIT_1, STATE_FIN_WAIT_2, 2, {{14, 30}, {16, 30}}, {14, 32}, false},
    {STATE_FIN_WAIT_2, STATE_TIME_WAIT, 2, {{18, 30}, {20, 30}}, {18, 32}, false},
    {STATE_CLOSING, STATE_TIME_WAIT, 3, {{18, 8}, {21, 8}, {21, 24}}, {18, 10}, false},
    {STATE_CLOSE_WAIT, STATE_LAST_ACK, 2, {{14, 58}, {16, 58}}, {14, 60}, false},
    {STATE_LAST_ACK, STATE_CLOSED, 2, {{18, 58}, {20, 58}}, {18, 60}, false},
    {STATE_TIME_WAIT, STATE_CLOSED, 2, {{21, 36}, {21, 54}}, {22, 37}, false},
};

/* ---- drawing ---- */

struct drawing {
    const struct diagram *diagram;
    struct canvas canvas;
    int row;
    bool ascii;
};

enum glyph {
    ALONG,
    DOWN,
    RIGHT_DOWN,
    LEFT_DOWN,
    UP_RIGHT,
    UP_LEFT,
    HEAD_DOWN,
    HEAD_LEFT,
    HEAD_RIGHT
};

static const char *glyph_of(const struct drawing *drawing, enum glyph glyph, bool heavy)
{
    static const char *const signs[][2] = {
        [ALONG] = {"─", "━"},     [DOWN] = {"│", "┃"},      [RIGHT_DOWN] = {"┐", "┓"},
        [LEFT_DOWN] = {"┌", "┏"}, [UP_RIGHT] = {"└", "┗"},  [UP_LEFT] = {"┘", "┛"},
        [HEAD_DOWN] = {"▽", "▼"}, [HEAD_LEFT] = {"◁", "◀"}, [HEAD_RIGHT] = {"▷", "▶"},
    };
    static const char *const plain[][2] = {
        [ALONG] = {"-", "="},     [DOWN] = {"|", "#"},      [RIGHT_DOWN] = {"+", "#"},
        [LEFT_DOWN] = {"+", "#"}, [UP_RIGHT] = {"+", "#"},  [UP_LEFT] = {"+", "#"},
        [HEAD_DOWN] = {"v", "V"}, [HEAD_LEFT] = {"<", "<"}, [HEAD_RIGHT] = {">", ">"},
    };
    return drawing->ascii ? plain[glyph][heavy] : signs[glyph][heavy];
}

static void put_glyph(struct drawing *drawing, struct point at, enum glyph glyph, bool heavy)
{
    if (at.row == drawing->row)
        canvas_fill(&drawing->canvas, (unsigned)at.col, (unsigned)at.col + 1,
                    glyph_of(drawing, glyph, heavy), heavy ? STYLE_BOLD : STYLE_DIM);
}

static int sign(int number)
{
    return (number > 0) - (number < 0);
}

/* Everything from one corner up to the next, that one left out. */
static void draw_leg(struct drawing *drawing, struct point from, struct point to, bool heavy)
{
    struct point step = {sign(to.row - from.row), sign(to.col - from.col)};
    for (struct point at = from; at.row != to.row || at.col != to.col;
         at.row += step.row, at.col += step.col)
        put_glyph(drawing, at, step.row ? DOWN : ALONG, heavy);
}

/* No arrow goes up, and none turns twice. */
static enum glyph corner_of(const struct arrow *arrow)
{
    const struct point *way = arrow->way;
    bool to_the_right =
        way[0].row == way[1].row ? way[1].col > way[0].col : way[2].col > way[1].col;
    if (way[0].row == way[1].row)
        return to_the_right ? RIGHT_DOWN : LEFT_DOWN;
    return to_the_right ? UP_RIGHT : UP_LEFT;
}

static enum glyph head_of(const struct arrow *arrow)
{
    const struct point *head = &arrow->way[arrow->corners - 1];
    if (head[-1].row != head->row)
        return HEAD_DOWN;
    return head[-1].col < head->col ? HEAD_RIGHT : HEAD_LEFT;
}

static void draw_arrow(struct drawing *drawing, const struct arrow *arrow)
{
    bool heavy = drawing->diagram->taken[arrow->from][arrow->to] > 0;
    for (int i = 0; i + 1 < arrow->corners; i++)
        draw_leg(drawing, arrow->way[i], arrow->way[i + 1], heavy);
    if (arrow->corners == CORNERS)
        put_glyph(drawing, arrow->way[1], corner_of(arrow), heavy);
    put_glyph(drawing, arrow->way[arrow->corners - 1], head_of(arrow), heavy);
}

/* Every arrow drawn is one of the table's. */
static const struct state_edge *edge_of(const struct arrow *arrow)
{
    size_t count, i = 0;
    const struct state_edge *edges = state_edges(&count);
    while (i < count && (edges[i].from != arrow->from || edges[i].to != arrow->to))
        i++;
    assert(i < count);
    return &edges[i];
}

/* What happened, and how often, on the arrow's first row of words; what was done on the next. */
static void write_words(struct drawing *drawing, const struct arrow *arrow)
{
    const struct state_edge *edge = edge_of(arrow);
    unsigned times = drawing->diagram->taken[arrow->from][arrow->to];
    char text[TEXT_MAX];
    if (drawing->row == arrow->words.row && times > 0)
        snprintf(text, sizeof text, "%s (%u)", edge->cause, times);
    else if (drawing->row == arrow->words.row)
        snprintf(text, sizeof text, "%s", edge->cause);
    else if (drawing->row == arrow->words.row + 1)
        snprintf(text, sizeof text, "%s", edge->action);
    else
        return;
    int length = (int)strlen(text);
    int at = arrow->words_end ? arrow->words.col - length : arrow->words.col;
    canvas_put(&drawing->canvas, (unsigned)(at > 0 ? at : 0), COLUMNS, text,
               times > 0 ? STYLE_PLAIN : STYLE_DIM);
}

static void draw_box(struct drawing *drawing, const struct box *box)
{
    bool visited = drawing->diagram->visited[box->state];
    if (box->at.row == drawing->row)
        canvas_put(&drawing->canvas, (unsigned)box->at.col, COLUMNS, tcp_state_name(box->state),
                   visited ? STYLE_STATE : STYLE_DIM);
}

static void draw_row(struct drawing *drawing)
{
    for (size_t i = 0; i < ARRAY_LEN(arrows); i++)
        draw_arrow(drawing, &arrows[i]);
    for (size_t i = 0; i < ARRAY_LEN(arrows); i++)
        write_words(drawing, &arrows[i]);
    for (size_t i = 0; i < ARRAY_LEN(boxes); i++)
        draw_box(drawing, &boxes[i]);
}

/* ---- the arrows without a picture ---- */

static bool is_drawn(enum tcp_state from, enum tcp_state to)
{
    for (size_t i = 0; i < ARRAY_LEN(arrows); i++)
        if (arrows[i].from == from && arrows[i].to == to)
            return true;
    return false;
}

static void list_arrow(const struct diagram *diagram, const struct state_edge *edge, FILE *out)
{
    unsigned times = diagram->taken[edge->from][edge->to];
    fprintf(out, "  %c %-12s -> %-8s  %s", times > 0 ? '*' : ' ', tcp_state_name(edge->from),
            tcp_state_name(edge->to), edge->cause);
    if (times > 0)
        fprintf(out, " (%u)", times);
    fputc('\n', out);
}

static void list_arrows(const struct diagram *diagram, FILE *out)
{
    size_t count;
    const struct state_edge *edges = state_edges(&count);
    fputc('\n', out);
    for (size_t i = 0; i < count; i++)
        if (!is_drawn(edges[i].from, edges[i].to))
            list_arrow(diagram, &edges[i], out);
}

/* Whether one of them was taken. */
static bool left_the_picture(const struct diagram *diagram)
{
    size_t count;
    const struct state_edge *edges = state_edges(&count);
    for (size_t i = 0; i < count; i++)
        if (diagram->taken[edges[i].from][edges[i].to] > 0 && !is_drawn(edges[i].from, edges[i].to))
            return true;
    return false;
}

void diagram_print(const struct diagram *diagram, FILE *out, bool ascii, bool color)
{
    struct drawing drawing = {.diagram = diagram, .ascii = ascii};
    for (drawing.row = 0; drawing.row < ROWS; drawing.row++) {
        canvas_clear(&drawing.canvas, ascii);
        draw_row(&drawing);
        canvas_print(&drawing.canvas, out, color);
    }
    if (left_the_picture(diagram))
        list_arrows(diagram, out);
}
