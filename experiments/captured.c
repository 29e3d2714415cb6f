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
    struct trace_walk walk;
    bool found = false;
    trace_walk_begin(&walk, log);
    while (!found && trace_walk_next(&walk)) {
        const struct event *entered = walk.step.frame, *left = walk.event;
        if (left->kind != EVENT_DELIVER || !left->frame.bytes || !entered)
            continue;
        frame_parse(sent, entered->frame.bytes, entered->frame.len);
        frame_parse(arrived, left->frame.bytes, left->frame.len);
        found = sent->kind == FRAME_TCP && arrived->kind == FRAME_TCP;
    }
    int error = trace_walk_end(&walk);
    return error || found ? error : -ENOMSG;
}
