/* The table of connections, and of the frames that are or were under way. */
#include "trace/track.h"

#include <errno.h>
#include <stdlib.h>

#include "base/bytes.h"
#include "trace/track_measure.h"
#include "trace/track_state.h"

enum { FRAMES_FIRST_ROOM = 256 };

/* A frame remembered from its entry until the table's end, because a copy may come late. */
struct track_frame {
    const struct event *event;
    bool is_tcp;
    struct track_segment segment;
};

void track_table_init(struct track_table *table)
{
    *table = (struct track_table){0};
}

void track_table_fini(struct track_table *table)
{
    for (size_t i = 0; i < ARRAY_LEN(table->buckets); i++) {
        while (table->buckets[i]) {
            struct track *conn = table->buckets[i];
            table->buckets[i] = conn->next;
            free(conn);
        }
    }
    for (size_t id = 0; id < table->frame_room; id++)
        free(table->frames[id]);
    free(table->frames);
    track_table_init(table);
}

/* The bucket of a pair of ends given in A's view. */
static struct track **bucket_of(struct track_table *table, const struct event_flow *flow)
{
    uint32_t mixed = (flow->local_ip ^ flow->remote_ip) * 31 + flow->local_port * 7 +
                     (uint32_t)flow->remote_port;
    return &table->buckets[(mixed ^ mixed >> 8) % ARRAY_LEN(table->buckets)];
}

static bool joins(const struct track *conn, const struct event_flow *flow)
{
    return conn->end[0].port == flow->local_port && conn->end[1].port == flow->remote_port &&
           conn->end[0].ip == flow->local_ip && conn->end[1].ip == flow->remote_ip;
}

/* The newest connection of that flow (in A's view), or NULL. */
static struct track *find(struct track_table *table, const struct event_flow *flow)
{
    struct track *conn = *bucket_of(table, flow);
    while (conn && !joins(conn, flow))
        conn = conn->next;
    return conn;
}

/* Begins a connection; one of the same flow before it is over. */
static struct track *begin(struct track_table *table, const struct event_flow *flow)
{
    struct track **bucket = bucket_of(table, flow);
    struct track *before = find(table, flow);
    struct track *conn = calloc(1, sizeof(*conn));
    if (!conn)
        return NULL;
    *conn = (struct track){.number = ++table->count, .next = *bucket};
    conn->end[0] = (struct track_end){.ip = flow->local_ip, .port = flow->local_port};
    conn->end[1] = (struct track_end){.ip = flow->remote_ip, .port = flow->remote_port};
    if (before)
        before->superseded = true;
    *bucket = conn;
    return conn;
}

static struct event_flow seen_from_a(const struct event_flow *flow, bool from_a)
{
    return from_a ? *flow
                  : (struct event_flow){flow->remote_ip, flow->local_ip, flow->remote_port,
                                        flow->local_port};
}

/* The connection a segment belongs to. A SYN with a number of its own begins a new one. */
static struct track *conn_of_segment(struct track_table *table, const struct frame_view *view,
                                     int from)
{
    struct event_flow sent = {view->ip.src_ip, view->ip.dst_ip, view->tcp.src_port,
                              view->tcp.dst_port};
    struct event_flow flow = seen_from_a(&sent, from == 0);
    struct track *conn = find(table, &flow);
    bool syn = (view->tcp.flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
    if (conn && syn && conn->end[from].known && !seq_eq(conn->end[from].base, view->tcp.seq))
        conn = NULL;
    if (conn)
        return conn;
    conn = begin(table, &flow);
    bool under_way = (view->tcp.flags & (TCP_SYN | TCP_RST)) == 0;
    if (conn && under_way)
        track_state_assume(conn, STATE_ESTABLISHED);
    return conn;
}

static int reserve_frame(struct track_table *table, uint64_t id)
{
    size_t room = table->frame_room ? table->frame_room : FRAMES_FIRST_ROOM;
    if (id < table->frame_room)
        return 0;
    while (room <= id)
        room *= 2;
    struct track_frame **frames = realloc(table->frames, room * sizeof(struct track_frame *));
    if (!frames)
        return -ENOMEM;
    for (size_t i = table->frame_room; i < room; i++)
        frames[i] = NULL;
    table->frames = frames;
    table->frame_room = room;
    return 0;
}

static int remember_frame(struct track_table *table, const struct event *event,
                          struct track_frame **out)
{
    uint64_t id = event->frame.id;
    int error = reserve_frame(table, id);
    if (error)
        return error;
    free(table->frames[id]);
    table->frames[id] = *out = calloc(1, sizeof(**out));
    if (!*out)
        return -ENOMEM;
    (*out)->event = event;
    return 0;
}

static int on_frame(struct track_table *table, const struct event *event, struct track_step *out)
{
    struct track_frame *frame;
    struct frame_view view;
    int from = event->host == 'B';
    int error = remember_frame(table, event, &frame);
    if (error)
        return error;
    out->frame = event;
    frame_parse(&view, event->frame.bytes, event->frame.len);
    if (view.kind != FRAME_TCP)
        return 0;
    struct track *conn = conn_of_segment(table, &view, from);
    if (!conn)
        return -ENOMEM;
    frame->is_tcp = true;
    track_measure(conn, from, &view.tcp, &frame->segment);
    out->conn = conn;
    out->tcp = &frame->segment;
    track_state_on_send(conn, &frame->segment, event->frame.id, out);
    return 0;
}

static bool is_refused(const struct event *event)
{
    struct frame_view view;
    if (!event->frame.bytes)
        return false;
    frame_parse(&view, event->frame.bytes, event->frame.len);
    return view.problem || !frame_ip_checksum_ok(&view) || !frame_transport_checksum_ok(&view);
}

static void on_deliver(struct track_table *table, const struct event *event, struct track_step *out)
{
    uint64_t id = event->frame.id;
    struct track_frame *frame = id < table->frame_room ? table->frames[id] : NULL;
    if (!frame) /* entered before the log began */
        return;
    out->frame = frame->event;
    out->refused = is_refused(event);
    if (!frame->is_tcp)
        return;
    out->tcp = &frame->segment;
    out->conn = frame->segment.conn;
    if (out->refused || out->conn->superseded)
        return;
    struct event_flow flow = {out->conn->end[0].ip, out->conn->end[1].ip, out->conn->end[0].port,
                              out->conn->end[1].port};
    struct track *conn = find(table, &flow);
    track_arrive(conn, &frame->segment);
    track_state_on_arrival(conn, &frame->segment, id, out);
}

/* An active open is told before its SYN is seen; every other state follows a segment. */
static bool begins_new(const struct track *conn, int end, const struct event_state *told)
{
    if (told->from != STATE_CLOSED || told->to != STATE_SYN_SENT)
        return false;
    return !conn || (conn->end[end].known && !told->sampled);
}

static int on_state(struct track_table *table, const struct event *event, struct track_step *out)
{
    int end = event->host == 'B';
    struct event_flow flow = seen_from_a(&event->flow, end == 0);
    struct track *conn = find(table, &flow);
    if (begins_new(conn, end, &event->state)) {
        conn = begin(table, &flow);
        if (!conn)
            return -ENOMEM;
    }
    out->conn = conn;
    if (conn)
        track_state_on_told(conn, end, &event->state, out);
    return 0;
}

static const struct track *conn_told_of(struct track_table *table, const struct event *event)
{
    struct event_flow flow = seen_from_a(&event->flow, event->host != 'B');
    return find(table, &flow);
}

int track_table_read(struct track_table *table, const struct event *event, struct track_step *out)
{
    *out = (struct track_step){0};
    switch (event->kind) {
    case EVENT_FRAME:
        return on_frame(table, event, out);
    case EVENT_DELIVER:
        on_deliver(table, event, out);
        return 0;
    case EVENT_STATE:
        return on_state(table, event, out);
    case EVENT_SAMPLE:
    case EVENT_TIMER:
        out->conn = conn_told_of(table, event);
        return 0;
    default: /* about no connection */
        return 0;
    }
}
