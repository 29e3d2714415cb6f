/* The story teller: carries segments and time to the core, keeps a record of every step. */
#include "tests/story/story.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tcp/isn.h"
#include "tcp/space.h"
#include "tests/story/notation.h"

enum { QUEUE = 64, TIMERS = 64, TEXT_MAX = 65536, LINE = 512, STUCK = 100000 };

static const struct isn_tuple tuple = {
    .local_ip = 0x0a000001, .remote_ip = 0x0a000002, .local_port = 5000, .remote_port = 80};

struct story {
    struct tcb tcb;
    struct tcp_config config;
    usec_t born, now;
    uint32_t shown_ours, shown_theirs, peer_base;
    uint32_t sent, received; /* octets the user has written and read */
    const void *cell;
    bool config_changed; /* since tcp_init */

    struct segment queue[QUEUE]; /* sent by the core, not yet expected */
    size_t queued;
    const char *timers[TIMERS]; /* fired, not yet asked for */
    size_t timer_count;

    FILE *steps;
    char *steps_text;
    size_t steps_len;
    uint8_t text[TEXT_MAX];
};

/* --- the record --- */

__attribute__((format(printf, 2, 3))) static void tell(struct story *s, const char *format, ...)
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
                state_name(t->state), t->sent.una.value - t->snd.iss.value,
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

__attribute__((noreturn)) static void fail_story(struct story *s, const char *expected,
                                                 const char *actual)
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
        fail_story(s, what, "it is not so");
}

/* --- the two streams --- */

static uint8_t octet_at(uint32_t place)
{
    return (uint8_t)(place * 7 + (place >> 8) * 13 + 1);
}

static void fill_pattern(uint8_t *out, uint32_t place, size_t len)
{
    for (size_t i = 0; i < len; i++)
        out[i] = octet_at(place + (uint32_t)i);
}

static bool has_pattern(const uint8_t *data, uint32_t place, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (data[i] != octet_at(place + (uint32_t)i))
            return false;
    return true;
}

static struct notation_shift shift_of(const struct story *s, bool ours)
{
    uint32_t mine = s->tcb.snd.iss.value - s->shown_ours;
    uint32_t theirs = s->peer_base;
    uint32_t clock = tstamp_clock(&s->tcb.tstamp, s->born);
    if (ours)
        return (struct notation_shift){.seq = mine, .ack = theirs, .ts_val = clock};
    return (struct notation_shift){.seq = theirs, .ack = mine, .ts_ecr = clock};
}

/* The connection takes its configuration when it is made: make it anew if that was changed. */
static void apply_config(struct story *s)
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
    if (!has_pattern(seg->text[0].data, place, first) ||
        !has_pattern(seg->text[1].data, place + (uint32_t)first, seg->text[1].len))
        fail_story(s, "the octets of the stream", "other octets in the segment above");
}

static void take_segment(struct story *s, const struct segment *seg)
{
    char line[LINE];
    struct notation_shift shift = shift_of(s, true);
    notation_write(seg, &shift, line, sizeof line);
    tell(s, "sends    %s", line);
    check_text(s, seg);
    story_check(s, s->queued < QUEUE, "fewer segments unexpected");
    s->queue[s->queued++] = *seg;
}

static void take_event(struct story *s, const struct event *event)
{
    if (event->kind == EVENT_STATE)
        tell(s, "state    %s -> %s", state_name(event->state.from), state_name(event->state.to));
    if (event->kind != EVENT_TIMER)
        return;
    tell(s, "timer    %s (%u)", event->timer.name, event->timer.count);
    if (s->timer_count < TIMERS)
        s->timers[s->timer_count++] = event->timer.name;
}

static void *new_memory(size_t size)
{
    void *memory = malloc(size);
    assert_non_null(memory);
    return memory;
}

static bool grow_records(struct tcb *t)
{
    size_t size = space_wanted_for_sent(t);
    if (size > 0)
        free(space_attach_for_sent(t, new_memory(size), size));
    bool grown = size > 0;
    size = space_wanted_for_holes(t);
    if (size > 0)
        free(space_attach_for_holes(t, new_memory(size), size));
    return grown;
}

static void pump(struct story *s)
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

/* --- the peer --- */

void inject(struct story *s, const char *format, ...)
{
    char line[LINE];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);

    struct notation parsed;
    struct notation_shift shift = shift_of(s, false);
    tell(s, "receives %s", line);
    if (!notation_read(&parsed, line, &shift))
        fail_story(s, "a segment in the notation", line);
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
        fill_pattern(s->text, seg->seq.value + !!(seg->flags & TCP_SYN) - first, seg->text[0].len);
        seg->text[0].data = s->text;
    }
    size_t size = space_wanted_to_receive(&s->tcb, seg);
    if (size > 0)
        free(space_attach_to_receive(&s->tcb, new_memory(size), size));
    tcp_on_segment(&s->tcb, seg, s->now);
    pump(s);
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
    struct notation_shift shift = shift_of(s, true);
    if (!notation_read(&wanted, line, &shift))
        fail_story(s, "a segment in the notation", line);
    if (s->queued == 0)
        fail_story(s, line, "nothing was sent");
    notation_write(&s->queue[0], &shift, actual, sizeof actual);
    if (!notation_matches(&wanted, &s->queue[0]))
        fail_story(s, line, actual);
    forget_first(s);
}

void expect_nothing(struct story *s)
{
    if (s->queued == 0)
        return;
    char actual[LINE];
    struct notation_shift shift = shift_of(s, true);
    notation_write(&s->queue[0], &shift, actual, sizeof actual);
    fail_story(s, "nothing is sent", actual);
}

void expect_state(struct story *s, enum tcp_state state)
{
    if (s->tcb.state != state)
        fail_story(s, state_name(state), state_name(s->tcb.state));
}

void expect_timer(struct story *s, const char *name)
{
    bool found = false;
    for (size_t i = 0; i < s->timer_count; i++)
        found = found || strcmp(s->timers[i], name) == 0;
    s->timer_count = 0;
    if (!found)
        fail_story(s, name, "no such timer fired");
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
        pump(s);
        if (s->now < end)
            each(s);
    }
    s->now = end;
    pump(s);
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

/* --- user calls --- */

void call_open(struct story *s)
{
    apply_config(s);
    tell(s, "call     open");
    story_check(s, tcp_open_active(&s->tcb, s->now) == 0, "open gives 0");
    pump(s);
}

void call_listen(struct story *s)
{
    apply_config(s);
    tell(s, "call     listen");
    story_check(s, tcp_open_passive(&s->tcb) == 0, "listen gives 0");
    pump(s);
}

static int64_t send_pattern(struct story *s, uint32_t len, unsigned flags)
{
    size_t size = space_wanted_to_send(&s->tcb, len);
    if (size > 0)
        free(space_attach_to_send(&s->tcb, new_memory(size), size));
    fill_pattern(s->text, s->sent, len);
    int64_t result = tcp_send(&s->tcb, (struct span){s->text, len}, flags, s->now);
    tell(s, "call     send(%u)%s = %lld", len, flags ? " urgent" : "", (long long)result);
    if (result > 0)
        s->sent += (uint32_t)result;
    pump(s);
    return result;
}

void call_send(struct story *s, uint32_t len)
{
    story_check(s, send_pattern(s, len, 0) == (int64_t)len, "send takes all");
}

void call_send_urgent(struct story *s, uint32_t len)
{
    story_check(s, send_pattern(s, len, TCP_CALL_URGENT) == (int64_t)len, "send takes all");
}

void call_send_result(struct story *s, int64_t result)
{
    story_check(s, send_pattern(s, result > 0 ? (uint32_t)result : 1, 0) == result,
                "send gives the result expected");
}

static int64_t receive(struct story *s, size_t cap)
{
    static uint8_t out[TEXT_MAX];
    int64_t result = tcp_receive(&s->tcb, (struct buffer){out, min_size(cap, sizeof out)}, 0);
    tell(s, "call     receive(%zu) = %lld", cap, (long long)result);
    if (result > 0) {
        story_check(s, has_pattern(out, s->received, (size_t)result), "the octets of the stream");
        s->received += (uint32_t)result;
    }
    pump(s);
    return result;
}

void call_receive(struct story *s, uint32_t len)
{
    story_check(s, receive(s, TEXT_MAX) == (int64_t)len, "receive gives the octets expected");
}

void call_receive_result(struct story *s, int64_t result)
{
    story_check(s, receive(s, result > 0 ? (size_t)result : TEXT_MAX) == result,
                "receive gives the result expected");
}

void call_shutdown(struct story *s)
{
    tell(s, "call     shutdown");
    story_check(s, tcp_shutdown(&s->tcb) == 0, "shutdown gives 0");
    pump(s);
}

void call_close(struct story *s)
{
    tell(s, "call     close");
    tcp_close(&s->tcb, s->now);
    pump(s);
}

void call_abort(struct story *s)
{
    tell(s, "call     abort");
    tcp_abort(&s->tcb);
    pump(s);
}

void establish(struct story *s, const char *options)
{
    call_open(s);
    expect(s, "<SEQ=100><CTL=SYN>");
    inject(s, "<SEQ=300><ACK=101><CTL=SYN,ACK>%s", options);
    expect(s, "<SEQ=101><ACK=301><CTL=ACK>");
    expect_state(s, STATE_ESTABLISHED);
}

/* --- telling --- */

struct tcp_config *story_config(struct story *s)
{
    s->config_changed = true;
    return &s->config;
}

struct tcb *story_tcb(struct story *s)
{
    apply_config(s);
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
    s->config.receive_limit = 65535;
    s->config.delack_quick = 0;
    s->config_changed = true;
    s->peer_base = irs - s->shown_theirs;
    s->born = s->now = birth_for(&s->config, iss);
    s->steps = open_memstream(&s->steps_text, &s->steps_len);
    assert_non_null(s->steps);
    apply_config(s);
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
