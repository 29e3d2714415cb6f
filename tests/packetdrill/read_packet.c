/* Flags, numbers and options of one line. */
#include "tests/packetdrill/read_packet.h"

#include <string.h>

static bool need_number(struct cursor *c, int64_t *out)
{
    return cursor_number(c, out) || cursor_fail(c, "a number");
}

/* ---- options ---- */

static bool read_u32(struct cursor *c, uint32_t *out)
{
    int64_t number;
    if (!need_number(c, &number))
        return false;
    *out = (uint32_t)number;
    return true;
}

static bool read_sack(struct cursor *c, struct tcp_options *o)
{
    int64_t start, end;
    while (o->sack_count < TCP_SACK_BLOCKS_MAX && cursor_number(c, &start)) {
        if (!cursor_need(c, ":") || !need_number(c, &end))
            return false;
        o->sack[o->sack_count++] =
            (struct sack_block){seq_make((uint32_t)start), seq_make((uint32_t)end)};
    }
    return true;
}

static bool read_timestamps(struct cursor *c, struct tcp_options *o)
{
    o->has_tstamp = true;
    return cursor_need(c, "val") && read_u32(c, &o->ts_val) && cursor_need(c, "ecr") &&
           read_u32(c, &o->ts_ecr);
}

static bool read_option(struct cursor *c, struct tcp_options *o)
{
    uint32_t number = 0;
    if (cursor_take(c, "nop") || cursor_take(c, "eol"))
        return true;
    if (cursor_take(c, "sackOK"))
        return o->sack_permitted = true;
    if (cursor_take(c, "sack"))
        return read_sack(c, o);
    if (cursor_take(c, "TS"))
        return read_timestamps(c, o);
    if (cursor_take(c, "mss")) {
        o->has_mss = read_u32(c, &number);
        o->mss = (uint16_t)number;
        return o->has_mss;
    }
    if (!cursor_take(c, "wscale"))
        return cursor_fail(c, "an option");
    o->has_wscale = read_u32(c, &number);
    o->wscale = (uint8_t)number;
    return o->has_wscale;
}

/* Where no-operations stand is not kept: how they align options is tested elsewhere. */
static bool read_options(struct cursor *c, struct script_packet *out)
{
    if (!cursor_take(c, "<"))
        return true;
    if (cursor_take(c, "...")) {
        out->any_options = true;
        return cursor_need(c, ">");
    }
    do {
        if (!read_option(c, &out->segment.options))
            return false;
    } while (cursor_take(c, ","));
    return cursor_need(c, ">");
}

/* ---- TCP ---- */

static bool read_flags(struct cursor *c, uint8_t *out)
{
    static const char letters[] = "FSRP.UEW"; /* in the order of their bits */
    const char *found;
    cursor_skip(c);
    const char *start = c->at;
    for (*out = 0; *c->at && (found = strchr(letters, *c->at)) != NULL; c->at++)
        *out = (uint8_t)(*out | 1 << (found - letters));
    return c->at > start || cursor_take(c, "-") || cursor_fail(c, "flags");
}

/* "1:1001(1000)" */
static bool read_range(struct cursor *c, struct script_packet *out)
{
    int64_t start, end, len;
    if (!need_number(c, &start) || !cursor_need(c, ":") || !need_number(c, &end) ||
        !cursor_need(c, "(") || !need_number(c, &len) || !cursor_need(c, ")"))
        return false;
    out->segment.seq = seq_make((uint32_t)start);
    out->text_len = (uint32_t)len;
    return (uint32_t)(end - start) == out->text_len || cursor_fail(c, "a range as long as it says");
}

static bool read_tcp(struct cursor *c, struct script_packet *out)
{
    uint32_t number;
    if (!read_flags(c, &out->segment.flags) || !read_range(c, out))
        return false;
    if (cursor_take(c, "ack")) {
        if (!read_u32(c, &number))
            return false;
        out->segment.ack = seq_make(number);
    }
    out->any_window = !cursor_take(c, "win");
    if (!out->any_window) {
        if (!read_u32(c, &number))
            return false;
        out->segment.wnd = (uint16_t)number;
    }
    if (cursor_take(c, "urg")) {
        if (!read_u32(c, &number))
            return false;
        out->segment.urg_ptr = (uint16_t)number;
    }
    return read_options(c, out);
}

/* ---- ICMP ---- */

static const struct {
    const char *name;
    uint8_t code; /* RFC 792, RFC 1122 section 3.2.2.1 */
} codes[] = {
    {"net_unreachable", 0},  {"host_unreachable", 1}, {"protocol_unreachable", 2},
    {"port_unreachable", 3}, {"frag_needed", 4},
};

/* "icmp unreachable host_unreachable [1:1001(1000)]" */
static bool read_icmp(struct cursor *c, struct script_packet *out)
{
    char name[NAME_MAX_LEN + 1] = "";
    uint32_t mtu = 0;
    size_t i = 0;
    out->is_icmp = true;
    if (!cursor_need(c, "unreachable") || !cursor_name(c, name, sizeof(name)))
        return false;
    while (i < ARRAY_LEN(codes) && strcmp(codes[i].name, name) != 0)
        i++;
    if (i == ARRAY_LEN(codes))
        return cursor_fail(c, "a code of ICMP");
    out->code = codes[i].code;
    if (cursor_take(c, "mtu") && !read_u32(c, &mtu))
        return false;
    out->mtu = (uint16_t)mtu;
    return cursor_need(c, "[") && read_range(c, out) && cursor_need(c, "]");
}

/* "[ect0]" and its like. */
static bool read_ecn(struct cursor *c, struct script_packet *out)
{
    static const char *const names[] = {"[noecn]", "[ect1]", "[ect0]", "[ce]"};
    out->any_ecn = true;
    for (uint8_t i = 0; i < ARRAY_LEN(names); i++) {
        if (!cursor_take(c, names[i]))
            continue;
        out->any_ecn = false;
        out->ecn = i;
    }
    return true;
}

bool read_packet(struct cursor *c, struct script_packet *out)
{
    *out = (struct script_packet){0};
    if (cursor_take(c, "icmp"))
        return read_icmp(c, out);
    return read_ecn(c, out) && read_tcp(c, out);
}
