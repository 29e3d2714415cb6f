/* A story's birth and end, its record of steps, and what comes out of the core. */
#include <stdlib.h>
#include <string.h>

#include "tcp/isn.h"
#include "tcp/space.h"
#include "tests/story/story_inside.h"

static const struct isn_tuple tuple = {
    .local_ip = 0x0a000001, .remote_ip = 0x0a000002, .local_port = 5000, .remote_port = 80};

/* --- the record --- */

void story_tell(struct story *s, const char *format, ...)
{
    usec_t at = s->now - s->born;
    fprintf(s->steps, "  %4lld.%06lld  ", (long long)(at / USEC_S), (long long)(at % USEC_S));
    va_list args;
    va_start(args, format);
    vfprintf(s->steps, format, args);
    va_end(args);
    fputc('\n', s->steps);
}

static void print_inside(const struct story *s)
{
    const struct tcb *t = &s->tcb;
    print_error("the connection: %s una=+%u nxt=+%u snd.wnd=%u cwnd=%u ssthresh=%u phase=%d "
                "dupacks=%u lost=%u resent=%u sacked=%u rto=%uus rcv.nxt=+%u rcv.wnd=%u "
                "unread=%u error=%d\n",
                tcp_state_name(t->state), t->sent.una.value - t->snd.iss.value,
                t->sent.nxt.value - t->snd.iss.value, t->sndwnd.wnd, t->cwnd.wnd, t->cwnd.ssthresh,
                t->recovery.phase, t->recovery.dup_acks, t->sent.lost, t->sent.resent,
                t->sent.sacked, t->rto.rto_us, t->rcv.nxt.value - t->rcv.irs.value,
                rcvwnd_size(&t->rcvwnd, t->rcv.nxt), t->rcvbuf.ready, t->error);
}

/* cmocka cuts off what is printed at once. */
static void print_steps(const struct story *s)
{
    for (const char *line = s->steps_text; *line;) {
        int len = (int)strcspn(line, "\n") + 1;
        print_error("%.*s", len, line);
        line += len;
    }
}

void story_fail(struct story *s, const char *expected, const char *actual)
{
    fflush(s->steps);
    print_error("the story so far%s:\n", s->tcb.snd.iss.value > 0x80000000U ? " (wrapping)" : "");
    print_steps(s);
    print_error("expected: %s\nactual:   %s\n", expected, actual);
    print_inside(s);
    fail();
    abort();
}

void story_check(struct story *s, bool truth, const char *what)
{
    if (!truth)
        story_fail(s, what, "it is not so");
}

/* --- the two streams --- */

static uint8_t octet_at(uint32_t place)
{
    return (uint8_t)(place * 7 + (place >> 8) * 13 + 1);
}

void story_fill(uint8_t *out, uint32_t place, size_t len)
{
    for (size_t i = 0; i < len; i++)
        out[i] = octet_at(place + (uint32_t)i);
}

bool story_is_pattern(const uint8_t *data, uint32_t place, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (data[i] != octet_at(place + (uint32_t)i))
            return false;
    return true;
}

struct notation_shift story_shift(const struct story *s, bool ours)
{
    uint32_t mine = s->tcb.snd.iss.value - s->shown_ours;
    uint32_t theirs = s->peer_base;
    uint32_t clock = tstamp_clock(&s->tcb.tstamp, s->born);
    if (ours)
        return (struct notation_shift){.seq = mine, .ack = theirs, .ts_val = clock};
    return (struct notation_shift){.seq = theirs, .ack = mine, .ts_ecr = clock};
}

void story_apply_config(struct story *s)
{
    if (s->config_changed && !s->tcb.opened)
        tcp_init(&s->tcb, &s->config, &tuple, s->now);
    s->config_changed = false;
}

/* --- what comes out of the core --- */

static void check_text(struct story *s, const struct segment *seg)
{
    uint32_t place = seq_distance(seq_add(s->tcb.snd.iss, 1), seg->seq);
    size_t first = seg->text[0].len;
    if (!story_is_pattern(seg->text[0].data, place, first) ||
        !story_is_pattern(seg->text[1].data, place + (uint32_t)first, seg->text[1].len))
        story_fail(s, "the octets of the stream", "other octets in the segment above");
}

static void take_segment(struct story *s, const struct segment *seg)
{
    char line[LINE];
    struct notation_shift shift = story_shift(s, true);
    notation_write(seg, &shift, line, sizeof line);
    story_tell(s, "sends    %s", line);
    check_text(s, seg);
    story_check(s, s->queued < QUEUE, "fewer segments unexpected");
    s->queue[s->queued++] = *seg;
}

static void take_event(struct story *s, const struct event *event)
{
    if (event->kind == EVENT_STATE)
        story_tell(s, "state    %s -> %s", tcp_state_name(event->state.from),
                   tcp_state_name(event->state.to));
    if (event->kind != EVENT_TIMER)
        return;
    story_tell(s, "timer    %s (%u)", event->timer.name, event->timer.count);
    if (s->timer_count < TIMERS)
        s->timers[s->timer_count++] = event->timer.name;
}

void *story_memory(size_t size)
{
    void *memory = malloc(size);
    assert_non_null(memory);
    return memory;
}

static bool grow_records(struct tcb *t)
{
    size_t size = space_wanted_for_sent(t);
    if (size > 0)
        free(space_attach_for_sent(t, story_memory(size), size));
    bool grown = size > 0;
    size = space_wanted_for_holes(t);
    if (size > 0)
        free(space_attach_for_holes(t, story_memory(size), size));
    return grown;
}

void story_pump(struct story *s)
{
    struct segment seg;
    do {
        while (tcp_next_segment(&s->tcb, s->now, &seg))
            take_segment(s, &seg);
    } while (grow_records(&s->tcb));
    struct event event;
    while (tcp_next_event(&s->tcb, &event))
        take_event(s, &event);
    story_check(s, s->tcb.journal.lost == 0, "no event lost");
}

/* --- telling --- */

struct tcp_config *story_config(struct story *s)
{
    s->config_changed = true;
    return &s->config;
}

struct tcb *story_tcb(struct story *s)
{
    story_apply_config(s);
    return &s->tcb;
}

const void *story_cell(const struct story *s)
{
    return s->cell;
}

usec_t story_now(const struct story *s)
{
    return s->now;
}

void story_numbers(struct story *s, uint32_t ours, uint32_t theirs)
{
    s->peer_base += s->shown_theirs - theirs;
    s->shown_ours = ours;
    s->shown_theirs = theirs;
}

/* The moment at which the ISN clock gives `iss` for this connection: no hook in the core is needed
 * to start just below the wrap. */
static usec_t birth_for(const struct tcp_config *config, uint32_t iss)
{
    return (usec_t)(iss - isn_hash(&config->key, &tuple)) * ISN_TICK;
}

static void begin(struct story *s, uint32_t iss, uint32_t irs)
{
    *s = (struct story){.config = tcp_config_default, .shown_ours = 100, .shown_theirs = 300};
    s->config.mtu = 1040;
    s->config.timestamps = s->config.window_scale = s->config.sack = false;
    s->config.rack = s->config.tail_probe = s->config.gradual_reduction = false;
    s->config.receive_limit = 65535;
    s->config.delack_quick = 0;
    s->config_changed = true;
    s->peer_base = irs - s->shown_theirs;
    s->born = s->now = birth_for(&s->config, iss);
    s->steps = open_memstream(&s->steps_text, &s->steps_len);
    assert_non_null(s->steps);
    story_apply_config(s);
}

static void end(struct story *s)
{
    void *memory[SPACE_KINDS];
    expect_nothing(s);
    space_detach_all(&s->tcb, memory);
    for (size_t i = 0; i < SPACE_KINDS; i++)
        free(memory[i]);
    fclose(s->steps);
    free(s->steps_text);
}

void story_run(void **state)
{
    static struct story s;
    story_fn *tell_it = *(story_fn **)*state;
    static const uint32_t starts[][2] = {{1000, 5000}, {0xffffff00, 0xffffff40}};
    for (size_t i = 0; i < ARRAY_LEN(starts); i++) {
        begin(&s, starts[i][0], starts[i][1]);
        s.cell = *state;
        tell_it(&s);
        end(&s);
    }
}
