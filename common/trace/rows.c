/* The rows of a ladder, gathered from a log event by event. */
#include "trace/rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "trace/track_measure.h"

enum { FIRST_ROOM = 128 };

bool row_is_arrow(const struct row *row)
{
    return row->kind == ROW_ARROW || row->kind == ROW_DEPART || row->kind == ROW_ARRIVE;
}

struct row *rows_add(struct rows *rows, const struct row *row)
{
    if (!rows->row || rows->count == rows->room) {
        size_t room = rows->room ? rows->room * 2 : FIRST_ROOM;
        struct row *grown = realloc(rows->row, room * sizeof(*grown));
        if (!grown)
            return NULL;
        rows->row = grown;
        rows->room = room;
    }
    rows->row[rows->count] = *row;
    return &rows->row[rows->count++];
}

static struct row new_row(enum row_kind kind, usec_t at, const struct event *event)
{
    return (struct row){.kind = kind,
                        .at = at,
                        .from = event->host == 'B',
                        .event = event,
                        .state = {STATE_UNCHANGED, STATE_UNCHANGED}};
}

static struct rows_frame *frame_of(struct rows *rows, uint64_t id)
{
    return id < rows->frame_room ? &rows->frames[id] : NULL;
}

static int reserve_frame(struct rows *rows, uint64_t id)
{
    size_t room = rows->frame_room ? rows->frame_room : FIRST_ROOM;
    if (id < rows->frame_room)
        return 0;
    while (room <= id)
        room *= 2;
    struct rows_frame *frames = realloc(rows->frames, room * sizeof(*frames));
    if (!frames)
        return -ENOMEM;
    memset(frames + rows->frame_room, 0, (room - rows->frame_room) * sizeof(*frames));
    rows->frames = frames;
    rows->frame_room = room;
    return 0;
}

/* The place for the receiver's or sender's change that frame `id` caused; NULL when it has none.
 */
static struct row *row_of_cause(struct rows *rows, uint64_t id, int end)
{
    const struct rows_frame *frame = id ? frame_of(rows, id) : NULL;
    if (!frame || frame->departure == 0)
        return NULL;
    struct row *departure = &rows->row[frame->departure - 1];
    bool at_arrival = frame->arrival != 0 && departure->from != end;
    return at_arrival ? &rows->row[frame->arrival - 1] : departure;
}

/* Row 0 holds the states before the first changes. */
static void tell_initial(struct rows *rows, const struct track_step *step)
{
    if (rows->first_conn == step->conn && rows->row[0].state[step->end] == STATE_UNCHANGED)
        rows->row[0].state[step->end] = (int)step->state_from;
}

static int add_change(struct rows *rows, const struct track_step *step, const struct event *event,
                      usec_t at)
{
    if (!step->changed)
        return 0;
    tell_initial(rows, step);
    struct row *row = row_of_cause(rows, step->cause, step->end);
    if (!row) {
        struct row own = new_row(ROW_STATE, at, event);
        own.conn = step->conn;
        row = rows_add(rows, &own);
    }
    if (!row)
        return -ENOMEM;
    row->state[step->end] = (int)step->state;
    return 0;
}

static bool concerns_port(const struct track *conn, uint16_t port)
{
    return port == 0 || conn->end[0].port == port || conn->end[1].port == port;
}

static bool is_shown(const struct track_step *step, const struct rows_options *options)
{
    struct frame_view view;
    if (step->conn)
        return concerns_port(step->conn, options->port);
    frame_parse(&view, step->frame->frame.bytes, step->frame->frame.len);
    return options->all || view.kind >= FRAME_IPV4;
}

static void note_conn(struct rows *rows, const struct track *conn)
{
    if (!conn)
        return;
    if (!rows->first_conn)
        rows->first_conn = conn;
    if (conn != rows->first_conn)
        rows->numbered = true;
}

static int on_frame(struct rows *rows, const struct track_step *step, const struct event *event,
                    usec_t at)
{
    struct row row = new_row(ROW_ARROW, at, event);
    row.conn = step->conn;
    row.tcp = step->tcp;
    row.fate = event->frame.fate & FATE_DROP ? ARROW_LOST : ARROW_UNDER_WAY;
    if (reserve_frame(rows, event->frame.id) < 0 || !rows_add(rows, &row))
        return -ENOMEM;
    rows->frames[event->frame.id] = (struct rows_frame){.departure = rows->count};
    note_conn(rows, step->conn);
    return add_change(rows, step, event, at);
}

/* A segment that says something, beside mere acknowledgements. */
static bool speaks(const struct row *row)
{
    return row->tcp && (track_segment_len(row->tcp) > 0 || (row->tcp->flags & TCP_RST) != 0);
}

/* Whether another segment of the same sender was on its way together with row `index`: within a
 * burst, arrivals of their own would drown the picture. */
static bool in_burst(const struct rows *rows, size_t index)
{
    const struct row *row = &rows->row[index];
    const struct row *before = &rows->row[index - 1];
    if (before->from == row->from && before->kind == ROW_ARROW && speaks(before) &&
        (before->fate == ARROW_UNDER_WAY || before->arrived_at > row->at))
        return true;
    for (size_t i = index + 1; i < rows->count; i++) {
        if (rows->row[i].kind == ROW_ARROW && rows->row[i].from == row->from &&
            speaks(&rows->row[i]))
            return true;
    }
    return false;
}

static bool overlaps(const struct row *row, const struct row *other)
{
    if (!row_is_arrow(other) || other->kind == ROW_ARRIVE || other->from == row->from)
        return false;
    bool over = other->fate == ARROW_LOST ||
                (other->fate != ARROW_UNDER_WAY && other->arrived_at <= row->at);
    return speaks(other) && !over;
}

/* Whether the receiver said something that had not arrived when the segment in row `index` was
 * sent, or said it while that was on its way. Frames before one that had arrived had, too. */
static bool is_crossed(const struct rows *rows, size_t index)
{
    const struct row *row = &rows->row[index];
    for (size_t i = index + 1; i < rows->count; i++) {
        if (overlaps(row, &rows->row[i]))
            return true;
    }
    for (size_t i = index; i-- > 0;) {
        const struct row *before = &rows->row[i];
        if (overlaps(row, before))
            return true;
        if (before->kind == ROW_ARROW && before->from != row->from)
            return false;
    }
    return false;
}

static bool needs_arrival(const struct rows *rows, size_t index)
{
    const struct row *row = &rows->row[index];
    unsigned held_back = FATE_DELAY | FATE_REORDER;
    if (index + 1 == rows->count)
        return false;
    if (row->event->frame.fate & held_back)
        return true;
    if (!speaks(row) || !is_crossed(rows, index))
        return false;
    return (row->tcp->flags & (TCP_SYN | TCP_FIN | TCP_RST)) != 0 || !in_burst(rows, index);
}

static int on_deliver(struct rows *rows, const struct track_step *step, const struct event *event,
                      usec_t at)
{
    struct rows_frame *frame = frame_of(rows, event->frame.id);
    if (!frame || frame->departure == 0)
        return add_change(rows, step, event, at);
    size_t index = frame->departure - 1;
    struct row arrival = rows->row[index];
    enum arrow_fate fate = step->refused ? ARROW_REFUSED : ARROW_ARRIVED;
    bool is_copy = arrival.fate != ARROW_UNDER_WAY;
    bool apart = is_copy || needs_arrival(rows, index);
    if (apart) {
        arrival = new_row(ROW_ARRIVE, at, arrival.event);
        arrival.conn = rows->row[index].conn;
        arrival.tcp = rows->row[index].tcp;
        arrival.fate = fate;
        arrival.is_copy = is_copy;
        if (!rows_add(rows, &arrival))
            return -ENOMEM;
        bool first_good = !is_copy || rows->row[index].fate != ARROW_ARRIVED;
        if (first_good) /* states that it brings are drawn here */
            frame->arrival = rows->count;
    }
    if (!is_copy) {
        rows->row[index].kind = apart ? ROW_DEPART : ROW_ARROW;
        rows->row[index].fate = fate;
        rows->row[index].arrived_at = at;
    }
    return add_change(rows, step, event, at);
}

static bool concerns_flow(const struct event_flow *flow, uint16_t port)
{
    return port == 0 || flow->local_port == 0 || flow->local_port == port ||
           flow->remote_port == port;
}

/* A return follows its call in the same row when nothing came between. */
static int on_call(struct rows *rows, const struct event *event, usec_t at)
{
    struct row *last = &rows->row[rows->count - 1];
    bool ended = event->kind == EVENT_RETURN;
    if (ended && last->kind == ROW_CALL && last->entered && !last->ended &&
        last->event->host == event->host && last->event->call.sock == event->call.sock &&
        strcmp(last->event->call.name, event->call.name) == 0) {
        last->ended = true;
        last->result = event->call.result;
        return 0;
    }
    struct row row = new_row(ROW_CALL, at, event);
    row.entered = !ended;
    row.ended = ended;
    row.result = event->call.result;
    return rows_add(rows, &row) ? 0 : -ENOMEM;
}

static int add_remark(struct rows *rows, enum row_kind kind, const struct event *event, usec_t at)
{
    struct row row = new_row(kind, at, event);
    return rows_add(rows, &row) ? 0 : -ENOMEM;
}

static int on_remark(struct rows *rows, const struct event *event, usec_t at,
                     const struct rows_options *options)
{
    if (!concerns_flow(&event->flow, options->port))
        return 0;
    switch (event->kind) {
    case EVENT_CALL:
    case EVENT_RETURN:
        return options->calls ? on_call(rows, event, at) : 0;
    case EVENT_TIMER:
        return options->calls ? add_remark(rows, ROW_TIMER, event, at) : 0;
    case EVENT_DROP:
        return add_remark(rows, ROW_DROP, event, at);
    case EVENT_NOTE:
        return add_remark(rows, ROW_NOTE, event, at);
    default: /* samples are for plots */
        return 0;
    }
}

static int on_event(struct rows *rows, const struct event *event, usec_t at,
                    const struct rows_options *options)
{
    struct track_step step;
    int error = track_table_read(&rows->conns, event, &step);
    if (error)
        return error;
    if (step.frame && !is_shown(&step, options))
        return 0;
    switch (event->kind) {
    case EVENT_FRAME:
        return on_frame(rows, &step, event, at);
    case EVENT_DELIVER:
        return on_deliver(rows, &step, event, at);
    case EVENT_STATE:
        return step.conn && concerns_port(step.conn, options->port)
                   ? add_change(rows, &step, event, at)
                   : 0;
    default:
        return on_remark(rows, event, at, options);
    }
}

int rows_init(struct rows *rows, const struct trace_log *log, const struct rows_options *options)
{
    struct trace_cursor cursor = {0};
    struct row before = {.kind = ROW_STATE, .state = {STATE_UNCHANGED, STATE_UNCHANGED}};
    int error = 0;
    *rows = (struct rows){0};
    track_table_init(&rows->conns);
    if (!rows_add(rows, &before))
        error = -ENOMEM;
    for (const struct event *event; !error && (event = trace_log_next(log, &cursor)) != NULL;)
        error = on_event(rows, event, event->at - trace_log_start(log), options);
    if (error)
        rows_fini(rows);
    return error;
}

void rows_fini(struct rows *rows)
{
    track_table_fini(&rows->conns);
    free(rows->frames);
    free(rows->row);
    *rows = (struct rows){0};
}
