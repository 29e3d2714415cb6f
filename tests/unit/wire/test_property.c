/* common/wire/medium.c under random configurations and traffic: what must hold for all of them.
 * A failure names the seed; TWINSTACK_SEED=n runs that one alone. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/bytes.h"
#include "base/prng.h"
#include "tests/unit/resources.h"
#include "wire/medium.h"

enum {
    SEEDS = 250,
    FEWER_SEEDS = 60,
    FRAMES = 200,
    FRAME_MAX = 1514,
    TOLD_MAX = FRAMES * 4, /* entry, delivery, delivery of a duplicate and of a replay */
};

/* What the medium told about one frame at one time, all of it. */
struct told {
    usec_t at;
    uint64_t id;
    uint32_t kind, fate;
    char reason[168];
};

struct traffic_frame {
    usec_t at;
    enum wire_dir dir;
    size_t len;
    uint8_t octets[FRAME_MAX];
};

/* One run of one configuration. */
struct run {
    struct event_sink sink;
    struct medium *medium;
    uint64_t last_delivered[2]; /* ids */
    usec_t last_at;
    size_t told_count;
    struct told told[TOLD_MAX];
    unsigned fate[FRAMES + 1]; /* by id */
};

static struct traffic_frame traffic[FRAMES]; /* the frame with id n is traffic[n - 1] */
static struct medium_config config;
static uint64_t seed;
static struct run runs[2];

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            fail_msg("seed %" PRIu64 ": %s does not hold", seed, #condition);                      \
    } while (0)

/* ---- chance ---- */

static uint32_t some_ppm(struct prng *prng)
{
    static const uint32_t choices[] = {0, 0, 10000, 100000, 500000, PPM};
    return choices[prng_below(prng, ARRAY_LEN(choices))];
}

static const char *some_script(struct prng *prng)
{
    static const char *const scripts[] = {
        NULL,
        NULL,
        "drop frame 3..9 a>b; dup frame 11",
        "delay every frame b>a by 3ms; replay frame 20 after 40ms",
        "reorder frame 30.. by 2",
        "at 10ms cut; at 15ms mend; at 20ms rate 5mbit queue 3; flip frame 4; swap16 frame 5",
    };
    return scripts[prng_below(prng, ARRAY_LEN(scripts))];
}

static void make_config(struct prng *prng)
{
    static const uint64_t rates[] = {0, 0, 1000000, 10000000, 1000000000};
    config = (struct medium_config){
        .both = {.delay = (usec_t)prng_below(prng, MS(30)),
                 .rate_bps = rates[prng_below(prng, ARRAY_LEN(rates))],
                 .queue_len = (uint32_t)prng_below(prng, 50),
                 .loss_ppm = some_ppm(prng) / 2,
                 .dup_ppm = some_ppm(prng),
                 .reorder_ppm = some_ppm(prng),
                 .corrupt_ppm = some_ppm(prng)},
        .script = some_script(prng),
        .seed = prng_next(prng),
    };
}

static void make_traffic(struct prng *prng)
{
    usec_t now = SECONDS(1);
    for (size_t i = 0; i < FRAMES; i++) {
        struct traffic_frame *frame = &traffic[i];
        now += (usec_t)(prng_below(prng, 3) ? 0 : prng_below(prng, MS(1)));
        frame->at = now;
        frame->dir = prng_below(prng, 2) ? WIRE_A_TO_B : WIRE_B_TO_A;
        frame->len = prng_below(prng, 50) ? 60 + prng_below(prng, FRAME_MAX - 60 + 1) : 10;
        memset(frame->octets, (int)prng_next(prng), frame->len);
        frame->octets[0] = (uint8_t)i;
    }
}

/* ---- a run, checked as it goes ---- */

static void hear(struct event_sink *sink, const struct event *event)
{
    struct run *run = (struct run *)sink;
    if (event->kind == EVENT_NOTE)
        return;
    CHECK(run->told_count < TOLD_MAX);
    struct told *told = &run->told[run->told_count++];
    *told = (struct told){
        .at = event->at, .id = event->frame.id, .kind = event->kind, .fate = event->frame.fate};
    if (event->frame.reason)
        snprintf(told->reason, sizeof(told->reason), "%s", event->frame.reason);
    if (event->kind == EVENT_FRAME)
        run->fate[event->frame.id] = event->frame.fate;
}

static int bits_changed(const struct traffic_frame *sent, struct span got)
{
    int bits = 0;
    if (memcmp(sent->octets, got.data, got.len) == 0)
        return 0;
    for (size_t i = 0; i < got.len; i++)
        bits += __builtin_popcount((unsigned)(sent->octets[i] ^ got.data[i]));
    return bits;
}

static void check_delivery(struct run *run, usec_t now, enum wire_dir dir, struct span got)
{
    const struct told *told = &run->told[run->told_count - 1];
    const struct traffic_frame *sent = &traffic[told->id - 1];
    unsigned fate = run->fate[told->id];
    CHECK(told->kind == EVENT_DELIVER && told->at == now && now >= run->last_at);
    CHECK(sent->dir == dir && sent->len == got.len);
    CHECK(!(fate & FATE_DROP));
    CHECK(now >= sent->at + config.both.delay);
    if (!config.script) {
        CHECK(bits_changed(sent, got) == ((fate & FATE_CORRUPT) ? 1 : 0));
        CHECK(memcmp(sent->octets, got.data, min_size(14, got.len)) == 0);
    }
    if (config.both.reorder_ppm == 0 && !config.script)
        CHECK(told->id >= run->last_delivered[dir]);
    if (config.both.reorder_ppm == 0 && !config.script && config.both.rate_bps == 0)
        CHECK(now == sent->at + config.both.delay);
    run->last_delivered[dir] = told->id;
    run->last_at = now;
}

static void check_conservation(const struct run *run)
{
    uint64_t in = 0, out = 0;
    for (int dir = WIRE_A_TO_B; dir <= WIRE_B_TO_A; dir++) {
        struct medium_counts counts;
        medium_get_counts(run->medium, (enum wire_dir)dir, &counts);
        in += counts.entered + counts.duplicated + counts.replayed;
        out += counts.delivered + counts.dropped;
        CHECK(counts.queue_full + counts.oversize <= counts.dropped);
    }
    CHECK(in == out + medium_inside(run->medium));
}

static void drain_until(struct run *run, usec_t end)
{
    enum wire_dir dir;
    struct span frame;
    usec_t now;
    while ((now = medium_deadline(run->medium)) <= end && now != NEVER) {
        while (medium_next(run->medium, now, &dir, &frame))
            check_delivery(run, now, dir, frame);
        CHECK(medium_deadline(run->medium) > now);
    }
}

static void run_once(struct run *run)
{
    struct fault fault = {0};
    run->sink.put = hear;
    run->last_at = 0;
    run->last_delivered[0] = run->last_delivered[1] = 0;
    run->told_count = 0;
    memset(run->fate, 0, sizeof(run->fate));
    config.sink = &run->sink;
    assert_int_equal(medium_new(&run->medium, &config, &fault), 0);
    for (size_t i = 0; i < FRAMES; i++) {
        drain_until(run, traffic[i].at);
        medium_enter(run->medium, traffic[i].at, traffic[i].dir,
                     (struct span){traffic[i].octets, traffic[i].len});
        check_conservation(run);
    }
    drain_until(run, NEVER - 1);
    check_conservation(run);
    CHECK(medium_inside(run->medium) == 0);
    medium_free(run->medium);
}

static bool told_the_same(void)
{
    return runs[0].told_count == runs[1].told_count &&
           memcmp(runs[0].told, runs[1].told, runs[0].told_count * sizeof(struct told)) == 0;
}

/* ---- the properties ---- */

static void for_each_seed(uint64_t seeds, void (*check)(struct prng *prng))
{
    const char *only = getenv("TWINSTACK_SEED");
    uint64_t first = only ? strtoull(only, NULL, 0) : 1;
    uint64_t count = only ? 1 : seeds;
    for (seed = first; seed < first + count; seed++) {
        struct prng prng;
        prng_seed(&prng, seed);
        make_config(&prng);
        make_traffic(&prng);
        check(&prng);
    }
}

static void check_same(struct prng *prng)
{
    (void)prng;
    run_once(&runs[0]);
    run_once(&runs[1]);
    CHECK(told_the_same());
}

static void the_same_seed_tells_the_same_to_the_last_byte(void **state)
{
    (void)state;
    for_each_seed(SEEDS, check_same);
}

static void check_other(struct prng *prng)
{
    config.both.loss_ppm = PPM / 2;
    run_once(&runs[0]);
    config.seed = prng_next(prng);
    run_once(&runs[1]);
    CHECK(!told_the_same());
}

static void another_seed_decides_otherwise(void **state)
{
    (void)state;
    for_each_seed(FEWER_SEEDS, check_other);
}

/* Decisions hang on the frames and the seed, not on when the frames come; only room does, for the
 * rate and for frames held back, so there is enough of both here. */
static void check_other_times(struct prng *prng)
{
    (void)prng;
    config.both.rate_bps = 0;
    config.both.reorder_ppm /= 2;
    config.script = NULL;
    run_once(&runs[0]);
    for (size_t i = 0; i < FRAMES; i++)
        traffic[i].at += (usec_t)i * 777;
    config.both.delay += MS(5);
    run_once(&runs[1]);
    CHECK(memcmp(runs[0].fate, runs[1].fate, sizeof(runs[0].fate)) == 0);
}

static void time_does_not_change_a_decision(void **state)
{
    (void)state;
    for_each_seed(FEWER_SEEDS, check_other_times);
}

static void check_other_chance(struct prng *prng)
{
    (void)prng;
    config.both.rate_bps = 0;
    config.both.reorder_ppm = 0;
    config.script = NULL;
    run_once(&runs[0]);
    config.both.loss_ppm = PPM - config.both.loss_ppm;
    run_once(&runs[1]);
    for (size_t id = 1; id <= FRAMES; id++) {
        if (!((runs[0].fate[id] | runs[1].fate[id]) & FATE_DROP))
            CHECK(runs[0].fate[id] == runs[1].fate[id]);
    }
}

static void one_chance_does_not_disturb_the_others(void **state)
{
    (void)state;
    for_each_seed(FEWER_SEEDS, check_other_chance);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_seed_tells_the_same_to_the_last_byte),
        cmocka_unit_test(another_seed_decides_otherwise),
        cmocka_unit_test(time_does_not_change_a_decision),
        cmocka_unit_test(one_chance_does_not_disturb_the_others),
    };
    return cmocka_run_group_tests(tests, resources_before, resources_after);
}
