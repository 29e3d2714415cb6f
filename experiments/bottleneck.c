/* Losses come in bursts: what lies between the first and the second one is a tooth of the saw. */
#include "experiments/bottleneck.h"

#include <errno.h>

#include "trace/walk.h"

enum { FULL = 1000 }; /* octets: smaller frames are not what the queue is made of */

/* So long after a loss all is repaired; what is lost later still is another matter. */
#define REPAIR MS(100)

struct reader {
    struct bottleneck *out;
    usec_t at;        /* now, since the run began, */
    usec_t start;     /* on the log's clock */
    usec_t last_loss; /* -1: none yet */
};

/* Whether the tooth is going on. */
static bool is_growing(const struct reader *reader)
{
    return !reader->out->complete && reader->last_loss >= 0 &&
           reader->at > reader->last_loss + REPAIR;
}

static void on_loss(struct reader *reader)
{
    struct bottleneck *out = reader->out;
    out->lost++;
    if (is_growing(reader) && reader->at > reader->last_loss + 2 * REPAIR) {
        out->complete = true;
        out->tooth = (struct stretch){reader->last_loss + REPAIR, reader->at};
    }
    if (!out->complete)
        out->queue_most = out->delay_most = out->delay_least = 0;
    reader->last_loss = reader->at;
}

static void on_queue(struct reader *reader, uint32_t queue)
{
    struct bottleneck *out = reader->out;
    if (is_growing(reader) && queue > out->queue_most)
        out->queue_most = queue;
}

static void on_delivery(struct reader *reader, const struct event *frame)
{
    struct bottleneck *out = reader->out;
    usec_t delay = reader->at - (frame->at - reader->start);
    if (!is_growing(reader) || frame->frame.len < FULL)
        return;
    out->delay_most = usec_max(out->delay_most, delay);
    out->delay_least = out->delay_least ? usec_min(out->delay_least, delay) : delay;
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
    struct trace_walk walk;
    trace_walk_begin(&walk, log);
    while (trace_walk_next(&walk))
        if (walk.step.tcp)
            on_event(&reader, walk.event, &walk.step);
    return trace_walk_end(&walk);
}

int bottleneck_read(struct bottleneck *bottleneck, const struct trace_log *log, uint16_t port)
{
    *bottleneck = (struct bottleneck){0};
    int error = go_over(bottleneck, log);
    if (error || !bottleneck->complete)
        return error;
    struct stretch tooth = bottleneck->tooth;
    usec_t middle = tooth.from + (tooth.until - tooth.from) / 2;
    bottleneck->kbps_early = stream_kbps(log, port, (struct stretch){tooth.from, middle});
    bottleneck->kbps_late = stream_kbps(log, port, (struct stretch){middle, tooth.until});
    return bottleneck->kbps_early < 0 || bottleneck->kbps_late < 0 ? -ENOMEM : 0;
}
