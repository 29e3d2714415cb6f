/* The events of a log that are TCP segments on the wire. */
#include "experiments/segments.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "trace/words.h"

void segments_begin(struct segments *segments, const struct trace_log *log)
{
    segments->sending = true;
    segments->arriving = false;
    trace_walk_begin(&segments->walk, log);
}

void segments_begin_arrivals(struct segments *segments, const struct trace_log *log)
{
    segments_begin_both(segments, log);
    segments->sending = false;
}

void segments_begin_both(struct segments *segments, const struct trace_log *log)
{
    segments_begin(segments, log);
    segments->arriving = true;
}

static bool is_asked_for(const struct segments *segments, enum event_kind kind)
{
    return kind == EVENT_FRAME ? segments->sending : kind == EVENT_DELIVER && segments->arriving;
}

int segments_next(struct segments *segments, struct segment_sent *out)
{
    struct trace_walk *walk = &segments->walk;
    while (trace_walk_next(walk)) {
        const struct track_step *step = &walk->step;
        if (!is_asked_for(segments, walk->event->kind) || !step->tcp || step->refused)
            continue;
        *out = (struct segment_sent){walk->at, step->tcp->conn->number, step->tcp,
                                     &step->frame->frame, walk->event->kind == EVENT_DELIVER};
        return 1;
    }
    return walk->error ? -ENOMEM : 0;
}

void segments_end(struct segments *segments)
{
    trace_walk_end(&segments->walk);
}

usec_t segments_noted(const struct trace_log *log, const char *text)
{
    struct trace_cursor cursor = {0};
    const struct event *event;
    while ((event = trace_log_next(log, &cursor)) != NULL)
        if (event->kind == EVENT_NOTE && strcmp(event->text, text) == 0)
            return event->at - trace_log_start(log);
    return NEVER;
}

int segments_last_syns(const struct trace_log *log, char *gaps, size_t size)
{
    struct segments segments;
    struct segment_sent sent;
    unsigned conn = 0;
    usec_t before = 0;
    int more, syns = 0;
    gaps[0] = '\0';
    segments_begin(&segments, log);
    while ((more = segments_next(&segments, &sent)) > 0) {
        if ((sent.tcp->flags & (TCP_SYN | TCP_ACK)) != TCP_SYN)
            continue;
        if (sent.conn != conn)
            gaps[0] = '\0';
        size_t used = strlen(gaps);
        if (sent.conn == conn)
            snprintf(gaps + used, size - used, "%s%lld", used ? " " : "",
                     (long long)((sent.at - before + MS(500)) / USEC_S));
        syns = sent.conn == conn ? syns + 1 : 1;
        conn = sent.conn;
        before = sent.at;
    }
    segments_end(&segments);
    return more < 0 ? more : syns;
}

static void name_segment(const struct segment_sent *sent, char *out, size_t size)
{
    char flags[FLAGS_TEXT_MAX], length[16] = "";
    uint8_t shown = sent->tcp->flags & (uint8_t)~TCP_PSH;
    bool plain = shown == TCP_ACK && sent->tcp->text_len > 0;
    if (sent->tcp->text_len > 0)
        snprintf(length, sizeof length, "(%u)", (unsigned)sent->tcp->text_len);
    snprintf(out, size, "%c:%s%s%s", "AB"[sent->tcp->from],
             plain ? "data" : flags_text(shown, flags), length,
             sent->frame->fate & FATE_DROP ? "-lost" : "");
}

int segments_tell(const struct trace_log *log, struct segments_part part, char *out, size_t size)
{
    struct segments segments;
    struct segment_sent sent;
    bool begun = part.from == 0;
    int more, count = 0;
    out[0] = '\0';
    segments_begin(&segments, log);
    while ((more = segments_next(&segments, &sent)) > 0) {
        char name[FLAGS_TEXT_MAX + 24];
        bool begins = !begun && sent.tcp->flags & part.from;
        begun = begun || begins;
        if (begun && !begins && sent.tcp->flags & part.until)
            break;
        if (!begun)
            continue;
        name_segment(&sent, name, sizeof name);
        size_t used = strlen(out);
        snprintf(out + used, size - used, "%s%s", used ? " " : "", name);
        count++;
    }
    segments_end(&segments);
    return more < 0 ? more : count;
}
