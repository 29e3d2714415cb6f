/* Drawing a plan: small numbers are as likely as large ones, and nothing at all likelier still, so
 * that faults meet each other in all mixtures. One draw to a statement: C leaves the order in which
 * arguments and initializers are evaluated to the compiler, and a plan must not depend on it. */
#include "experiments/ordeal_plan.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/prng.h"

/* Loss after loss, each waited for two minutes: a megabyte can take weeks. */
#define PATIENCE SECONDS(100 * 86400)

enum {
    BYTES_MAX = 1 << 20,
    PORTIONS_MAX = 1500, /* calls for one speech, so that no seed takes minutes */
    CROWD_MAX = 24,
};

/* ---- chance ---- */

static bool often(struct prng *prng)
{
    return prng_below(prng, 2) != 0;
}

static bool seldom(struct prng *prng)
{
    return prng_below(prng, 6) == 0;
}

/* In [1, most], its number of digits drawn first. */
static uint32_t some(struct prng *prng, uint32_t most)
{
    uint32_t digits = 0;
    while (digits < 31 && (UINT32_C(2) << digits) <= most)
        digits++;
    uint64_t limit = UINT64_C(1) << prng_below(prng, digits + 1);
    uint64_t value = limit + prng_below(prng, limit);
    return value < most ? (uint32_t)value : most;
}

static uint32_t maybe(struct prng *prng, uint32_t most)
{
    return often(prng) ? some(prng, most) : 0;
}

/* ---- the wire ---- */

static uint32_t percent(struct prng *prng, uint32_t most)
{
    return maybe(prng, most) * (PPM / 100);
}

/* ARP gives up after a few frames lost, and believes one with a flipped bit: it has no checksum. So
 * it is tried on a wire that does neither. */
static void draw_wire(struct prng *prng, struct ordeal_plan *plan)
{
    plan->wire.delay = maybe(prng, 300000);
    plan->wire.rate_bps = often(prng) ? 0 : 50000 + (uint64_t)some(prng, 200000000);
    plan->wire.queue_len = 2 + some(prng, 200);
    plan->wire.loss_ppm = percent(prng, 20);
    plan->wire.dup_ppm = percent(prng, 30);
    plan->wire.reorder_ppm = percent(prng, 30);
    plan->wire.corrupt_ppm = percent(prng, 10);
    plan->mtu = often(prng) ? 0 : 576 + some(prng, 924);
    plan->arp = plan->wire.corrupt_ppm == 0 && plan->wire.loss_ppm == 0 && seldom(prng);
}

__attribute__((format(printf, 2, 3))) static void add_rule(struct ordeal_plan *plan,
                                                           const char *format, ...)
{
    size_t used = strlen(plan->script);
    va_list arguments;
    va_start(arguments, format);
    int len = vsnprintf(plan->script + used, sizeof(plan->script) - used, format, arguments);
    va_end(arguments);
    if (len < 0 || used + (size_t)len >= sizeof(plan->script))
        plan->script[used] = '\0';
}

static const char *some_way(struct prng *prng)
{
    static const char *const ways[] = {"a>b", "b>a", "both"};
    return ways[prng_below(prng, ARRAY_LEN(ways))];
}

static void add_fault_of_segment(struct prng *prng, struct ordeal_plan *plan)
{
    static const char *const kinds[] = {"data", "data", "syn",           "synack", "ack",
                                        "fin",  "rst",  "handshake-ack", "probe",  "window-update"};
    const char *kind = kinds[prng_below(prng, ARRAY_LEN(kinds))];
    const char *way = some_way(prng);
    unsigned number = some(prng, 30);
    unsigned count = some(prng, 6);
    switch (prng_below(prng, 6)) {
    case 0:
        add_rule(plan, "drop %s %u..%u %s times %u;", kind, number, number + count, way, count);
        break;
    case 1:
        add_rule(plan, "dup %s %u.. %s;", kind, number, way);
        break;
    case 2:
        add_rule(plan, "delay %s %u %s by %ums;", kind, number, way, some(prng, 70000));
        break;
    case 3:
        add_rule(plan, "reorder %s %u %s by %u;", kind, number, way, count);
        break;
    case 4:
        add_rule(plan, "replay %s %u %s after %ums;", kind, number, way, some(prng, 90000));
        break;
    default:
        add_rule(plan, "flip %s %u %s times %u;", kind, number, way, count);
    }
}

static void add_fault_of_wire(struct prng *prng, struct ordeal_plan *plan)
{
    const char *way = some_way(prng);
    unsigned from = some(prng, 20000);
    unsigned lasts = some(prng, 90000);
    unsigned rate = 50 + some(prng, 100000);
    unsigned queue = 1 + some(prng, 50);
    if (often(prng))
        add_rule(plan, "at %ums cut %s; at %ums mend %s;", from, way, from + lasts, way);
    else
        add_rule(plan, "at %ums rate %ukbit queue %u %s;", from, rate, queue, way);
}

static void draw_script(struct prng *prng, struct ordeal_plan *plan)
{
    uint32_t rules = plan->arp ? 0 : maybe(prng, 5);
    for (uint32_t i = 0; i < rules; i++) {
        if (seldom(prng))
            add_fault_of_wire(prng, plan);
        else
            add_fault_of_segment(prng, plan);
    }
}

/* ---- the hosts ---- */

static void add_setting(struct ordeal_plan *plan, const char *name, uint32_t value)
{
    size_t place = 0;
    while (plan->sysctls[place])
        place++;
    snprintf(plan->settings[place], ORDEAL_SYSCTL_MAX, "net.ipv4.tcp_%s=%" PRIu32, name, value);
    plan->sysctls[place] = plan->settings[place];
}

/* Nobody gives up: an end that tries a hundred times is not what is tested here. */
static void draw_hosts(struct prng *prng, struct ordeal_plan *plan)
{
    add_setting(plan, "syn_retries", 100);
    add_setting(plan, "retries2", 100);
    add_setting(plan, "sack", often(prng));
    add_setting(plan, "timestamps", often(prng));
    add_setting(plan, "window_scaling", often(prng));
    if (often(prng))
        add_setting(plan, "rto_min_us", 5000 + some(prng, 1000000));
}

static void draw_manners(struct prng *prng, struct manners *manners)
{
    manners->rcvbuf = maybe(prng, 1 << 20);
    manners->sndbuf = maybe(prng, 1 << 20);
    manners->maxseg = seldom(prng) ? 100 + some(prng, 1400) : 0;
    manners->window_clamp = seldom(prng) ? 500 + some(prng, 1 << 16) : 0;
    manners->nodelay = often(prng);
    manners->cork = seldom(prng);
    manners->quickack = often(prng);
    manners->cubic = often(prng);
}

/* ---- what is said ---- */

static uint32_t portions(struct prng *prng, uint32_t bytes)
{
    return bytes / PORTIONS_MAX + some(prng, 16 * 1024);
}

static void draw_speech(struct prng *prng, struct speech *speech)
{
    speech->seed = prng_next(prng);
    speech->bytes = seldom(prng) ? 0 : some(prng, BYTES_MAX);
    speech->write_most = portions(prng, speech->bytes);
    speech->read_most = portions(prng, speech->bytes);
    speech->write_pause = seldom(prng) ? some(prng, 500000) : 0;
    speech->read_pause = seldom(prng) ? some(prng, 500000) : 0;
}

static void draw_conversation(struct prng *prng, usec_t timeout_us, struct conversation_plan *plan)
{
    plan->begins = maybe(prng, 2000000);
    plan->timeout_us = timeout_us;
    for (int host = HOST_A; host <= HOST_B; host++) {
        draw_speech(prng, &plan->speech[host]);
        draw_manners(prng, &plan->manners[host]);
    }
    plan->speech[HOST_B].answers = seldom(prng);
}

/* Clients that begin at the same microsecond also try again at the same microsecond, as nothing
 * here has the jitter of a real host: before a slow line with a short queue the same ones come
 * first each time, and the others never get in. So there is a crowd only where no rate is set. */
static void draw_crowd(struct prng *prng, struct ordeal_plan *plan)
{
    int clients = often(prng) ? (int)some(prng, CROWD_MAX) : 0;
    bool slow = plan->wire.rate_bps > 0 || strstr(plan->script, "rate");
    plan->crowd = slow ? 0 : clients;
    plan->crowd_backlog = (int)maybe(prng, CROWD_MAX);
}

/* Each part has a stream of its own, so that a change to one leaves the others as they were. */
void ordeal_plan_draw(struct ordeal_plan *plan, uint64_t seed)
{
    struct prng root, wire, script, hosts, speech;
    *plan = (struct ordeal_plan){.seed = seed, .timeout_us = PATIENCE};
    prng_seed(&root, seed);
    wire = prng_fork(&root, 1);
    script = prng_fork(&root, 2);
    hosts = prng_fork(&root, 3);
    speech = prng_fork(&root, 4);
    draw_wire(&wire, plan);
    draw_script(&script, plan);
    draw_hosts(&hosts, plan);
    plan->conversation_count = 1 + (int)prng_below(&speech, ORDEAL_CONVERSATIONS_MAX);
    for (int i = 0; i < plan->conversation_count; i++)
        draw_conversation(&speech, plan->timeout_us, &plan->conversations[i]);
    draw_crowd(&speech, plan);
}

/* ---- in words ---- */

static void print_end(FILE *out, const struct conversation_plan *plan, enum host host)
{
    const struct speech *speech = &plan->speech[host];
    const struct manners *manners = &plan->manners[host];
    fprintf(out,
            "  %c says %" PRIu32 " bytes%s, writes of %" PRIu32 ", pauses of %" PRId64
            " us; the other reads %" PRIu32 ", pauses of %" PRId64 " us\n",
            'A' + (int)host, speech->bytes, speech->answers ? " at the other's end" : "",
            speech->write_most, speech->write_pause, speech->read_most, speech->read_pause);
    fprintf(out,
            "    rcvbuf=%" PRIu32 " sndbuf=%" PRIu32 " maxseg=%" PRIu32 " clamp=%" PRIu32
            "%s%s%s%s\n",
            manners->rcvbuf, manners->sndbuf, manners->maxseg, manners->window_clamp,
            manners->nodelay ? " nodelay" : "", manners->cork ? " cork" : "",
            manners->quickack ? " quickack" : "", manners->cubic ? " cubic" : "");
}

void ordeal_plan_print(const struct ordeal_plan *plan, FILE *out)
{
    const struct impairment *wire = &plan->wire;
    fprintf(out,
            "wire: delay %" PRId64 " us, rate %" PRIu64 " bit/s, queue %" PRId64
            "; ppm: loss %" PRIu32 " dup %" PRIu32 " reorder %" PRIu32 " corrupt %" PRIu32
            "; mtu %" PRIu32 "%s\n",
            wire->delay, wire->rate_bps, wire->queue_len, wire->loss_ppm, wire->dup_ppm,
            wire->reorder_ppm, wire->corrupt_ppm, plan->mtu, plan->arp ? "; arp" : "");
    fprintf(out, "script: %s\nhosts:", plan->script[0] ? plan->script : "none");
    for (const char *const *setting = plan->sysctls; *setting; setting++)
        fprintf(out, " %s", *setting);
    fprintf(out, "\n");
    for (int i = 0; i < plan->conversation_count; i++) {
        fprintf(out, "conversation %d, after %" PRId64 " us:\n", i + 1,
                plan->conversations[i].begins);
        print_end(out, &plan->conversations[i], HOST_A);
        print_end(out, &plan->conversations[i], HOST_B);
    }
    if (plan->crowd)
        fprintf(out, "and %d echo clients, backlog %d\n", plan->crowd, plan->crowd_backlog);
}
