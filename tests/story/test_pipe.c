/* Two cores and a bad wire between them, in virtual time: whatever is lost, doubled or reordered,
 * both streams must arrive whole, both ends must reach CLOSED, and the same seed must tell the same
 * tale. A failing seed is printed; PIPE_SEED=n replays it alone, PIPE_SEEDS=n runs n of them. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

#include "packet/segment.h"
#include "tcp/space.h"
#include "tcp/tcp.h"
#include "tests/unit/resources.h"

enum { FLYING = 4096, TEXT_MAX = 65536, CHUNK = 20000 };

/* --- chance --- */

static uint64_t chance_state;

static uint32_t chance(uint32_t below)
{
    chance_state ^= chance_state << 13;
    chance_state ^= chance_state >> 7;
    chance_state ^= chance_state << 17;
    return (uint32_t)((chance_state * UINT64_C(2685821657736338717)) >> 33) % below;
}

/* --- the wire --- */

struct flight {
    usec_t arrival;
    struct segment seg;
    uint8_t *text;
    int to;
};

struct wire {
    struct flight flying[FLYING];
    size_t count;
    uint32_t loss, doubling, reordering; /* per thousand */
    usec_t delay;
};

static void launch(struct wire *w, const struct segment *seg, int to, usec_t now)
{
    assert_true(w->count < FLYING);
    struct flight *f = &w->flying[w->count++];
    uint32_t len = segment_text_len(seg);
    *f = (struct flight){.arrival = now + w->delay, .seg = *seg, .to = to};
    if (chance(1000) < w->reordering)
        f->arrival += chance((uint32_t)w->delay * 2 + 1);
    f->text = malloc(len + 1);
    assert_non_null(f->text);
    if (seg->text[0].len > 0)
        memcpy(f->text, seg->text[0].data, seg->text[0].len);
    if (seg->text[1].len > 0)
        memcpy(f->text + seg->text[0].len, seg->text[1].data, seg->text[1].len);
    f->seg.text[0] = (struct span){f->text, len};
    f->seg.text[1] = (struct span){NULL, 0};
}

static void transmit(struct wire *w, const struct segment *seg, int to, usec_t now)
{
    if (chance(1000) < w->loss)
        return;
    launch(w, seg, to, now);
    if (chance(1000) < w->doubling)
        launch(w, seg, to, now);
}

static usec_t next_arrival(const struct wire *w, size_t *which)
{
    usec_t earliest = NEVER;
    for (size_t i = 0; i < w->count; i++)
        if (w->flying[i].arrival < earliest) {
            earliest = w->flying[i].arrival;
            *which = i;
        }
    return earliest;
}

static struct flight land(struct wire *w, size_t which)
{
    struct flight f = w->flying[which];
    memmove(&w->flying[which], &w->flying[which + 1], (w->count - which - 1) * sizeof w->flying[0]);
    w->count--;
    return f;
}

/* --- the two ends --- */

struct end {
    struct tcb tcb;
    struct tcp_config config;
    uint32_t total; /* octets to send */
    uint32_t sent, received;
    bool told_end, saw_end; /* has shut down; has read the end of the stream */
    uint32_t salt;
};

struct world {
    struct end ends[2];
    struct wire wire;
    usec_t now;
    uint64_t digest; /* of everything sent, in order */
};

static uint8_t octet_at(uint32_t place, uint32_t salt)
{
    return (uint8_t)((place * 2654435761U + salt) >> 13);
}

static void attach(void *old)
{
    free(old);
}

static void *memory(size_t size)
{
    void *m = malloc(size);
    assert_non_null(m);
    return m;
}

static void write_some(struct end *e, usec_t now)
{
    static uint8_t text[CHUNK];
    uint32_t len = min_u32(e->total - e->sent, 1 + chance(CHUNK));
    for (uint32_t i = 0; i < len; i++)
        text[i] = octet_at(e->sent + i, e->salt);
    size_t size = space_wanted_to_send(&e->tcb, len);
    if (size > 0)
        attach(space_attach_to_send(&e->tcb, memory(size), size));
    int64_t taken = tcp_send(&e->tcb, (struct span){text, len}, 0, now);
    if (taken > 0)
        e->sent += (uint32_t)taken;
    if (e->sent == e->total && !e->told_end) {
        assert_int_equal(tcp_shutdown(&e->tcb), 0);
        e->told_end = true;
    }
}

/* False when there was nothing, or the end. */
static bool read_some(struct end *e, uint32_t peer_salt)
{
    static uint8_t text[CHUNK];
    int64_t len = tcp_receive(&e->tcb, (struct buffer){text, 1 + chance(CHUNK)}, 0);
    for (int64_t i = 0; i < len; i++)
        assert_int_equal(text[i], octet_at(e->received + (uint32_t)i, peer_salt));
    if (len > 0)
        e->received += (uint32_t)len;
    if (len == 0)
        e->saw_end = true;
    return len > 0;
}

static void use(struct world *w, int i)
{
    struct end *e = &w->ends[i];
    if (!e->told_end && state_is_synchronized(e->tcb.state))
        write_some(e, w->now);
    if (!e->saw_end && chance(4) > 0)
        read_some(e, w->ends[!i].salt);
}

static bool grow_records(struct tcb *t)
{
    size_t sent = space_wanted_for_sent(t);
    if (sent > 0)
        attach(space_attach_for_sent(t, memory(sent), sent));
    size_t holes = space_wanted_for_holes(t);
    if (holes > 0)
        attach(space_attach_for_holes(t, memory(holes), holes));
    return sent > 0;
}

static void pump(struct world *w, int i)
{
    struct tcb *t = &w->ends[i].tcb;
    struct segment seg;
    struct event event;
    do {
        while (tcp_next_segment(t, w->now, &seg)) {
            w->digest = w->digest * 31 + (uint64_t)w->now * 7 + seg.seq.value + seg.flags +
                        segment_text_len(&seg);
            transmit(&w->wire, &seg, !i, w->now);
        }
    } while (grow_records(t));
    while (tcp_next_event(t, &event))
        ;
    assert_int_equal(t->journal.lost, 0);
}

static void deliver(struct world *w, struct flight *f)
{
    struct tcb *t = &w->ends[f->to].tcb;
    size_t size = space_wanted_to_receive(t, &f->seg);
    if (size > 0)
        attach(space_attach_to_receive(t, memory(size), size));
    tcp_on_segment(t, &f->seg, w->now);
    free(f->text);
    pump(w, f->to);
}

static bool finished(const struct world *w)
{
    return w->ends[0].tcb.state == STATE_CLOSED && w->ends[1].tcb.state == STATE_CLOSED;
}

/* One step: whatever happens next, then the users get their turn. False when nothing will. */
static bool step(struct world *w)
{
    size_t which = 0;
    usec_t arrival = next_arrival(&w->wire, &which);
    usec_t timers[2] = {tcp_deadline(&w->ends[0].tcb), tcp_deadline(&w->ends[1].tcb)};
    int earlier = timers[1] < timers[0];
    usec_t at = usec_min(arrival, timers[earlier]);
    if (at == NEVER)
        return false;
    w->now = usec_max(w->now, at);
    if (arrival <= timers[earlier]) {
        struct flight f = land(&w->wire, which);
        deliver(w, &f);
    } else {
        tcp_on_time(&w->ends[earlier].tcb, w->now);
        pump(w, earlier);
    }
    for (int i = 0; i < 2; i++) {
        use(w, i);
        pump(w, i);
    }
    return true;
}

/* --- one run --- */

static void choose_config(struct tcp_config *c)
{
    *c = tcp_config_default;
    c->key = (struct siphash_key){chance(1000000), chance(1000000)};
    c->sack = chance(2);
    c->timestamps = chance(2);
    c->window_scale = chance(2);
    c->mtu = (uint16_t)(140 + chance(1400));
    c->receive_limit = 2000 + chance(200000);
    c->send_limit = 2000 + chance(200000);
    c->rto.min_us = chance(2) ? SECONDS(1) : MS(200);
    c->gso_bytes = chance(2) ? 0 : 65000;
    if (chance(4) == 0)
        c->hole_limit = 4;
}

static void build(struct world *w, uint64_t seed)
{
    static const struct isn_tuple tuples[2] = {{1, 2, 1000, 80}, {2, 1, 80, 1000}};
    memset(w, 0, sizeof *w);
    chance_state = seed * 0x9e3779b97f4a7c15U + 1;
    for (int i = 0; i < 20; i++)
        chance(2);
    w->now = (usec_t)chance(UINT32_MAX) * 5;
    w->wire.loss = chance(3) ? chance(150) : 0;
    w->wire.doubling = chance(3) ? chance(100) : 0;
    w->wire.reordering = chance(3) ? chance(300) : 0;
    w->wire.delay = 1 + (usec_t)chance(100000);
    for (int i = 0; i < 2; i++) {
        struct end *e = &w->ends[i];
        choose_config(&e->config);
        e->total = chance(5) ? chance(300000) : 0;
        e->salt = chance(1000000);
        tcp_init(&e->tcb, &e->config, &tuples[i], w->now);
    }
    assert_int_equal(tcp_open_active(&w->ends[0].tcb, w->now), 0);
    if (chance(8) == 0) /* now and then both open at once */
        assert_int_equal(tcp_open_active(&w->ends[1].tcb, w->now), 0);
    else
        assert_int_equal(tcp_open_passive(&w->ends[1].tcb), 0);
}

static void demolish(struct world *w)
{
    for (int i = 0; i < 2; i++) {
        void *left[SPACE_KINDS];
        space_detach_all(&w->ends[i].tcb, left);
        for (size_t k = 0; k < SPACE_KINDS; k++)
            free(left[k]);
    }
    while (w->wire.count > 0) {
        struct flight f = land(&w->wire, 0);
        free(f.text);
    }
}

static void describe(const struct world *w, uint64_t seed, uint32_t steps)
{
    print_error("PIPE_SEED=%llu after %u steps, %lld s: loss %u doubling %u reordering %u\n",
                (unsigned long long)seed, steps, (long long)(w->now / USEC_S), w->wire.loss,
                w->wire.doubling, w->wire.reordering);
    for (int i = 0; i < 2; i++)
        print_error("end %d: %s sent %u of %u, received %u of %u, error %d\n", i,
                    tcp_state_name(w->ends[i].tcb.state), w->ends[i].sent, w->ends[i].total,
                    w->ends[i].received, w->ends[!i].total, w->ends[i].tcb.error);
}

static uint64_t run(uint64_t seed)
{
    static struct world w;
    uint32_t steps = 0;
    build(&w, seed);
    pump(&w, 0);
    pump(&w, 1);
    while (!finished(&w) && steps < 4000000 && step(&w))
        steps++;
    for (int i = 0; i < 2; i++)
        while (read_some(&w.ends[i], w.ends[!i].salt))
            ;
    bool whole = finished(&w) && w.ends[0].received == w.ends[1].total &&
                 w.ends[1].received == w.ends[0].total && w.ends[0].saw_end && w.ends[1].saw_end;
    if (!whole)
        describe(&w, seed, steps);
    assert_true(whole);
    demolish(&w);
    return w.digest;
}

static uint64_t number_from(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 0) : otherwise;
}

static void both_streams_arrive_whole_over_any_bad_wire(void **state)
{
    (void)state;
    uint64_t only = number_from("PIPE_SEED", 0);
    if (only > 0) {
        run(only);
        return;
    }
    uint64_t seeds = number_from("PIPE_SEEDS", 200);
    for (uint64_t seed = 1; seed <= seeds; seed++)
        run(seed);
}

static void the_same_seed_tells_the_same_tale(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 10; seed++)
        assert_true(run(seed) == run(seed));
    assert_true(run(1) != run(2));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_streams_arrive_whole_over_any_bad_wire),
        cmocka_unit_test(the_same_seed_tells_the_same_tale),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
