/* Reading and writing the story notation: one row of a table per key. */
#include "tests/story/notation.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"

static const struct {
    const char *name;
    uint8_t flag;
} controls[] = {{"FIN", TCP_FIN}, {"SYN", TCP_SYN}, {"RST", TCP_RST}, {"PSH", TCP_PSH},
                {"URG", TCP_URG}, {"ACK", TCP_ACK}, {"ECE", TCP_ECE}, {"CWR", TCP_CWR}};

/* Reads a number at `*at` and steps over it; "#" in front keeps it unshifted. */
static uint32_t read_number(const char **at, uint32_t shift)
{
    bool as_is = **at == '#';
    char *end;
    uint32_t n = (uint32_t)strtoul(*at + as_is, &end, 0);
    *at = end;
    return as_is ? n : n + shift;
}

static bool read_controls(struct segment *seg, const char *at)
{
    while (*at != '>') {
        size_t i = 0;
        while (i < ARRAY_LEN(controls) && strncmp(at, controls[i].name, 3) != 0)
            i++;
        if (i == ARRAY_LEN(controls))
            return false;
        seg->flags |= controls[i].flag;
        at += 3;
        at += *at == ',';
    }
    return true;
}

static void read_sack(struct tcp_options *o, const char *at, const struct notation_shift *shift)
{
    while (*at != '>' && *at != '-' && o->sack_count < TCP_SACK_BLOCKS_MAX) {
        struct sack_block *block = &o->sack[o->sack_count++];
        block->start = seq_make(read_number(&at, shift->ack));
        at += *at == '-';
        block->end = seq_make(read_number(&at, shift->ack));
        at += *at == ',';
    }
}

static void read_timestamps(struct tcp_options *o, const char *at,
                            const struct notation_shift *shift)
{
    o->has_tstamp = true;
    o->ts_val = read_number(&at, shift->ts_val);
    at += *at == ':';
    o->ts_ecr = read_number(&at, shift->ts_ecr);
}

static const struct {
    const char *name;
    unsigned key;
} keys[] = {
    {"SEQ=", KEY_SEQ},      {"ACK=", KEY_ACK},   {"CTL=", KEY_CTL}, {"DATA=", KEY_DATA},
    {"WND=", KEY_WND},      {"UP=", KEY_UP},     {"MSS=", KEY_MSS}, {"WS=", KEY_WS},
    {"TS=", KEY_TS},        {"SACK=", KEY_SACK}, {"GSO=", KEY_GSO}, {"TEXT=", KEY_TEXT},
    {"SACKOK", KEY_SACKOK}, {"ECN=", KEY_ECN},
};

static bool read_option(struct tcp_options *o, unsigned key, const char *at,
                        const struct notation_shift *shift)
{
    switch (key) {
    case KEY_MSS:
        o->has_mss = true;
        o->mss = (uint16_t)read_number(&at, 0);
        return true;
    case KEY_WS:
        o->has_wscale = true;
        o->wscale = (uint8_t)read_number(&at, 0);
        return true;
    case KEY_SACKOK:
        o->sack_permitted = *at == '>'; /* else "=-" */
        return true;
    case KEY_TS:
        read_timestamps(o, at, shift);
        return true;
    case KEY_SACK:
        read_sack(o, at, shift);
        return true;
    default:
        return false;
    }
}

/* The value "-" says: this must not be there; the field then keeps its zero. */
static bool read_value(struct notation *out, unsigned key, const char *at,
                       const struct notation_shift *shift)
{
    struct segment *seg = &out->seg;
    out->mentioned |= key;
    if (*at == '-')
        return true;
    switch (key) {
    case KEY_SEQ:
        seg->seq = seq_make(read_number(&at, shift->seq));
        return true;
    case KEY_ACK:
        seg->ack = seq_make(read_number(&at, shift->ack));
        return true;
    case KEY_CTL:
        return read_controls(seg, at);
    case KEY_DATA:
        seg->text[0].len = read_number(&at, 0);
        return true;
    case KEY_TEXT:
        seg->text[0] = (struct span){(const uint8_t *)at, strcspn(at, ">")};
        return true;
    case KEY_WND:
        seg->wnd = (uint16_t)read_number(&at, 0);
        return true;
    case KEY_UP:
        seg->urg_ptr = (uint16_t)read_number(&at, 0);
        return true;
    case KEY_ECN:
        seg->ecn = (uint8_t)read_number(&at, 0);
        return true;
    case KEY_GSO:
        seg->gso_size = (uint16_t)read_number(&at, 0);
        return true;
    default:
        return read_option(&seg->options, key, at, shift);
    }
}

bool notation_read(struct notation *out, const char *text, const struct notation_shift *shift)
{
    *out = (struct notation){0};
    for (const char *at = text; *at; at = strchr(at, '>') + 1) {
        if (*at != '<' || !strchr(at, '>'))
            return false;
        size_t i = 0;
        while (i < ARRAY_LEN(keys) && strncmp(at + 1, keys[i].name, strlen(keys[i].name)) != 0)
            i++;
        if (i == ARRAY_LEN(keys) ||
            !read_value(out, keys[i].key, at + 1 + strlen(keys[i].name), shift))
            return false;
    }
    return true;
}

struct writer {
    char *at;
    size_t left;
};

__attribute__((format(printf, 2, 3))) static void put(struct writer *w, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(w->at, w->left, format, args);
    va_end(args);
    size_t used = min_size((size_t)n, w->left ? w->left - 1 : 0);
    w->at += used;
    w->left -= used;
}

static void put_controls(struct writer *w, uint8_t flags)
{
    const char *comma = "";
    put(w, "<CTL=");
    for (size_t i = 0; i < ARRAY_LEN(controls); i++) {
        if (!(flags & controls[i].flag))
            continue;
        put(w, "%s%s", comma, controls[i].name);
        comma = ",";
    }
    put(w, ">");
}

static void put_options(struct writer *w, const struct tcp_options *o,
                        const struct notation_shift *shift)
{
    if (o->has_mss)
        put(w, "<MSS=%u>", o->mss);
    if (o->has_wscale)
        put(w, "<WS=%u>", o->wscale);
    if (o->sack_permitted)
        put(w, "<SACKOK>");
    if (o->has_tstamp)
        put(w, "<TS=%u:%u>", o->ts_val - shift->ts_val, o->ts_ecr - shift->ts_ecr);
    for (int i = 0; i < o->sack_count; i++)
        put(w, "%s%u-%u%s", i == 0 ? "<SACK=" : ",", o->sack[i].start.value - shift->ack,
            o->sack[i].end.value - shift->ack, i + 1 == o->sack_count ? ">" : "");
}

void notation_write(const struct segment *seg, const struct notation_shift *shift, char *out,
                    size_t cap)
{
    struct writer w = {out, cap};
    bool stands_alone = (seg->flags & TCP_RST) && seg->seq.value == 0;
    put(&w, stands_alone ? "<SEQ=#%u>" : "<SEQ=%u>",
        stands_alone ? 0 : seg->seq.value - shift->seq);
    if (seg->flags & TCP_ACK)
        put(&w, "<ACK=%u>", seg->ack.value - shift->ack);
    put_controls(&w, seg->flags);
    if (segment_text_len(seg))
        put(&w, "<DATA=%u>", segment_text_len(seg));
    put(&w, "<WND=%u>", seg->wnd);
    if (seg->flags & TCP_URG)
        put(&w, "<UP=%u>", seg->urg_ptr);
    put_options(&w, &seg->options, shift);
    if (seg->ecn)
        put(&w, "<ECN=%u>", seg->ecn);
    if (seg->gso_size)
        put(&w, "<GSO=%u>", seg->gso_size);
}

static bool same_sack(const struct tcp_options *a, const struct tcp_options *b)
{
    if (a->sack_count != b->sack_count)
        return false;
    for (int i = 0; i < a->sack_count; i++)
        if (!seq_eq(a->sack[i].start, b->sack[i].start) || !seq_eq(a->sack[i].end, b->sack[i].end))
            return false;
    return true;
}

static bool same_options(unsigned mentioned, const struct tcp_options *a,
                         const struct tcp_options *b)
{
    if ((mentioned & KEY_MSS) && (a->has_mss != b->has_mss || a->mss != b->mss))
        return false;
    if ((mentioned & KEY_WS) && (a->has_wscale != b->has_wscale || a->wscale != b->wscale))
        return false;
    if ((mentioned & KEY_SACKOK) && a->sack_permitted != b->sack_permitted)
        return false;
    if ((mentioned & KEY_TS) &&
        (a->has_tstamp != b->has_tstamp || a->ts_val != b->ts_val || a->ts_ecr != b->ts_ecr))
        return false;
    return !(mentioned & KEY_SACK) || same_sack(a, b);
}

bool notation_matches(const struct notation *expected, const struct segment *actual)
{
    const struct segment *want = &expected->seg;
    unsigned mentioned = expected->mentioned;
    if (want->flags != actual->flags || segment_text_len(want) != segment_text_len(actual))
        return false;
    if ((mentioned & KEY_SEQ) && !seq_eq(want->seq, actual->seq))
        return false;
    if ((mentioned & KEY_ACK) && !seq_eq(want->ack, actual->ack))
        return false;
    if ((mentioned & KEY_WND) && want->wnd != actual->wnd)
        return false;
    if ((mentioned & KEY_UP) && want->urg_ptr != actual->urg_ptr)
        return false;
    if ((mentioned & KEY_ECN) && want->ecn != actual->ecn)
        return false;
    if ((mentioned & KEY_GSO) && want->gso_size != actual->gso_size)
        return false;
    return same_options(mentioned, &want->options, &actual->options);
}
