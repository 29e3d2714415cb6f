/* Losses come in bursts: what lies between the end of the first and the beginning of the second is
 * one tooth of the saw. */
#include "experiments/bottleneck.h"

#include <errno.h>

#include "trace/track.h"

/* Losses farther apart are not of the same burst. */
#define BURST_APART MS(100)

struct reader {
    struct bottleneck *out;
    usec_t at;        /* now, since the run began, */
    usec_t start;     /* on the log's clock */
    usec_t last_loss; /* -1: none yet */
};

static void on_loss(struct reader *reader)
{
    struct bottleneck *out = reader->out;
    out->lost++;
    if (reader->last_loss >= 0 && reader->at - reader->last_loss > BURST_APART && !out->complete) {
        out->complete = true;
        out->filling.until = reader->at;
    }
    reader->last_loss = reader->at;
}

static void on_queue(struct reader *reader, uint32_t queue)
{
    struct bottleneck *out = reader->out;
    if (out->complete)
        return;
    if (queue == 0) {
        out->filling.from = reader->at;
        out->queue_most = 0;
    } else if (queue > out->queue_most) {
        out->queue_most = queue;
    }
}

static void on_delivery(struct reader *reader, const struct event *frame)
{
    struct bottleneck *out = reader->out;
    if (out->complete)
        return;
    out->delay_full = reader->at - (frame->at - reader->start);
    if (frame->frame.queue == 0)
        out->delay_empty = out->delay_full;
}

static void on_event(struct reader *reader, const struct event *event,
                     const struct track_step *step)
{
    reader->at = event->at - reader->start;
    if (event->kind == EVENT_DELIVER && event->host == 'B')
        on_delivery(reader, step->frame);
    if (event->kind != EVENT_FRAME || event->host != 'A')
        return;
    if (event->frame.fate & FATE_DROP)
        on_loss(reader);
    else
        on_queue(reader, event->frame.queue);
}

static int go_over(struct bottleneck *out, const struct trace_log *log)
{
    struct reader reader = {.out = out, .start = trace_log_start(log), .last_loss = -1};
    struct track_table table;
    struct trace_cursor cursor = {0};
    int error = 0;
    track_table_init(&table);
    for (const struct event *event; !error && (event = trace_log_next(log, &cursor)) != NULL;) {
        struct track_step step;
        error = track_table_read(&table, event, &step);
        if (!error && step.tcp)
            on_event(&reader, event, &step);
    }
    track_table_fini(&table);
    return error;
}

int bottleneck_read(struct bottleneck *bottleneck, const struct trace_log *log, uint16_t port)
{
    *bottleneck = (struct bottleneck){0};
    int error = go_over(bottleneck, log);
    if (error || !bottleneck->complete)
        return error;
    struct stretch filling = bottleneck->filling;
    usec_t middle = filling.from + (filling.until - filling.from) / 2;
    bottleneck->kbps_short = stream_kbps(log, port, (struct stretch){filling.from, middle});
    bottleneck->kbps_long = stream_kbps(log, port, (struct stretch){middle, filling.until});
    return bottleneck->kbps_short < 0 || bottleneck->kbps_long < 0 ? -ENOMEM : 0;
}
