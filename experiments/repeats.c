/* The same segment again. */
#include "experiments/repeats.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "experiments/segments.h"

static bool is_meant(const struct repeats_wanted *wanted, const struct track_segment *tcp)
{
    if (tcp->from != (int)wanted->from)
        return false;
    switch (wanted->what) {
    case REPEATS_SYN:
        return (tcp->flags & TCP_SYN) != 0;
    case REPEATS_TEXT:
        return tcp->text_len > 0 && (tcp->marks & (MARK_KEEPALIVE | MARK_PROBE)) == 0;
    case REPEATS_KEEPALIVE:
        return (tcp->marks & MARK_KEEPALIVE) != 0;
    case REPEATS_PROBE:
        return (tcp->marks & MARK_PROBE) != 0;
    }
    return false;
}

static void add(struct repeats *out, const struct repeats_wanted *wanted,
                const struct segment_sent *sent, usec_t silent_since)
{
    bool is_new = wanted->what == REPEATS_TEXT && (sent->tcp->marks & MARK_RETRANSMISSION) == 0;
    if (is_new)
        *out = (struct repeats){0};
    if (out->count == 0)
        out->idle = sent->at - silent_since;
    if (out->count < REPEATS_MAX)
        out->at[out->count++] = sent->at;
}

int repeats_find(const struct trace_log *log, const struct repeats_wanted *wanted,
                 struct repeats *out)
{
    struct segments segments;
    struct segment_sent sent;
    bool unanswered = false;
    usec_t before = 0;
    int more;
    *out = (struct repeats){0};
    segments_begin(&segments, log);
    while ((more = segments_next(&segments, &sent)) > 0) {
        bool meant = is_meant(wanted, sent.tcp);
        if (sent.conn != wanted->conn)
            continue;
        if (meant)
            add(out, wanted, &sent, before);
        else if (sent.tcp->from != (int)wanted->from && !(sent.frame->fate & FATE_DROP))
            out->answered += unanswered;
        unanswered = meant;
        before = sent.at;
    }
    segments_end(&segments);
    return more;
}

usec_t repeats_gap(const struct repeats *repeats, int index)
{
    return index < repeats->count ? repeats->at[index] - repeats->at[index - 1] : 0;
}

/* Whole milliseconds as seconds, without zeros at the end. */
static void append_seconds(char *out, size_t size, usec_t time)
{
    size_t used = strlen(out);
    usec_t ms = (time + USEC_MS / 2) / USEC_MS;
    snprintf(out + used, size - used, "%s%" PRId64, used ? " " : "", ms / 1000);
    used = strlen(out);
    if (ms % 1000 > 0)
        snprintf(out + used, size - used, ".%03d", (int)(ms % 1000));
    for (used = strlen(out); ms % 1000 > 0 && out[used - 1] == '0'; used--)
        out[used - 1] = '\0';
}

void repeats_tell(const struct repeats *repeats, char *out, size_t size)
{
    out[0] = '\0';
    for (int i = 1; i < repeats->count; i++)
        append_seconds(out, size, repeats_gap(repeats, i));
}
