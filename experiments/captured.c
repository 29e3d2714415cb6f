/* Segments out of a log. */
#include "experiments/captured.h"

#include <errno.h>

#include "experiments/segments.h"

static bool is_better(enum captured wanted, const struct segment_sent *sent,
                      const struct frame_view *frame, const struct frame_view *best)
{
    if (wanted == CAPTURED_LONGEST)
        return !best->bytes.data || dissect(frame).header_len > dissect(best).header_len;
    if (best->bytes.data || sent->tcp->from != (wanted == CAPTURED_SYNACK))
        return false;
    return wanted == CAPTURED_TEXT ? sent->tcp->text_len > 0 : sent->tcp->flags & TCP_SYN;
}

int captured_find(const struct trace_log *log, enum captured wanted, struct frame_view *out)
{
    struct segments segments;
    struct segment_sent sent;
    struct frame_view frame;
    int more;
    *out = (struct frame_view){0};
    segments_begin(&segments, log);
    while ((more = segments_next(&segments, &sent)) > 0) {
        frame_parse(&frame, sent.frame->bytes, sent.frame->len);
        if (is_better(wanted, &sent, &frame, out))
            *out = frame;
    }
    segments_end(&segments);
    if (more < 0)
        return more;
    return out->bytes.data ? 0 : -ENOMSG;
}

/* What is so damaged that it is no segment any more is passed over. */
int captured_damage(const struct trace_log *log, struct frame_view *sent,
                    struct frame_view *arrived)
{
    struct trace_cursor cursor = {0};
    struct track_table table;
    const struct event *event;
    int result = -ENOMSG;
    track_table_init(&table);
    while (result == -ENOMSG && (event = trace_log_next(log, &cursor)) != NULL) {
        struct track_step step;
        int error = track_table_read(&table, event, &step);
        if (error) {
            result = error;
        } else if (event->kind == EVENT_DELIVER && event->frame.bytes && step.frame) {
            frame_parse(sent, step.frame->frame.bytes, step.frame->frame.len);
            frame_parse(arrived, event->frame.bytes, event->frame.len);
            if (sent->kind == FRAME_TCP && arrived->kind == FRAME_TCP)
                result = 0;
        }
    }
    track_table_fini(&table);
    return result;
}
