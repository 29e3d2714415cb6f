/* The script's grammar, by recursive descent: each function reads what it is named after and
 * returns 0, or -EINVAL with the fault told. */
#include "wire/script.h"

#include <errno.h>
#include <string.h>

#include "wire/words.h"

enum {
    QUEUE_LEN_MAX = MEDIUM_QUEUE_MAX,
    REORDER_BY_MAX = 1000,
};

#define ACTIONS "drop, dup, delay, reorder, swap16, flip, mark, replay, cut, mend or rate"
#define KINDS                                                                                      \
    "data, syn, synack, handshake-ack, ack, window-update, probe, keepalive, fin, rst, frame, "    \
    "arp, icmp, udp, every KIND or all"
#define DIRECTIONS "a>b, b>a or both"

static const char *const action_names[] = {
    [RULE_DROP] = "drop",       [RULE_DUP] = "dup",       [RULE_DELAY] = "delay",
    [RULE_REORDER] = "reorder", [RULE_SWAP16] = "swap16", [RULE_FLIP] = "flip",
    [RULE_REPLAY] = "replay",   [RULE_CUT] = "cut",       [RULE_MEND] = "mend",
    [RULE_RATE] = "rate",       [RULE_MARK] = "mark",
};

static const char *const kind_names[SIGHT_COUNT] = {
    [SIGHT_FRAME] = "frame",   [SIGHT_ARP] = "arp",
    [SIGHT_ICMP] = "icmp",     [SIGHT_UDP] = "udp",
    [SIGHT_DATA] = "data",     [SIGHT_SYN] = "syn",
    [SIGHT_SYNACK] = "synack", [SIGHT_HANDSHAKE_ACK] = "handshake-ack",
    [SIGHT_ACK] = "ack",       [SIGHT_WINDOW_UPDATE] = "window-update",
    [SIGHT_PROBE] = "probe",   [SIGHT_KEEPALIVE] = "keepalive",
    [SIGHT_FIN] = "fin",       [SIGHT_RST] = "rst",
};

/* A direction, if one stands here. */
static bool took_direction(struct words *words, struct match *match)
{
    bool a_to_b = words_take(words, "a>b");
    bool b_to_a = !a_to_b && words_take(words, "b>a");
    bool both = !a_to_b && !b_to_a && words_take(words, "both");
    if (!a_to_b && !b_to_a && !both)
        return false;
    match->in[WIRE_A_TO_B] = a_to_b || both;
    match->in[WIRE_B_TO_A] = b_to_a || both;
    return true;
}

static int read_times(struct words *words, struct match *match)
{
    match->again = false;
    if (words_take(words, "all")) {
        match->times = UINT32_MAX;
        return 0;
    }
    return words_number(words, UINT32_MAX, &match->times, "a number of transmissions, or all,");
}

static bool took_again(struct words *words, struct match *match)
{
    if (!words_take(words, "again"))
        return false;
    match->again = true;
    match->times = UINT32_MAX;
    return true;
}

/* What may stand behind a kind in any order. */
static int read_clauses(struct words *words, struct match *match)
{
    for (;;) {
        int result = 0;
        if (words_take(words, "times"))
            result = read_times(words, match);
        else if (words_take(words, "conn"))
            result = words_number(words, UINT32_MAX, &match->conn, "a connection's number");
        else if (!took_again(words, match) && !took_direction(words, match))
            return 0;
        if (result < 0)
            return result;
    }
}

static int read_kind(struct words *words, struct match *match)
{
    for (int kind = 0; kind < SIGHT_COUNT; kind++) {
        if (words_take(words, kind_names[kind])) {
            match->kind = (enum sight)kind;
            return 0;
        }
    }
    return words_fail(words, "a kind of frame (" KINDS ")");
}

static int read_match(struct words *words, struct match *match)
{
    bool all = words_take(words, "all");
    bool every = all || words_take(words, "every");
    *match =
        (struct match){.kind = SIGHT_FRAME, .first = 1, .last = 1, .times = 1, .in = {true, true}};
    int result = all ? 0 : read_kind(words, match);
    if (result < 0)
        return result;
    if (every)
        match->last = UINT32_MAX;
    else if (words_begin_with_digit(words) && !words_has_unit(words))
        result = words_range(words, &match->first, &match->last);
    return result < 0 ? result : read_clauses(words, match);
}

/* What the action needs to know besides the frames. */
static int read_parameter(struct words *words, struct rule *rule)
{
    switch (rule->action) {
    case RULE_DELAY:
        words_take(words, "by");
        return words_time(words, &rule->time);
    case RULE_REPLAY:
        if (!words_take(words, "after"))
            return words_fail(words, "after TIME, as in replay data 1 after 5s,");
        return words_time(words, &rule->time);
    case RULE_REORDER:
        rule->by = 1;
        if (!words_take(words, "by"))
            return 0;
        return words_number(words, REORDER_BY_MAX, &rule->by, "how many frames overtake,");
    default: /* the others need nothing more */
        return 0;
    }
}

static int read_frame_action(struct words *words, struct rule *rule)
{
    int result = read_match(words, &rule->match);
    if (result == 0)
        result = read_parameter(words, rule);
    return result < 0 ? result : read_clauses(words, &rule->match);
}

static int read_rate(struct words *words, struct rule *rule)
{
    int result = words_take(words, "unlimited") ? 0 : words_rate(words, &rule->rate_bps);
    if (result == 0 && words_take(words, "queue"))
        result = words_number(words, QUEUE_LEN_MAX, &rule->queue_len, "a number of frames");
    if (result == 0 && words_take(words, "mark"))
        result = words_number(words, QUEUE_LEN_MAX, &rule->mark_from, "a number of frames");
    return result;
}

static int read_wire_action(struct words *words, struct rule *rule)
{
    rule->match.in[WIRE_A_TO_B] = rule->match.in[WIRE_B_TO_A] = true;
    int result = rule->action == RULE_RATE ? read_rate(words, rule) : 0;
    if (result == 0)
        took_direction(words, &rule->match);
    return result;
}

static int read_action(struct words *words, struct rule *rule)
{
    for (int action = 0; action <= RULE_RATE; action++) {
        if (!words_take(words, action_names[action]))
            continue;
        rule->action = (enum rule_action)action;
        return action >= RULE_CUT ? read_wire_action(words, rule) : read_frame_action(words, rule);
    }
    return words_fail(words, "an action (" ACTIONS ")");
}

static int read_rule(struct words *words, struct rule *rule)
{
    *rule = (struct rule){.text = words->at, .text_len = (int)(words->end - words->at)};
    int result = words_take(words, "at") ? words_time(words, &rule->from) : 0;
    if (result == 0)
        result = read_action(words, rule);
    if (result == 0 && words_take(words, "after")) {
        rule->has_trigger = true;
        result = read_match(words, &rule->trigger);
    }
    if (result == 0 && !words_at_end(words))
        result = words_fail(words, "the end of the rule, after MATCH, " DIRECTIONS
                                   ", again, times N or conn N");
    return result;
}

int script_parse(struct script *out, const char *text, size_t len, struct fault *fault)
{
    struct words words;
    words_begin(&words, text, len, fault);
    out->count = 0;
    while (words_next_rule(&words)) {
        if (out->count == SCRIPT_RULES_MAX)
            return fault_set(fault, -EINVAL, "script line %u: more than %d rules", words.line,
                             SCRIPT_RULES_MAX);
        int result = read_rule(&words, &out->rules[out->count]);
        if (result < 0)
            return result;
        out->count++;
    }
    return 0;
}
