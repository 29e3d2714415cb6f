/* exp-rto-estimate: how long to wait for an ACK. The way to B gets longer, from 10 ms there and
 * back to 200, and one segment is lost. A timeout that is measured follows; a fixed one is too
 * short for one part of the way or too long for the other. And Karn's rule: an ACK for what was
 * sent twice tells no time, unless a timestamp tells which of the two it answers. */
#include <errno.h>
#include <stdio.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/thread.h"
#include "experiments/ends.h"
#include "experiments/segments.h"
#include "net/io.h"

enum { PORT = 8089, EACH = 3 }; /* questions at each length of the way */

/* Longer than an ACK is delayed: so none rides on the question that is lost. */
#define A_WHILE MS(60)

static const int lengths_ms[] = {10, 50, 200};

/* The first three go as the wire is, the next ones 40 and 190 ms later. One of the first is lost.
 */
static const char longer_and_longer[] = "delay data 4..6 a>b by 40ms times all;"
                                        "delay data 7..9 a>b by 190ms times all;"
                                        "drop data 2 a>b";

/* One question of A's and B's answer, a byte each; then what A's stack makes of it. */
static int ask(const struct ends *ends, struct net_info *info, struct fault *fault)
{
    char byte;
    int64_t done = net_write_full(ends->stage->a, ends->a, "?", 1);
    if (done >= 0)
        done = net_read_full(ends->stage->b, ends->b, &byte, 1);
    if (done >= 0)
        done = net_write_full(ends->stage->b, ends->b, "!", 1);
    if (done >= 0)
        done = net_read_full(ends->stage->a, ends->a, &byte, 1);
    if (done >= 0)
        done = net_info(ends->stage->a, ends->a, info);
    return done < 0 ? fault_errno(fault, (int)done, "question or answer did not arrive") : 0;
}

static void put_ms(struct stage *stage, const char *what, const char *when, usec_t time)
{
    char key[RESULT_KEY_MAX];
    snprintf(key, sizeof key, "%s_%s_ms", what, when);
    results_put_number(&stage->results, key, (time + USEC_MS / 2) / USEC_MS);
}

static void put_estimate(struct stage *stage, const char *when, const struct net_info *info)
{
    put_ms(stage, "srtt", when, info->srtt_us);
    put_ms(stage, "rttvar", when, info->rttvar_us);
    put_ms(stage, "rto", when, info->rto_us);
}

/* ---- the way gets longer ---- */

static int ask_all(const struct ends *ends, struct fault *fault)
{
    struct net_info info = {0};
    int64_t questions = 0, of_500 = 0;
    for (size_t length = 0; length < ARRAY_LEN(lengths_ms); length++) {
        char when[8];
        for (int i = 0; i < EACH; i++) {
            int error = ask(ends, &info, fault);
            if (error)
                return error;
            of_500 += info.rto_us % MS(500) == 0;
            questions++;
        }
        snprintf(when, sizeof when, "%d", lengths_ms[length]);
        put_estimate(ends->stage, when, &info);
    }
    results_put_number(&ends->stage->results, "questions", questions);
    results_put_number(&ends->stage->results, "rto_multiple_of_500", of_500);
    return 0;
}

static int play_longer(struct stage *stage, struct fault *fault)
{
    struct ends ends;
    int error = ends_open(&ends, stage, PORT, fault);
    if (error)
        return error;
    error = ask_all(&ends, fault);
    ends_close(&ends);
    return error;
}

/* ---- Karn ---- */

static int ask_around_loss(const struct ends *ends, struct fault *fault)
{
    static const char *const when[] = {NULL, "before", "resent", "next"};
    struct net_info info = {0};
    for (size_t i = 0; i < ARRAY_LEN(when); i++) {
        thread_sleep_until(usec_after(clock_now(), A_WHILE));
        int error = ask(ends, &info, fault);
        if (error)
            return error;
        if (when[i])
            put_estimate(ends->stage, when[i], &info);
    }
    return 0;
}

static int play_karn(struct stage *stage, struct fault *fault)
{
    struct ends ends;
    int error = ends_open(&ends, stage, PORT, fault);
    if (error)
        return error;
    error = ask_around_loss(&ends, fault);
    ends_close(&ends);
    return error;
}

/* ---- what the wire saw ---- */

/* How often A sent again what was not lost, and how long it waited to send again what was. */
static int review(struct stage *stage, const struct trace_log *log)
{
    struct segments segments;
    struct segment_sent sent;
    usec_t lost_at = NEVER, idle = 0;
    int more, resent = 0, lost = 0;
    segments_begin(&segments, log);
    while ((more = segments_next(&segments, &sent)) > 0) {
        if (sent.tcp->from != 0 || sent.tcp->text_len == 0)
            continue;
        resent += (sent.tcp->marks & MARK_RETRANSMISSION) != 0;
        idle += lost_at != NEVER ? sent.at - lost_at : 0;
        lost_at = sent.frame->fate & FATE_DROP ? sent.at : NEVER;
        lost += lost_at != NEVER;
    }
    segments_end(&segments);
    results_put_number(&stage->results, "lost", lost);
    results_put_number(&stage->results, "needless", resent - lost);
    results_put_number(&stage->results, "idle_ms", idle / USEC_MS);
    return more;
}

/* What A told of its estimate, whenever it changed. */
static int draw_estimate(struct plot *plot, const struct stage *stage, const struct trace_log *log)
{
    static const struct words timeout = {"timeout", "超时时间"},
                              smoothed = {"smoothed round trip", "平滑往返时间"};
    unsigned rto = plot_add_series(plot, stage_words(stage, timeout), PLOT_STEPS);
    unsigned srtt = plot_add_series(plot, stage_words(stage, smoothed), PLOT_STEPS);
    struct trace_cursor cursor = {0};
    const struct event *event;
    int error = 0;
    while (!error && (event = trace_log_next(log, &cursor)) != NULL) {
        const struct event_sample *sample = &event->sample;
        if (event->kind != EVENT_SAMPLE || event->host != 'A' || sample->srtt_us == 0)
            continue;
        double at = (double)(event->at - trace_log_start(log)) / (double)USEC_S;
        error = plot_add(plot, rto, (struct plot_point){.x = at, .y = sample->rto_us / 1e3});
        if (!error)
            error = plot_add(plot, srtt, (struct plot_point){.x = at, .y = sample->srtt_us / 1e3});
    }
    return error;
}

static const struct scene_plot plots[] = {
    {.what = "timeout",
     .title = {"round trips of 10, 50 and 200 ms", "往返 10、50、200 毫秒"},
     .x = {"time (s)", "时间(秒)"},
     .y = {"ms", "毫秒"},
     .draw = draw_estimate},
    {0},
};

/* No tail loss probe: the timer alone. A kernel that cannot be told these limits goes by its own:
 * at least 200 ms above the round trip, and no ceiling below a second. */
#define TIMER_ALONE "net.ipv4.tcp_early_retrans=0"
static const char *const measured[] = {TIMER_ALONE, "-net.ipv4.tcp_rto_min_us=300000", NULL};
static const char *const always_30_ms[] = {TIMER_ALONE, "-net.ipv4.tcp_rto_min_us=30000",
                                           "-net.ipv4.tcp_rto_max_ms=30", NULL};
static const char *const always_1_s[] = {TIMER_ALONE, "-net.ipv4.tcp_rto_min_us=1000000",
                                         "-net.ipv4.tcp_rto_max_ms=1000", NULL};
static const char *const no_timestamps[] = {TIMER_ALONE, "-net.ipv4.tcp_rto_min_us=300000",
                                            "net.ipv4.tcp_timestamps=0", NULL};

#define SEEN                                                                                                  \
    {                                                                                                         \
        "where the round trip took 10, 50 and 200 ms the timeout was {rto_10_ms}, {rto_50_ms} "               \
        "and {rto_200_ms} ms: the smoothed round trip ({srtt_10_ms}, {srtt_50_ms}, "                          \
        "{srtt_200_ms}) plus four times its variation ({rttvar_10_ms}, {rttvar_50_ms}, "                      \
        "{rttvar_200_ms}), as far as its limits let it. {lost} segment was lost and sent again "              \
        "after {idle_ms} ms of idling; {needless} segments were sent again for nothing.",                     \
            "往返 10、50、200 毫秒时,超时时间是 {rto_10_ms}、{rto_50_ms}、{rto_200_ms} "        \
            "毫秒:在上下限之内,等于平滑往返时间({srtt_10_ms}、{srtt_50_ms}、{srtt_200_ms})" \
            "加四倍偏差({rttvar_10_ms}、{rttvar_50_ms}、{rttvar_200_ms})。丢失的 {lost} "          \
            "个报文段空等 {idle_ms} 毫秒才重发;白白重发的有 {needless} 个。",                                 \
    }

#define KARN                                                                                                           \
    {                                                                                                                  \
        "before the loss: smoothed round trip {srtt_before_ms} ms, timeout {rto_before_ms} ms. "                       \
        "After the ACK for what was sent twice: {srtt_resent_ms} and {rto_resent_ms}; one more "                       \
        "question later: {srtt_next_ms} and {rto_next_ms}.",                                                           \
            "丢失之前:平滑往返时间 {srtt_before_ms} 毫秒,超时时间 {rto_before_ms} "                    \
            "毫秒。收到对重发报文段的 ACK 之后:{srtt_resent_ms} 和 {rto_resent_ms};再问一次之后:" \
            "{srtt_next_ms} 和 {rto_next_ms}。",                                                                       \
    }

static const struct scene scenes[] = {
    {.name = "measured",
     .title = {"the timeout is measured (RFC 6298), not below 300 ms",
               "超时时间由测量得来(RFC 6298),不低于 300 毫秒"},
     .play = play_longer,
     .review = review,
     .script = longer_and_longer,
     .sysctls = measured,
     .no_ladder = true,
     .plots = plots,
     .saw = SEEN},
    {.name = "short",
     .title = {"always 30 ms: too short (a kernel keeps above its round trip all the same)",
               "固定 30 毫秒:太短(内核仍然会保持在往返时间之上)"},
     .play = play_longer,
     .review = review,
     .script = longer_and_longer,
     .sysctls = always_30_ms,
     .no_ladder = true,
     .plots = plots,
     .saw = SEEN},
    {.name = "long",
     .title = {"always 1 s: too long", "固定 1 秒:太长"},
     .play = play_longer,
     .review = review,
     .script = longer_and_longer,
     .sysctls = always_1_s,
     .no_ladder = true,
     .plots = plots,
     .saw = SEEN},
    {.name = "karn",
     .title = {"sent twice, one ACK: which of the two did it answer? (no timestamps)",
               "发了两次,只有一个 ACK:它回答的是哪一次?(没有时间戳)"},
     .play = play_karn,
     .review = review,
     .script = "drop data 3 a>b",
     .sysctls = no_timestamps,
     .saw = KARN},
    {.name = "timestamps",
     .title = {"the same with timestamps, which tell", "同样的情形,时间戳说明了是哪一次"},
     .play = play_karn,
     .review = review,
     .script = "drop data 3 a>b",
     .sysctls = measured,
     .saw = KARN},
};

int main(int argc, char **argv)
{
    return experiment_main(
        &(struct experiment){
            .name = "rto-estimate",
            .summary = {"How long to wait for an ACK: measured, too short, too long.",
                        "等 ACK 等多久:测量得来的、太短的、太长的。"},
            .question =
                {"Before you look: the round trip grows from 10 to 200 ms. What does a "
                 "sender do that always waits 30 ms, and what one that always waits 1 s?",
                 "先预测:往返时间从 10 毫秒增加到 200 毫秒。总等 30 毫秒的发送方会怎样?总等 1 "
                 "秒的呢?"},
            .scenes = scenes,
            .scene_count = ARRAY_LEN(scenes),
            .testbed = {.medium.both.delay = MS(5), .sample = true},
            .example = "exp-rto-estimate --scene karn --stack both",
        },
        argc, argv);
}
