/* The medium: each frame's way from its entry to its delivery.
 *
 * In this order: script and chance say what they want; what is to be dropped goes no further; the
 * line sends the frame at its rate; then it is on its way for the delay, perhaps held, perhaps
 * with copies behind it. Copies arise at the far end of the line and take none of its rate. */
#include "wire/medium.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "wire/impair.h"
#include "wire/judge.h"
#include "wire/line.h"
#include "wire/transit.h"

enum {
    COPIES_MAX = 3, /* of one frame: itself, a duplicate, a replay */
    NOTE_MAX = 128,
};

/* One direction. */
struct path {
    struct prng chance;
    struct line line;
    struct transit transit;
    struct medium_counts counts;
    uint32_t mark_from; /* frames waiting; 0: none is marked */
    bool cut;
};

struct medium {
    struct path path[2]; /* by enum wire_dir */
    struct impairment impairment;
    uint32_t frame_max;
    struct event_sink *sink;
    struct judge *judge; /* NULL without a script */
    uint64_t last_id;
};

/* A frame that has just entered. */
struct arrival {
    uint64_t id;
    usec_t now;
    enum wire_dir dir;
    struct span frame;
    struct verdict verdict;
};

static int path_init(struct medium *medium, enum wire_dir dir, uint64_t seed)
{
    struct path *path = &medium->path[dir];
    struct prng root;
    prng_seed(&root, seed);
    path->chance = prng_fork(&root, dir);
    line_set(&path->line, medium->impairment.rate_bps, (uint32_t)medium->impairment.queue_len);
    return transit_init(&path->transit, MEDIUM_INSIDE_MAX, medium->frame_max);
}

int medium_new(struct medium **out, const struct medium_config *config, struct fault *fault)
{
    struct medium *medium = calloc(1, sizeof(*medium));
    if (!medium)
        return fault_errno(fault, -ENOMEM, "wire");
    medium->impairment = config->both;
    medium->frame_max = ETHERNET_HEADER_LEN + (config->mtu ? config->mtu : MEDIUM_MTU_DEFAULT);
    medium->sink = config->sink;
    int result = path_init(medium, WIRE_A_TO_B, config->seed);
    if (result == 0)
        result = path_init(medium, WIRE_B_TO_A, config->seed);
    if (result < 0)
        fault_errno(fault, result, "wire");
    else if (config->script)
        result = judge_new(&medium->judge, config->script, fault);
    if (result < 0) {
        medium_free(medium);
        return result;
    }
    *out = medium;
    return 0;
}

void medium_free(struct medium *medium)
{
    if (!medium)
        return;
    judge_free(medium->judge);
    transit_fini(&medium->path[WIRE_B_TO_A].transit);
    transit_fini(&medium->path[WIRE_A_TO_B].transit);
    free(medium);
}

/* ---- what the log is told ---- */

static void tell_entry(struct medium *medium, const struct arrival *arrival)
{
    struct event event = {
        .at = arrival->now,
        .kind = EVENT_FRAME,
        .host = arrival->dir == WIRE_A_TO_B ? 'A' : 'B',
        .frame = {.id = arrival->id,
                  .fate = arrival->verdict.fate,
                  .reason = arrival->verdict.reason[0] ? arrival->verdict.reason : NULL,
                  .bytes = arrival->frame.data,
                  .len = arrival->frame.len,
                  .queue = line_waiting(&medium->path[arrival->dir].line, arrival->now)},
    };
    event_put(medium->sink, &event);
}

static void tell_delivery(const struct medium *medium, usec_t now, enum wire_dir dir,
                          const struct transit_frame *frame)
{
    struct span octets = transit_octets(&medium->path[dir].transit, frame);
    struct event event = {
        .at = now,
        .kind = EVENT_DELIVER,
        .host = dir == WIRE_A_TO_B ? 'B' : 'A',
        .frame = {.id = frame->id, .bytes = frame->changed ? octets.data : NULL, .len = frame->len},
    };
    event_put(medium->sink, &event);
}

static void tell_change(const struct medium *medium, usec_t now, const struct rule *rule)
{
    char text[NOTE_MAX];
    snprintf(text, sizeof(text), "script: %.*s", rule->text_len, rule->text);
    struct event event = {.at = now, .kind = EVENT_NOTE, .host = 'W', .text = text};
    event_put(medium->sink, &event);
}

/* ---- what happens to the wire itself ---- */

static void change_path(struct path *path, const struct rule *rule)
{
    if (rule->action != RULE_RATE) {
        path->cut = rule->action == RULE_CUT;
        return;
    }
    line_set(&path->line, rule->rate_bps, rule->queue_len);
    path->mark_from = rule->mark_from;
}

static void make_changes(struct medium *medium, usec_t now)
{
    const struct rule *rule;
    while (medium->judge && (rule = judge_next_change(medium->judge, now)) != NULL) {
        for (int dir = WIRE_A_TO_B; dir <= WIRE_B_TO_A; dir++) {
            if (rule->match.in[dir])
                change_path(&medium->path[dir], rule);
        }
        tell_change(medium, now, rule);
    }
}

/* ---- what happens to a frame ---- */

/* The script sees every whole frame, also one that chance then loses: it counts what was sent. */
static void ask_script(struct medium *medium, struct arrival *arrival)
{
    if (!medium->judge)
        return;
    judge_frame(medium->judge, arrival->now, arrival->dir, arrival->frame, &arrival->verdict);
    if (medium->path[arrival->dir].cut)
        verdict_add(&arrival->verdict, FATE_DROP, "script: cut");
}

static void drop(struct verdict *verdict, const char *reason)
{
    *verdict = (struct verdict){0};
    verdict_add(verdict, FATE_DROP, "%s", reason);
}

/* Why a frame cannot be taken now; NULL when it can. */
static const char *lack_of_room(struct path *path, usec_t now)
{
    if (line_is_full(&path->line, now))
        return "queue full";
    return transit_room(&path->transit) < COPIES_MAX ? "too many frames inside" : NULL;
}

static void limit_held(const struct path *path, struct verdict *verdict)
{
    if (!(verdict->fate & FATE_REORDER) || transit_can_hold(&path->transit))
        return;
    verdict->fate &= ~(unsigned)FATE_REORDER;
    verdict_remark(verdict, "not reordered, too many are");
}

/* A long queue is told of before it overflows, to those who listen. */
static void mark_when_crowded(struct path *path, struct arrival *arrival)
{
    struct verdict *verdict = &arrival->verdict;
    struct frame_view frame;
    uint32_t waiting = line_waiting(&path->line, arrival->now);
    if (path->mark_from == 0 || waiting < path->mark_from || verdict->edit.kind != EDIT_NONE)
        return;
    frame_parse(&frame, arrival->frame.data, arrival->frame.len);
    verdict->edit = edit_mark(&frame);
    if (verdict->edit.kind != EDIT_NONE)
        verdict_add(verdict, FATE_MARK, "%u frames wait", (unsigned)waiting);
}

static void decide(struct medium *medium, struct arrival *arrival)
{
    struct path *path = &medium->path[arrival->dir];
    struct verdict *verdict = &arrival->verdict;
    struct chances chances;
    const char *full;
    impair_draw(&chances, &path->chance, &medium->impairment);
    if (arrival->frame.len > medium->frame_max) {
        path->counts.oversize++;
        drop(verdict, "longer than the MTU");
        return;
    }
    ask_script(medium, arrival);
    if (verdict->fate & FATE_DROP) {
        verdict->fate = FATE_DROP;
    } else if (chances.loss) {
        drop(verdict, "random loss");
    } else if ((full = lack_of_room(path, arrival->now)) != NULL) {
        path->counts.queue_full++;
        drop(verdict, full);
    } else {
        impair_apply(&chances, arrival->frame, verdict);
        limit_held(path, verdict);
        mark_when_crowded(path, arrival);
    }
}

static void count_fate(struct medium_counts *counts, unsigned fate)
{
    counts->entered++;
    counts->dropped += (fate & FATE_DROP) != 0;
    counts->duplicated += (fate & FATE_DUP) != 0;
    counts->delayed += (fate & FATE_DELAY) != 0;
    counts->reordered += (fate & FATE_REORDER) != 0;
    counts->corrupted += (fate & FATE_CORRUPT) != 0;
    counts->replayed += (fate & FATE_REPLAY) != 0;
}

static struct transit_frame store(struct path *path, const struct arrival *arrival, usec_t due)
{
    const struct edit *edit = &arrival->verdict.edit;
    struct transit_frame frame = {
        .due = due,
        .id = arrival->id,
        .changed = edit->kind != EDIT_NONE,
    };
    edit_apply(edit, transit_store(&path->transit, &frame, arrival->frame));
    return frame;
}

static void send_copy(struct path *path, const struct arrival *arrival, usec_t due)
{
    struct transit_frame copy = store(path, arrival, due);
    transit_send_aside(&path->transit, &copy);
}

static void forward(struct medium *medium, const struct arrival *arrival)
{
    struct path *path = &medium->path[arrival->dir];
    const struct verdict *verdict = &arrival->verdict;
    usec_t sent = line_take(&path->line, arrival->now, arrival->frame.len);
    usec_t due = usec_after(usec_after(sent, medium->impairment.delay), verdict->delay);
    struct transit_frame frame = store(path, arrival, due);
    if (verdict->fate & FATE_REORDER)
        transit_hold(&path->transit, &frame, verdict->reorder_by);
    else if (verdict->fate & FATE_DELAY)
        transit_send_aside(&path->transit, &frame);
    else
        transit_send(&path->transit, &frame);
    if (verdict->fate & FATE_DUP)
        send_copy(path, arrival, due);
    if (verdict->fate & FATE_REPLAY)
        send_copy(path, arrival, usec_after(due, verdict->replay_after));
}

void medium_enter(struct medium *medium, usec_t now, enum wire_dir dir, struct span frame)
{
    struct arrival arrival = {.id = ++medium->last_id, .now = now, .dir = dir, .frame = frame};
    if (medium->judge)
        judge_begin(medium->judge, now);
    make_changes(medium, now);
    decide(medium, &arrival);
    count_fate(&medium->path[dir].counts, arrival.verdict.fate);
    tell_entry(medium, &arrival);
    if (!(arrival.verdict.fate & FATE_DROP))
        forward(medium, &arrival);
    make_changes(medium, now);
}

usec_t medium_deadline(const struct medium *medium)
{
    usec_t a_to_b = transit_deadline(&medium->path[WIRE_A_TO_B].transit);
    usec_t b_to_a = transit_deadline(&medium->path[WIRE_B_TO_A].transit);
    usec_t script = medium->judge ? judge_deadline(medium->judge) : NEVER;
    return usec_min(usec_min(a_to_b, b_to_a), script);
}

bool medium_next(struct medium *medium, usec_t now, enum wire_dir *dir, struct span *frame)
{
    make_changes(medium, now);
    usec_t a_to_b = transit_deadline(&medium->path[WIRE_A_TO_B].transit);
    usec_t b_to_a = transit_deadline(&medium->path[WIRE_B_TO_A].transit);
    enum wire_dir first = a_to_b <= b_to_a ? WIRE_A_TO_B : WIRE_B_TO_A;
    struct path *path = &medium->path[first];
    struct transit_frame next;
    if (!transit_next(&path->transit, now, &next))
        return false;
    path->counts.delivered++;
    tell_delivery(medium, now, first, &next);
    *dir = first;
    *frame = transit_octets(&path->transit, &next);
    return true;
}

uint32_t medium_inside(const struct medium *medium)
{
    return transit_count(&medium->path[WIRE_A_TO_B].transit) +
           transit_count(&medium->path[WIRE_B_TO_A].transit);
}

void medium_get_counts(const struct medium *medium, enum wire_dir dir, struct medium_counts *counts)
{
    *counts = medium->path[dir].counts;
}
