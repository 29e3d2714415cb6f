/* A storm: random segments around the edges of the windows, random calls, random time, refused
 * memory. Whatever comes, the core keeps its invariants, never sends without end, and never asserts
 * or reads astray (which the sanitizer build sees). A failing seed is printed; STORM_SEED=n replays
 * it alone, STORM_SEEDS=n runs n of them. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tcp/space.h"
#include "tcp/status.h"
#include "tcp/tcp.h"
#include "tests/unit/resources.h"

enum { STEPS = 400, TEXT = 3000, BURST = 3000 };

static uint64_t chance_state, seed_now;
static bool gentle; /* a storm that lets connections live: no RST, SYN or end, few lies */
static uint8_t octets[TEXT];

static uint32_t chance(uint32_t below)
{
    chance_state ^= chance_state << 13;
    chance_state ^= chance_state >> 7;
    chance_state ^= chance_state << 17;
    return (uint32_t)((chance_state * UINT64_C(2685821657736338717)) >> 33) % below;
}

/* Mostly near an edge, sometimes anywhere. */
static seq_t near(seq_t edge)
{
    if (gentle && chance(4) > 0)
        return edge;
    if (chance(20) == 0)
        return seq_make(chance(UINT32_MAX));
    return seq_add(edge, chance(5) - 2 + (chance(4) ? 0 : chance(70000) - 35000));
}

static uint8_t random_flags(void)
{
    static const uint8_t likely[] = {TCP_ACK, TCP_ACK,           TCP_ACK | TCP_PSH,
                                     TCP_SYN, TCP_SYN | TCP_ACK, TCP_FIN | TCP_ACK,
                                     TCP_RST, TCP_ACK | TCP_URG};
    if (gentle)
        return TCP_ACK;
    return chance(10) ? likely[chance(ARRAY_LEN(likely))] : (uint8_t)chance(256);
}

static void random_options(const struct tcb *t, struct tcp_options *o)
{
    o->has_mss = chance(2);
    o->mss = (uint16_t)chance(chance(2) ? 100 : 65536);
    o->has_wscale = chance(2);
    o->wscale = (uint8_t)chance(256);
    o->sack_permitted = chance(2);
    o->has_tstamp = gentle ? t->tstamp.on : chance(2);
    o->ts_val = t->tstamp.recent + chance(10) - 3;
    o->ts_ecr = chance(2) ? tstamp_clock(&t->tstamp, t->keepalive.heard) : chance(UINT32_MAX);
    o->sack_count = (uint8_t)chance(TCP_SACK_BLOCKS_MAX + 1);
    for (int i = 0; i < o->sack_count; i++) {
        o->sack[i].start = seq_add(near(t->sent.una), chance(2) ? 0 : chance(9000));
        o->sack[i].end = near(chance(2) ? t->sent.nxt : seq_add(o->sack[i].start, chance(3000)));
    }
}

static struct segment random_segment(const struct tcb *t)
{
    struct segment seg = {
        .seq = near(chance(3) ? t->rcv.nxt : t->rcvwnd.right),
        .ack = near(chance(8) == 0 ? t->sent.nxt : seq_add(t->sent.una, chance(2) * chance(3000))),
        .flags = random_flags(),
        .wnd = (uint16_t)(chance(3)   ? 60000
                          : chance(4) ? chance(65536)
                                      : 0),
        .urg_ptr = (uint16_t)chance(chance(2) ? 10 : 65536),
        .gso_size = (uint16_t)(chance(4) ? 0 : 1 + chance(1500)),
    };
    uint32_t first = chance(2) ? 0 : chance(TEXT / 2);
    seg.text[0] = (struct span){octets, first};
    seg.text[1] = (struct span){octets + first, chance(3) ? 0 : chance(TEXT / 2)};
    random_options(t, &seg.options);
    return seg;
}

static bool refused(void)
{
    return chance(3) == 0;
}

static void give(struct tcb *t, void *(*attach)(struct tcb *, void *, size_t), size_t size)
{
    if (size == 0 || refused())
        return;
    void *memory = malloc(size);
    assert_non_null(memory);
    free(attach(t, memory, size));
}

static void arrive(struct tcb *t, usec_t now)
{
    struct segment seg = random_segment(t);
    give(t, space_attach_to_receive, space_wanted_to_receive(t, &seg));
    tcp_on_segment(t, &seg, now);
}

static void call(struct tcb *t, usec_t now)
{
    static uint8_t out[TEXT];
    switch (gentle ? 3 + chance(9) : chance(12)) {
    case 0:
        tcp_shutdown(t);
        return;
    case 1:
        if (chance(4) == 0)
            tcp_close(t, now);
        return;
    case 2:
        if (chance(10) == 0)
            tcp_abort(t);
        return;
    case 3:
        tcp_set_nodelay(t, chance(2));
        tcp_set_keepalive(t, chance(2), now);
        return;
    case 4:
        tcp_receive_urgent(t, out, 0);
        tcp_on_icmp(t, -113, chance(2), near(t->sent.una));
        return;
    case 5:
    case 6:
    case 7:
        tcp_receive(t, (struct buffer){out, chance(TEXT)}, chance(4) ? 0 : TCP_CALL_PEEK);
        return;
    default:
        give(t, space_attach_to_send, space_wanted_to_send(t, TEXT));
        tcp_send(t, (struct span){octets, chance(TEXT)}, chance(8) ? 0 : TCP_CALL_URGENT, now);
        return;
    }
}

static void hold(bool truth, const char *what)
{
    if (truth)
        return;
    print_error("STORM_SEED=%llu: %s is not so\n", (unsigned long long)seed_now, what);
    fail();
}
#define HOLD(truth) hold(truth, #truth)

/* An assert of the core's own. */
static void tell_seed(int signal_number)
{
    (void)signal_number;
    fprintf(stderr, "STORM_SEED=%llu\n", (unsigned long long)seed_now);
}

static void check(const struct tcb *t)
{
    struct tcp_status status;
    tcp_status(t, &status);
    HOLD(seq_le(t->sent.una, t->sent.nxt));
    HOLD(status.sacked + status.lost <= status.unacked);
    HOLD(t->sent.resent <= status.unacked);
    HOLD(status.unread <= t->rcvbuf.cap);
    HOLD(t->sndbuf.len <= t->sndbuf.cap);
    HOLD(t->state != STATE_CLOSED || tcp_deadline(t) == NEVER);
    HOLD(t->state != STATE_TIME_WAIT || t->timewait.deadline != NEVER);
    HOLD(t->journal.lost == 0);
    (void)tcp_readiness(t);
}

static void drain(struct tcb *t, usec_t now)
{
    struct segment out;
    struct event event;
    int burst = 0;
    do {
        while (tcp_next_segment(t, now, &out)) {
            HOLD(burst++ < BURST);
            HOLD(segment_text_len(&out) <= 65535);
            HOLD((out.flags & TCP_RST) || seq_le(out.seq, t->sent.nxt));
        }
        give(t, space_attach_for_holes, space_wanted_for_holes(t));
        size_t wanted = space_wanted_for_sent(t);
        give(t, space_attach_for_sent, wanted);
        if (wanted == 0 || space_wanted_for_sent(t) == wanted)
            break;
    } while (true);
    while (tcp_next_event(t, &event))
        ;
}

static void step(struct tcb *t, usec_t *now)
{
    uint32_t what = chance(10);
    if (what < 6)
        arrive(t, *now);
    else if (what < 9)
        call(t, *now);
    *now += chance(4) ? chance(1000) : chance(3000000);
    if (chance(5) == 0 && tcp_deadline(t) != NEVER)
        *now = usec_max(*now, tcp_deadline(t));
    drain(t, *now);
    if (tcp_deadline(t) <= *now)
        tcp_on_time(t, *now);
    drain(t, *now);
    check(t);
}

static void choose_config(struct tcp_config *c)
{
    *c = tcp_config_default;
    c->key = (struct siphash_key){chance(1000), chance(1000)};
    c->sack = chance(2);
    c->timestamps = chance(2);
    c->window_scale = chance(2);
    c->mtu = (uint16_t)(576 + chance(8000));
    c->gso_bytes = chance(2) ? 0 : 65000;
    c->receive_limit = 1 + chance(chance(2) ? 5000 : 3000000);
    c->send_limit = 1 + chance(300000);
    c->hole_limit = (uint16_t)(4 + chance(50));
    c->range_limit = 4 + chance(1000);
    c->delack_quick = (uint8_t)chance(20);
}

/* The peer's answer to our SYN, or its SYN and its answer to ours. */
static void shake_hands(struct tcb *t, usec_t now)
{
    struct segment seg = {.seq = seq_make(chance(UINT32_MAX)), .flags = TCP_SYN, .wnd = 60000};
    random_options(t, &seg.options);
    seg.options.has_tstamp = true;
    seg.ack = t->sent.nxt;
    if (t->state == STATE_SYN_SENT)
        seg.flags |= TCP_ACK;
    tcp_on_segment(t, &seg, now);
    drain(t, now);
    seg.seq = seq_add(seg.seq, 1);
    seg.ack = t->sent.nxt;
    seg.flags = TCP_ACK;
    tcp_on_segment(t, &seg, now);
    drain(t, now);
    HOLD(t->state == STATE_ESTABLISHED);
}

static void run(uint64_t seed)
{
    static struct tcb t;
    struct tcp_config config;
    chance_state = seed * 0x9e3779b97f4a7c15U + 1;
    for (int i = 0; i < 20; i++)
        chance(2);
    usec_t now = (usec_t)chance(UINT32_MAX) * 5;
    const struct isn_tuple tuple = {1, 2, (uint16_t)chance(65536), 4};
    gentle = chance(3) > 0;
    choose_config(&config);
    tcp_init(&t, &config, &tuple, now);
    assert_int_equal(chance(2) ? tcp_open_active(&t, now) : tcp_open_passive(&t), 0);
    drain(&t, now);
    if (gentle || chance(2))
        shake_hands(&t, now);
    for (int i = 0; i < STEPS; i++)
        step(&t, &now);

    void *left[SPACE_KINDS];
    space_detach_all(&t, left);
    for (size_t k = 0; k < SPACE_KINDS; k++)
        free(left[k]);
}

static uint64_t number_from(const char *name, uint64_t otherwise)
{
    const char *text = getenv(name);
    return text ? strtoull(text, NULL, 0) : otherwise;
}

static void no_storm_breaks_the_core(void **state)
{
    (void)state;
    uint64_t only = number_from("STORM_SEED", 0);
    uint64_t first = only ? only : 1, last = only ? only : number_from("STORM_SEEDS", 1000);
    signal(SIGABRT, tell_seed);
    for (seed_now = first; seed_now <= last; seed_now++)
        run(seed_now);
    signal(SIGABRT, SIG_DFL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(no_storm_breaks_the_core)};
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
