/* Flags shown, and counted. */
#include "experiments/flags.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "experiments/await.h"
#include "experiments/ends.h"
#include "experiments/segments.h"
#include "net/io.h"
#include "trace/words.h"

/* Text, an urgent octet, and the end. */
static int show_most(const struct ends *ends, struct fault *fault)
{
    struct stage *stage = ends->stage;
    char heard[4];
    net_setsockopt(stage->b, ends->b, NET_SO_OOBINLINE, 1);
    int64_t done = net_write_full(stage->a, ends->a, "abc", 3);
    if (done >= 0)
        done = net_send(stage->a, ends->a, "!", 1, NET_OOB);
    if (done >= 0)
        done = net_read_full(stage->b, ends->b, heard, sizeof heard);
    return done < 0 ? fault_errno(fault, (int)done, "B did not hear it") : 0;
}

/* B's RST gets lost, and A, who knows of nothing, speaks: the answer is one without ACK. */
static int show_bare_reset(struct ends *ends, struct fault *fault)
{
    struct stage *stage = ends->stage;
    char nothing;
    net_setsockopt(stage->b, ends->b, NET_SO_LINGER, 0);
    net_close(stage->b, ends->b);
    ends->b = -1;
    testbed_settle(stage->testbed, usec_after(clock_now(), SECONDS(1)));
    int64_t done = net_write_full(stage->a, ends->a, "abc", 3);
    if (done >= 0)
        done = net_recv(stage->a, ends->a, &nothing, 1, 0);
    return done == -ECONNRESET ? 0 : fault_set(fault, -EPROTO, "A was not reset");
}

int flags_play(struct stage *stage, uint16_t port, struct fault *fault)
{
    struct ends ends;
    int error = ends_open(&ends, stage, port, fault);
    if (error)
        return error;
    error = show_most(&ends, fault);
    ends_close(&ends);
    if (!error)
        error = ends_open(&ends, stage, port + 1, fault);
    if (error)
        return error;
    error = show_bare_reset(&ends, fault);
    ends_close(&ends);
    return error;
}

static void add_word(char *words, size_t size, const char *word)
{
    size_t used = strlen(words);
    if (!strstr(words, word))
        snprintf(words + used, size - used, "%s%s", used ? " " : "", word);
}

int flags_review(struct stage *stage, const struct trace_log *log)
{
    struct results *results = &stage->results;
    struct segments segments;
    struct segment_sent sent;
    char flags[FLAGS_TEXT_MAX], without[RESULT_VALUE_MAX] = "", syn[FLAGS_TEXT_MAX] = "";
    uint8_t seen = 0;
    int more;
    segments_begin(&segments, log);
    while ((more = segments_next(&segments, &sent)) > 0) {
        seen |= sent.tcp->flags;
        if (sent.tcp->flags & TCP_SYN && syn[0] == '\0')
            flags_text(sent.tcp->flags, syn);
        if (!(sent.tcp->flags & TCP_ACK))
            add_word(without, sizeof without, flags_text(sent.tcp->flags, flags));
    }
    segments_end(&segments);
    results_put_number(results, "flags", __builtin_popcount(seen));
    results_put_text(results, "seen", flags_text(seen, flags));
    results_put_text(results, "first_syn", syn);
    results_put_bool(results, "ecn", seen & TCP_ECE);
    results_put_text(results, "without_ack", without);
    return more;
}

/* ---- marks ---- */

/* In segments. */
static int put_window(const struct ends *ends, const char *name)
{
    struct net_info info;
    int error = net_info(ends->stage->a, ends->a, &info);
    if (!error && info.snd_mss > 0)
        results_put_number(&ends->stage->results, name, info.cwnd / info.snd_mss);
    return error;
}

static int speak(const struct ends *ends)
{
    struct stage *stage = ends->stage;
    char heard[3];
    int64_t done = net_write_full(stage->a, ends->a, "abc", sizeof heard);
    if (done >= 0)
        done = net_read_full(stage->b, ends->b, heard, sizeof heard);
    if (done >= 0 && !await_acked(stage->a, ends->a, SECONDS(5)))
        return -ETIMEDOUT;
    return done < 0 ? (int)done : 0;
}

int marks_play(struct stage *stage, uint16_t port, struct fault *fault)
{
    struct ends ends;
    int error = ends_open(&ends, stage, port, fault);
    if (error)
        return error;
    error = put_window(&ends, "cwnd_before");
    for (int i = 0; !error && i < 3; i++) {
        error = speak(&ends);
        if (!error && i == 0)
            error = put_window(&ends, "cwnd_after");
    }
    ends_close(&ends);
    return error ? fault_errno(fault, error, "B did not hear it") : 0;
}

int marks_review(struct stage *stage, const struct trace_log *log)
{
    struct segments segments;
    struct segment_sent sent;
    char told[FLAGS_TEXT_MAX] = "", answered[FLAGS_TEXT_MAX] = "";
    int more, echoes = 0;
    segments_begin(&segments, log);
    while ((more = segments_next(&segments, &sent)) > 0) {
        uint8_t flags = sent.tcp->flags;
        if (flags & TCP_SYN)
            continue;
        if (flags & TCP_ECE && echoes++ == 0)
            flags_text(flags, told);
        if (flags & TCP_CWR && answered[0] == '\0')
            flags_text(flags, answered);
    }
    segments_end(&segments);
    results_put_text(&stage->results, "told", told);
    results_put_text(&stage->results, "answered", answered);
    results_put_number(&stage->results, "echoes", echoes);
    return more;
}
