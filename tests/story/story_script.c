/* The script: what the peer sends, what must come out, and how time passes. */
#include <stdlib.h>
#include <string.h>

#include "tcp/space.h"
#include "tests/story/story_inside.h"

/* --- the peer --- */

void inject(struct story *s, const char *format, ...)
{
    char line[LINE];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);

    struct notation parsed;
    struct notation_shift shift = story_shift(s, false);
    story_tell(s, "receives %s", line);
    if (!notation_read(&parsed, line, &shift))
        story_fail(s, "a segment in the notation", line);
    struct segment *seg = &parsed.seg;
    seg->src_port = s->tcb.tuple.remote_port;
    seg->dst_port = s->tcb.tuple.local_port;
    if (!(parsed.mentioned & KEY_WND))
        seg->wnd = 65535;
    if ((seg->flags & TCP_SYN) && !(parsed.mentioned & KEY_MSS)) {
        seg->options.has_mss = true;
        seg->options.mss = 1000;
    }
    if (parsed.mentioned & KEY_DATA) {
        uint32_t first = s->peer_base + s->shown_theirs + 1;
        story_fill(s->text, seg->seq.value + !!(seg->flags & TCP_SYN) - first, seg->text[0].len);
        seg->text[0].data = s->text;
    }
    size_t size = space_wanted_to_receive(&s->tcb, seg);
    if (size > 0)
        free(space_attach_to_receive(&s->tcb, story_memory(size), size));
    tcp_on_segment(&s->tcb, seg, s->now);
    story_pump(s);
}

/* --- expectations --- */

static void forget_first(struct story *s)
{
    s->queued--;
    memmove(s->queue, s->queue + 1, s->queued * sizeof s->queue[0]);
}

void expect(struct story *s, const char *format, ...)
{
    char line[LINE], actual[LINE];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);

    struct notation wanted;
    struct notation_shift shift = story_shift(s, true);
    if (!notation_read(&wanted, line, &shift))
        story_fail(s, "a segment in the notation", line);
    if (s->queued == 0)
        story_fail(s, line, "nothing was sent");
    notation_write(&s->queue[0], &shift, actual, sizeof actual);
    if (!notation_matches(&wanted, &s->queue[0]))
        story_fail(s, line, actual);
    forget_first(s);
}

void expect_nothing(struct story *s)
{
    if (s->queued == 0)
        return;
    char actual[LINE];
    struct notation_shift shift = story_shift(s, true);
    notation_write(&s->queue[0], &shift, actual, sizeof actual);
    story_fail(s, "nothing is sent", actual);
}

void expect_state(struct story *s, enum tcp_state state)
{
    if (s->tcb.state != state)
        story_fail(s, tcp_state_name(state), tcp_state_name(s->tcb.state));
}

void expect_timer(struct story *s, const char *name)
{
    bool found = false;
    for (size_t i = 0; i < s->timer_count; i++)
        found = found || strcmp(s->timers[i], name) == 0;
    s->timer_count = 0;
    if (!found)
        story_fail(s, name, "no such timer fired");
}

/* --- time --- */

/* Runs the timers up to `end`, and calls `each` whenever one has run before it. */
static void run_until(struct story *s, usec_t end, void (*each)(struct story *))
{
    int steps = 0;
    while (tcp_deadline(&s->tcb) <= end) {
        story_check(s, steps++ < STUCK, "time goes on");
        s->now = usec_max(s->now, tcp_deadline(&s->tcb));
        tcp_on_time(&s->tcb, s->now);
        story_pump(s);
        if (s->now < end)
            each(s);
    }
    s->now = end;
}

static void forget_all(struct story *s)
{
    s->queued = 0;
}

void after(struct story *s, usec_t delay)
{
    expect_nothing(s);
    run_until(s, s->now + delay, expect_nothing);
}

void after_anything(struct story *s, usec_t delay)
{
    forget_all(s);
    run_until(s, s->now + delay, forget_all);
    forget_all(s);
}
