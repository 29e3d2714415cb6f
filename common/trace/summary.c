/* What a log amounts to: each frame counted once, where it entered the wire. */
#include "trace/summary.h"

#include <errno.h>
#include <stdlib.h>

#include "trace/walk.h"

static void count_fate(struct trace_counts *counts, unsigned fate)
{
    counts->dropped += (fate & FATE_DROP) != 0;
    counts->duplicated += (fate & FATE_DUP) != 0;
    counts->delayed += (fate & FATE_DELAY) != 0;
    counts->reordered += (fate & FATE_REORDER) != 0;
    counts->corrupted += (fate & FATE_CORRUPT) != 0;
    counts->replayed += (fate & FATE_REPLAY) != 0;
}

static void count_segment(struct trace_counts *counts, const struct track_segment *tcp,
                          const struct event_frame *frame)
{
    counts->segments++;
    counts->octets += frame->len;
    counts->text += tcp->text_len;
    counts->retransmissions += (tcp->marks & MARK_RETRANSMISSION) != 0;
    counts->dup_acks += (tcp->marks & MARK_DUP_ACK) != 0;
    counts->resets += (tcp->flags & TCP_RST) != 0;
    count_fate(counts, frame->fate);
}

static void count_datagram(struct trace_counts *counts, const struct frame_view *view,
                           const struct event_frame *frame)
{
    counts->segments++;
    counts->octets += frame->len;
    counts->text += view->udp.payload.len;
    count_fate(counts, frame->fate);
}

static void count_other(struct trace_summary *summary, const struct event *event)
{
    struct frame_view view;
    frame_parse(&view, event->frame.bytes, event->frame.len);
    summary->other_frames++;
    if (view.kind == FRAME_UDP)
        count_datagram(&summary->udp[event->host == 'B'], &view, &event->frame);
}

/* Makes room up to `conn`; connections told of before their first segment begin then. */
static int reach(struct trace_summary *summary, const struct track *conn, usec_t at)
{
    if (conn->number <= summary->count)
        return 0;
    struct trace_conn_summary *conns = realloc(summary->conns, conn->number * sizeof(*conns));
    if (!conns)
        return -ENOMEM;
    summary->conns = conns;
    while (summary->count < conn->number)
        conns[summary->count++] = (struct trace_conn_summary){.first = at, .last = at};
    conns[conn->number - 1].flow =
        (struct event_flow){conn->end[0].ip, conn->end[1].ip, conn->end[0].port, conn->end[1].port};
    return 0;
}

static int count_event(struct trace_summary *summary, const struct trace_walk *walk)
{
    const struct track_segment *tcp = walk->step.tcp;
    int error = walk->step.conn ? reach(summary, walk->step.conn, walk->at) : 0;
    if (error)
        return error;
    summary->duration = walk->at;
    if (walk->event->kind != EVENT_FRAME)
        return 0;
    if (!tcp) {
        count_other(summary, walk->event);
        return 0;
    }
    struct trace_conn_summary *conn = &summary->conns[tcp->conn->number - 1];
    conn->last = walk->at;
    count_segment(&conn->sent[tcp->from], tcp, &walk->event->frame);
    count_segment(&summary->sent[tcp->from], tcp, &walk->event->frame);
    return 0;
}

int trace_summary_init(struct trace_summary *summary, const struct trace_log *log)
{
    struct trace_walk walk;
    *summary = (struct trace_summary){.lost_events = log->lost};
    trace_walk_begin(&walk, log);
    while (trace_walk_next(&walk))
        walk.error = count_event(summary, &walk);
    int error = trace_walk_end(&walk);
    if (error)
        trace_summary_fini(summary);
    return error;
}

void trace_summary_fini(struct trace_summary *summary)
{
    free(summary->conns);
    *summary = (struct trace_summary){0};
}
