/* exp-sliding-window: why more than one segment is under way at a time. First the window is the
 * program's: so many segments unanswered, from stop-and-wait on. Then it is TCP's own: the receive
 * buffer sets the window that is offered. Both times the throughput is the window per round trip,
 * until the wire can carry no more. */
#include <string.h>

#include "base/bytes.h"
#include "client/slide.h"
#include "experiments/buffers.h"
#include "experiments/ends.h"
#include "experiments/segments.h"
#include "experiments/sweep.h"
#include "server/nod.h"

enum { PORT = 8200, WINDOW_MAX = SLIDE_WINDOW_MAX };

static int64_t most = WINDOW_MAX;

static const struct option_spec specs[] = {
    {"most", 0, OPTION_INT, &most, "segments in flight, at most", NULL, 4, WINDOW_MAX},
};

/* In segments. Real time allows fewer points. */
static const int windows_sim[] = {1, 2, 4, 8, 16, 24, 32, 48, 64, 0};
static const int windows_real[] = {1, 4, 32, 64, 0};

static const int *windows_of(const struct stage *stage)
{
    return stage->pair.client == STACK_SIM ? windows_sim : windows_real;
}

/* ---- the program's window ---- */

/* B, in a thread of its own. */
struct nodding {
    const struct ends *ends;
    size_t segment;
    int error;
};

static void run_nod(void *arg)
{
    struct nodding *nodding = arg;
    nodding->error = nod(nodding->ends->stage->b, nodding->ends->b, nodding->segment);
}

static int slide_and_nod(const struct ends *ends, int window, struct slide_result *result)
{
    struct stage *stage = ends->stage;
    struct thread *thread;
    struct net_info info;
    int error = net_info(stage->a, ends->a, &info);
    if (!error)
        error = net_setsockopt(stage->a, ends->a, NET_TCP_NODELAY, 1);
    if (!error)
        error = net_setsockopt(stage->b, ends->b, NET_TCP_NODELAY, 1);
    if (error)
        return error;
    const struct slide slide = {min_u32(info.snd_mss, SLIDE_MESSAGE_MAX), window};
    struct nodding nodding = {.ends = ends, .segment = slide.message};
    error = thread_start(&thread, "nod", run_nod, &nodding);
    if (error)
        return error;
    error = slide_run(stage->a, ends->a, &slide, result);
    net_shutdown(stage->a, ends->a, NET_SHUT_WR);
    thread_join(thread);
    results_put_number(&stage->results, "segment", (int64_t)slide.message);
    return error ? error : nodding.error;
}

/* Each window has a connection of its own, to the port with its number. */
static int measure_window(struct stage *stage, int window, struct fault *fault)
{
    struct ends ends;
    struct slide_result result;
    int error = ends_open(&ends, stage, (uint16_t)(PORT + window), fault);
    if (error)
        return error;
    error = slide_and_nod(&ends, window, &result);
    ends_close(&ends);
    if (error)
        return fault_errno(fault, error, "%d segments in flight: broken off", window);
    sweep_put(&stage->results, "kbps", window, sweep_kbps(result.octets, result.took_us));
    sweep_put(&stage->results, "round_ms", window, result.took_us / 2 / USEC_MS);
    if (window == 1)
        results_put_number(&stage->results, "rtt_ms", result.took_us / 2 / USEC_MS);
    return 0;
}

/* What more a larger window brought, in per cent. */
static int64_t gain(const struct stage *stage, int from, int to)
{
    int64_t before = sweep_get(&stage->results, "kbps", from);
    return before ? 100 * sweep_get(&stage->results, "kbps", to) / before - 100 : 0;
}

static int play_window(struct stage *stage, struct fault *fault)
{
    const int *windows = windows_of(stage);
    int last = 1, one_before = 1, second = windows[1];
    for (int i = 0; windows[i] && windows[i] <= most; i++) {
        int error = measure_window(stage, windows[i], fault);
        if (error)
            return error;
        one_before = last;
        last = windows[i];
    }
    results_put_number(&stage->results, "first_gain_percent", gain(stage, 1, second));
    results_put_number(&stage->results, "last_gain_percent", gain(stage, one_before, last));
    results_put_number(&stage->results, "second", second);
    results_put_number(&stage->results, "one_before", one_before);
    results_put_number(&stage->results, "last", last);
    results_put_number(&stage->results, "kbps_last", sweep_get(&stage->results, "kbps", last));
    return 0;
}

static int play_near(struct stage *stage, struct fault *fault)
{
    return measure_window(stage, 1, fault);
}

static int64_t in_segments(int64_t octets, int64_t segment)
{
    return segment ? (octets + segment - 1) / segment : 0;
}

/* How often A's program, with a window of four, heard of answers before it sent the fifth segment.
 */
static int64_t heard_before_fifth(const struct trace_log *log)
{
    struct trace_cursor cursor = {0};
    const struct event *event;
    int64_t heard = 0, sent = -1; /* not yet connected */
    while (sent < 5 && (event = trace_log_next(log, &cursor)) != NULL) {
        bool is_call = event->kind == EVENT_CALL;
        if (event->host != 'A' || (!is_call && event->kind != EVENT_RETURN))
            continue;
        if (is_call && strcmp(event->call.name, "connect") == 0)
            sent = event->call.argument == PORT + 4 ? 0 : -1;
        if (is_call && sent >= 0 && strcmp(event->call.name, "send") == 0)
            sent++;
        if (!is_call && sent >= 0 && strcmp(event->call.name, "recv") == 0)
            heard++;
    }
    return heard;
}

/* What really was in flight at most, and how much of the first window of four was acknowledged when
 * the fifth segment was sent. */
static int review_window(struct stage *stage, const struct trace_log *log)
{
    struct segments segments;
    struct segment_sent sent;
    int64_t segment = sweep_get(&stage->results, "segment", 0), flights[WINDOW_MAX + 1] = {0};
    int more;
    segments_begin(&segments, log);
    while ((more = segments_next(&segments, &sent)) > 0) {
        const struct track_end *a = &sent.tcp->conn->end[0];
        int window = sent.tcp->conn->end[1].port - PORT;
        if (sent.tcp->from != 0 || sent.tcp->text_len == 0)
            continue;
        int64_t flight = in_segments(a->sent_end - a->acked, segment);
        flights[window] = flight > flights[window] ? flight : flights[window];
        if (window == 4 && sent.tcp->seq == 1 + 4 * segment)
            results_put_number(&stage->results, "acked_before_fifth",
                               in_segments(a->acked - 1, segment));
    }
    segments_end(&segments);
    results_put_number(&stage->results, "heard_before_fifth", heard_before_fifth(log));
    for (int i = 1; i <= WINDOW_MAX; i++)
        if (flights[i] > 0)
            sweep_put(&stage->results, "flight", i, flights[i]);
    return more;
}

static int draw_window(struct plot *plot, const struct stage *stage, const struct trace_log *log)
{
    double rtt_ms = (double)sweep_get(&stage->results, "rtt_ms", 0);
    double segment = (double)sweep_get(&stage->results, "segment", 0), limit = 0, last = 1;
    unsigned measured = plot_add_series(plot, stage_words(stage, sweep_measured), PLOT_LINE);
    unsigned model = plot_add_series(plot, stage_words(stage, sweep_model), PLOT_LINE);
    (void)log;
    int error = 0;
    for (const int *window = windows_of(stage); *window && *window <= most && !error; window++) {
        last = *window;
        limit = (double)sweep_get(&stage->results, "kbps", *window);
        error = plot_add(plot, measured, (struct plot_point){.x = last, .y = limit});
    }
    double per_segment = segment * 8 / rtt_ms; /* kbit/s */
    double reached = limit / per_segment;      /* with so many: the wire is full */
    if (!error)
        error = plot_add(plot, model, (struct plot_point){.x = 0, .y = 0});
    if (!error)
        error = plot_add(plot, model, (struct plot_point){.x = reached, .y = limit});
    return error;
}

/* ---- the scenes ---- */

static const char *const no_timestamps[] = {"net.ipv4.tcp_timestamps=0", NULL};

static const struct scene_plot window_plots[] = {
    {"throughput",
     {"throughput against window", "吞吐率与窗口"},
     {"window (segments)", "窗口(报文段)"},
     {"kbit/s", "kbit/s"},
     draw_window},
    {0},
};

static const struct scene_plot buffer_plots[] = {
    {"throughput",
     {"throughput against the window offered", "吞吐率与通告的窗口"},
     {"window (KiB)", "窗口(KiB)"},
     {"kbit/s", "kbit/s"},
     buffers_draw},
    {0},
};

#define NEAR_OR_FAR                                                                                                 \
    {                                                                                                               \
        "one segment of {segment} octets at a time: {kbps_1} kbit/s, because each takes a round "                   \
        "trip of {rtt_ms} ms.",                                                                                     \
            "一次只发一个 {segment} 字节的报文段:{kbps_1} kbit/s,因为每一段都要花一个往返 " \
            "{rtt_ms} 毫秒。"                                                                                    \
    }

static const struct scene scenes[] = {
    {.name = "window",
     .title = {"so many segments in flight, from one on, over 100 ms and 4 Mbit/s",
               "在途报文段从一个开始增多,往返 100 毫秒,4 Mbit/s"},
     .play = play_window,
     .review = review_window,
     .plots = window_plots,
     .no_ladder = true,
     .saw =
         {"One segment of {segment} octets in flight gives {kbps_1} kbit/s: one per round trip "
          "of {rtt_ms} ms. With {second} it is {first_gain_percent} % more, because their waits "
          "overlap. The last step, from {one_before} to {last}, brings {last_gain_percent} %: "
          "at {kbps_last} kbit/s the wire is full, and what more is sent only waits. (The "
          "program limits what is unanswered; TCP's own windows are larger.)",
          "只有一个 {segment} 字节的报文段在途时是 {kbps_1} kbit/s:每个往返 {rtt_ms} 毫秒发一段。"
          "{second} 段在途时多了 {first_gain_percent} %,因为它们的等待重叠在一起。最后一步从 "
          "{one_before} 段到 {last} 段只多 {last_gain_percent} %:{kbps_last} kbit/s "
          "时线路已满,再多发的只是排队。(这里由程序限制未应答的段数,TCP 自己的窗口更大。)"}},
    {.name = "near",
     .title = {"stop-and-wait over 10 ms", "往返 10 毫秒,一发一收"},
     .play = play_near,
     .delay = MS(5),
     .no_ladder = true,
     .saw = NEAR_OR_FAR},
    {.name = "buffer",
     .title = {"four receive buffers, side by side, over 100 ms and 40 Mbit/s",
               "四种接收缓冲区同时传输,往返 100 毫秒,40 Mbit/s"},
     .play = buffers_play,
     .review = buffers_review,
     .script = "rate 40mbit", /* more than all four together need */
     .plots = buffer_plots,
     .no_ladder = true,
     .saw =
         {"A buffer of 8 KiB offered a window of {window_8} octets and got {kbps_8} kbit/s, "
          "{share_percent_8} % of window / RTT; 48 KiB offered {window_48} and got {kbps_48} "
          "kbit/s, {share_percent_48} %. The receiver's window sets the pace as long as the wire "
          "could carry more.",
          "8 KiB 的缓冲区通告 {window_8} 字节的窗口,得到 {kbps_8} kbit/s,是 窗口/往返时间 的 "
          "{share_percent_8} %;48 KiB 通告 {window_48} 字节,得到 {kbps_48} kbit/s,即 "
          "{share_percent_48} %。只要线路还能承载更多,快慢就由接收方的窗口决定。"}},
};

int main(int argc, char **argv)
{
    return experiment_main(
        &(struct experiment){
            .name = "sliding-window",
            .summary = {"Throughput is the window per round trip, until the wire is full.",
                        "吞吐率等于窗口除以往返时间,直到线路被占满。"},
            .question = {"Before you look: a wire of 100 ms there and back carries 4 Mbit/s. How "
                         "much does stop-and-wait get out of it, and how many segments must be in "
                         "flight to fill it?",
                         "先预测:线路往返 100 毫秒,速率 4 "
                         "Mbit/s。一发一收能用到多少?要占满它,需要多少个报文段同时在途?"},
            .scenes = scenes,
            .scene_count = ARRAY_LEN(scenes),
            .specs = specs,
            .spec_count = ARRAY_LEN(specs),
            .testbed = {.medium.both = {.delay = MS(50), .rate_bps = UINT64_C(4000000)},
                        .sysctls = no_timestamps},
            .example = "exp-sliding-window --stack sim --scene window --most 32",
        },
        argc, argv);
}
