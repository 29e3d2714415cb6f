/* The judge: rules against what the tracker saw. */
#include "wire/judge.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct progress {
    bool triggered; /* a frame that the rule waited for has passed */
    bool changed;   /* it is about the wire, and has been told */
};

struct judge {
    char *text;
    struct script script;
    struct progress progress[SCRIPT_RULES_MAX];
    struct tracker *tracker;
    usec_t start; /* NEVER until the first frame */
};

int judge_new(struct judge **out, const char *text, struct fault *fault)
{
    struct judge *judge = calloc(1, sizeof(*judge));
    if (!judge)
        return fault_errno(fault, -ENOMEM, "script");
    judge->start = NEVER;
    judge->text = strdup(text);
    int result = judge->text ? tracker_new(&judge->tracker) : -ENOMEM;
    if (result < 0)
        fault_errno(fault, result, "script");
    else
        result = script_parse(&judge->script, judge->text, strlen(judge->text), fault);
    if (result < 0) {
        judge_free(judge);
        return result;
    }
    *out = judge;
    return 0;
}

void judge_free(struct judge *judge)
{
    if (!judge)
        return;
    tracker_free(judge->tracker);
    free(judge->text);
    free(judge);
}

void judge_begin(struct judge *judge, usec_t now)
{
    if (judge->start == NEVER)
        judge->start = now;
}

static bool has_come(const struct judge *judge, const struct rule *rule, usec_t now)
{
    return judge->start != NEVER && now >= usec_after(judge->start, rule->from);
}

static bool matches(const struct match *match, enum wire_dir dir, const struct sighting *sighting)
{
    uint32_t number = sighting->as[match->kind].number;
    uint32_t transmission = sighting->as[match->kind].transmission;
    return match->in[dir] && number >= match->first && number <= match->last &&
           transmission <= match->times && (transmission > 1 || !match->again) &&
           (match->conn == 0 || match->conn == sighting->conn);
}

static void change(const struct rule *rule, const struct frame_view *frame, struct verdict *verdict)
{
    bool mark = rule->action == RULE_MARK;
    struct edit edit = mark                        ? edit_mark(frame)
                       : rule->action == RULE_FLIP ? edit_last_bit(frame)
                                                   : edit_swap16(frame);
    if (verdict->edit.kind != EDIT_NONE) {
        verdict_remark(verdict, "script: %.*s (already changed)", rule->text_len, rule->text);
    } else if (edit.kind == EDIT_NONE) {
        verdict_remark(verdict, "script: %.*s (nothing to change)", rule->text_len, rule->text);
    } else {
        verdict_add(verdict, mark ? FATE_MARK : FATE_CORRUPT, "script: %.*s", rule->text_len,
                    rule->text);
        verdict->edit = edit;
    }
}

static void apply(const struct rule *rule, const struct frame_view *frame, struct verdict *verdict)
{
    static const enum event_fate fates[] = {
        [RULE_DROP] = FATE_DROP,       [RULE_DUP] = FATE_DUP,       [RULE_DELAY] = FATE_DELAY,
        [RULE_REORDER] = FATE_REORDER, [RULE_REPLAY] = FATE_REPLAY,
    };
    if (rule->action == RULE_FLIP || rule->action == RULE_SWAP16 || rule->action == RULE_MARK) {
        change(rule, frame, verdict);
        return;
    }
    verdict_add(verdict, fates[rule->action], "script: %.*s", rule->text_len, rule->text);
    if (rule->action == RULE_DELAY)
        verdict->delay = usec_after(verdict->delay, rule->time);
    if (rule->action == RULE_REORDER)
        verdict->reorder_by = max_u32(verdict->reorder_by, rule->by);
    if (rule->action == RULE_REPLAY)
        verdict->replay_after = rule->time;
}

void judge_frame(struct judge *judge, usec_t now, enum wire_dir dir, struct span bytes,
                 struct verdict *verdict)
{
    struct frame_view frame;
    struct sighting sighting;
    frame_parse(&frame, bytes.data, bytes.len);
    tracker_see(judge->tracker, dir, &frame, &sighting);
    for (size_t i = 0; i < judge->script.count; i++) {
        const struct rule *rule = &judge->script.rules[i];
        struct progress *progress = &judge->progress[i];
        if (!has_come(judge, rule, now))
            continue;
        bool in_force = !rule->has_trigger || progress->triggered;
        if (in_force && rule->action < RULE_CUT && matches(&rule->match, dir, &sighting))
            apply(rule, &frame, verdict);
        if (rule->has_trigger && matches(&rule->trigger, dir, &sighting))
            progress->triggered = true;
    }
}

/* Whether a rule about the wire has yet to come into force. */
static bool is_pending(const struct judge *judge, size_t i)
{
    return judge->script.rules[i].action >= RULE_CUT && !judge->progress[i].changed;
}

usec_t judge_deadline(const struct judge *judge)
{
    usec_t deadline = NEVER;
    for (size_t i = 0; i < judge->script.count && judge->start != NEVER; i++) {
        const struct rule *rule = &judge->script.rules[i];
        if (is_pending(judge, i) && !rule->has_trigger)
            deadline = usec_min(deadline, usec_after(judge->start, rule->from));
    }
    return deadline;
}

const struct rule *judge_next_change(struct judge *judge, usec_t now)
{
    size_t next = judge->script.count;
    for (size_t i = 0; i < judge->script.count; i++) {
        const struct rule *rule = &judge->script.rules[i];
        if (!is_pending(judge, i) || !has_come(judge, rule, now))
            continue;
        if (rule->has_trigger && !judge->progress[i].triggered)
            continue;
        if (next == judge->script.count || rule->from < judge->script.rules[next].from)
            next = i;
    }
    if (next == judge->script.count)
        return NULL;
    judge->progress[next].changed = true;
    return &judge->script.rules[next];
}
