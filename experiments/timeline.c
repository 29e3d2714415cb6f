/* From segments to timers, and from timers to rows. */
#include "experiments/timeline.h"

#include <inttypes.h>
#include <string.h>

#include "experiments/segments.h"
#include "trace/utf8.h"

/* ---- finding ---- */

/* What is known while the segments are read. */
struct reading {
    struct timeline *timeline;
    usec_t heard;      /* when A last heard of B */
    bool a_fin, b_fin; /* sent */
};

/* Only the first time of each counts. */
static void set(struct reading *reading, enum timeline_timer timer, usec_t at)
{
    if (reading->timeline->timer[timer].set == NEVER)
        reading->timeline->timer[timer].set = at;
}

static void end(struct reading *reading, enum timeline_timer timer, usec_t at, bool ran_out)
{
    struct timeline *timeline = reading->timeline;
    if (timeline->timer[timer].set == NEVER || timeline->timer[timer].over != NEVER)
        return;
    timeline->timer[timer].over = at;
    timeline->timer[timer].ran_out = ran_out;
}

/* B's window may close again and again while nothing else happens: the last time counts. */
static void set_persist(struct reading *reading, usec_t at)
{
    if (reading->timeline->timer[TIMELINE_PERSIST].over == NEVER)
        reading->timeline->timer[TIMELINE_PERSIST].set = at;
}

static void read_text_of_a(struct reading *reading, const struct segment_sent *sent)
{
    if (sent->frame->fate & FATE_DROP)
        set(reading, TIMELINE_DATA, sent->at);
    if (!(sent->tcp->marks & MARK_RETRANSMISSION))
        return;
    end(reading, TIMELINE_DATA, sent->at, true);
}

static void read_a(struct reading *reading, const struct segment_sent *sent)
{
    const struct track_segment *tcp = sent->tcp;
    if (tcp->flags & TCP_SYN) {
        end(reading, TIMELINE_SYN, sent->at, true);
        set(reading, TIMELINE_SYN, sent->at);
    } else if (tcp->marks & MARK_PROBE) {
        end(reading, TIMELINE_PERSIST, sent->at, true);
    } else if (tcp->marks & MARK_KEEPALIVE) {
        set(reading, TIMELINE_KEEPALIVE, reading->heard);
        end(reading, TIMELINE_KEEPALIVE, sent->at, true);
    } else if (tcp->text_len > 0) {
        read_text_of_a(reading, sent);
    }
    reading->a_fin = reading->a_fin || tcp->flags & TCP_FIN;
    if (reading->b_fin)
        set(reading, TIMELINE_TIME_WAIT, sent->at);
}

static void read_b(struct reading *reading, const struct segment_sent *sent)
{
    const struct track_segment *tcp = sent->tcp;
    if (tcp->flags == TCP_ACK && tcp->text_len == 0)
        end(reading, TIMELINE_DELACK, sent->at, true);
    reading->b_fin = reading->b_fin || tcp->flags & TCP_FIN;
}

/* What B has sent reaches A. */
static void hear_b(struct reading *reading, const struct segment_sent *sent)
{
    const struct track_segment *tcp = sent->tcp;
    if (tcp->marks & MARK_ZERO_WINDOW)
        set_persist(reading, sent->at);
    if (reading->a_fin)
        set(reading, TIMELINE_FIN_WAIT_2, sent->at);
    if (tcp->flags & TCP_FIN)
        end(reading, TIMELINE_FIN_WAIT_2, sent->at, false);
    reading->heard = sent->at;
}

/* What A has sent reaches B. */
static void hear_a(struct reading *reading, const struct segment_sent *sent)
{
    if (sent->tcp->text_len > 0 && sent->tcp->marks & MARK_RETRANSMISSION)
        set(reading, TIMELINE_DELACK, sent->at);
}

int timeline_find(const struct trace_log *log, struct timeline *out)
{
    struct reading reading = {.timeline = out};
    struct segments segments;
    struct segment_sent sent;
    int more;
    for (int i = 0; i < TIMELINE_COUNT; i++) {
        out->timer[i].set = out->timer[i].over = NEVER;
        out->timer[i].ran_out = false;
    }
    segments_begin_both(&segments, log);
    while ((more = segments_next(&segments, &sent)) > 0) {
        static void (*const steps[2][2])(struct reading *, const struct segment_sent *) = {
            {read_a, hear_a}, {read_b, hear_b}};
        if (sent.conn == 1)
            steps[sent.tcp->from][sent.arrives](&reading, &sent);
    }
    segments_end(&segments);
    return more;
}

usec_t timeline_length(const struct timeline *timeline, enum timeline_timer timer)
{
    usec_t set_at = timeline->timer[timer].set, over = timeline->timer[timer].over;
    return set_at == NEVER || over == NEVER ? 0 : over - set_at;
}

/* ---- drawing ---- */

enum { LABEL = 18, WIDTH = 48 }; /* columns */

static const struct words names[] = {
    [TIMELINE_SYN] = {"SYN sent again", "重发 SYN"},
    [TIMELINE_DATA] = {"data sent again", "重发数据"},
    [TIMELINE_DELACK] = {"delayed ACK", "延迟应答"},
    [TIMELINE_PERSIST] = {"window probe", "窗口探测"},
    [TIMELINE_KEEPALIVE] = {"keepalive", "保活"},
    [TIMELINE_FIN_WAIT_2] = {"FIN_WAIT_2", "FIN_WAIT_2"},
    [TIMELINE_TIME_WAIT] = {"TIME_WAIT", "TIME_WAIT"},
};

struct glyphs {
    const char *begin, *line, *ran_out, *stopped, *goes_on;
};

static const struct glyphs pretty = {"├", "─", "●", "┤", "▶"};
static const struct glyphs plain = {"|", "-", "*", "|", ">"};

static const char *in_language(struct words words, const struct page *page)
{
    return page->chinese ? words.zh : words.en;
}

/* Behind everything that happened, and a little more: for what goes on. */
static usec_t find_end(const struct timeline *timeline)
{
    usec_t last = 1;
    for (int i = 0; i < TIMELINE_COUNT; i++) {
        if (timeline->timer[i].set != NEVER)
            last = usec_max(last, timeline->timer[i].set);
        if (timeline->timer[i].over != NEVER)
            last = usec_max(last, timeline->timer[i].over);
    }
    return last + last / 8;
}

static void print_bar(int from, int to, const char *at_end, const struct glyphs *glyphs, FILE *out)
{
    fprintf(out, "%*s%s", from, "", glyphs->begin);
    for (int column = from + 1; column < to; column++)
        fputs(glyphs->line, out);
    fprintf(out, "%s%*s", at_end, WIDTH - (to > from ? to : from + 1), "");
}

static void draw_timer(const struct timeline *timeline, enum timeline_timer timer, usec_t end_us,
                       const struct page *page)
{
    const struct glyphs *glyphs = page->ascii ? &plain : &pretty;
    const char *name = in_language(names[timer], page);
    usec_t begun = timeline->timer[timer].set, over = timeline->timer[timer].over;
    bool goes_on = over == NEVER;
    const char *stopped = timeline->timer[timer].ran_out ? glyphs->ran_out : glyphs->stopped;
    int from = (int)(begun * WIDTH / end_us);
    int to = (int)((goes_on ? end_us : over) * WIDTH / end_us);
    fprintf(page->out, "  %s%*s", name, LABEL - (int)utf8_width(name), "");
    print_bar(from, to, goes_on ? glyphs->goes_on : stopped, glyphs, page->out);
    if (!goes_on)
        fprintf(page->out, " %" PRId64 " ms", timeline_length(timeline, timer) / USEC_MS);
    fputc('\n', page->out);
}

void timeline_draw(const struct timeline *timeline, const struct page *page)
{
    static const struct words ran_out = {"ran out", "到时"},
                              stopped = {"stopped before", "提前停止"},
                              goes_on = {"goes on", "继续"};
    const struct glyphs *glyphs = page->ascii ? &plain : &pretty;
    usec_t end_us = find_end(timeline);
    fprintf(page->out, "%*s0 ms%*" PRId64 " ms\n", LABEL + 2, "", WIDTH - 6, end_us / USEC_MS);
    for (int i = 0; i < TIMELINE_COUNT; i++)
        if (timeline->timer[i].set != NEVER)
            draw_timer(timeline, (enum timeline_timer)i, end_us, page);
    fprintf(page->out, "\n  %s %s   %s %s   %s %s\n", glyphs->ran_out, in_language(ran_out, page),
            glyphs->stopped, in_language(stopped, page), glyphs->goes_on,
            in_language(goes_on, page));
}
