/* exp-congestion: nobody tells a sender how much the network can carry, so it tries. Slow start
 * doubles what is in flight each round trip, a loss halves it, a timeout takes it back to one
 * segment, and from ssthresh on it grows by a segment each round trip. What a narrow place does
 * with it: the queue grows first, and two senders share. */
#include <errno.h>
#include <stdio.h>

#include "base/bytes.h"
#include "experiments/bottleneck.h"
#include "experiments/growth.h"
#include "experiments/stream.h"
#include "experiments/time_plots.h"

#define NARROW_DELAY MS(12) /* one way */

enum { PORT = 8300, SEGMENT = 1460, FLOWS = 2, BURST = 60 };

static int64_t segments = 600;

static const struct option_spec specs[] = {
    {"segments", 0, OPTION_INT, &segments, "sent in the long scenes", NULL, 400, 20000},
};

/* ---- what is played ---- */

static int play_stream(struct stage *stage, int64_t count, uint32_t rcvbuf, struct fault *fault)
{
    struct stream stream = {
        .plan = {
            .port = PORT, .bytes = (uint64_t)count * SEGMENT, .rcvbuf = rcvbuf, .quickack = true}};
    return streams_run(stage, &stream, 1, fault);
}

static int play_start(struct stage *stage, struct fault *fault)
{
    return play_stream(stage, 150, 0, fault);
}

static int play_narrow(struct stage *stage, struct fault *fault)
{
    return play_stream(stage, 30, 8192, fault);
}

static int play_long(struct stage *stage, struct fault *fault)
{
    return play_stream(stage, segments, 0, fault);
}

/* Fairness takes its time: the longer the better, where time costs nothing. */
static int play_two(struct stage *stage, struct fault *fault)
{
    int64_t each = stage->pair.client == STACK_SIM ? 4 * segments : segments * 2 / 3;
    struct stream streams[FLOWS] = {0};
    for (int i = 0; i < FLOWS; i++)
        streams[i].plan =
            (struct stream_plan){.port = (uint16_t)(PORT + i), .bytes = (uint64_t)each * SEGMENT};
    return streams_run(stage, streams, FLOWS, fault);
}

/* As many datagrams as a TCP sends in its first round trips, all at once. */
static int play_burst(struct stage *stage, struct fault *fault)
{
    static const uint8_t octets[SEGMENT];
    uint8_t chunk[SEGMENT];
    struct ends ends;
    int64_t arrived = 0, done = 0;
    int error = ends_open_udp(&ends, stage, PORT, fault);
    if (error)
        return error;
    for (int i = 0; i < BURST && done >= 0; i++)
        done = net_send(stage->a, ends.a, octets, sizeof octets, 0);
    if (done >= 0) /* when nothing has come for so long, nothing will */
        done = net_setsockopt(stage->b, ends.b, NET_SO_RCVTIMEO, MS(80));
    while (done >= 0 && net_recv(stage->b, ends.b, chunk, sizeof chunk, 0) > 0)
        arrived++;
    ends_close(&ends);
    if (done < 0)
        return fault_errno(fault, (int)done, "cannot send datagrams");
    results_put_number(&stage->results, "datagrams", BURST);
    results_put_number(&stage->results, "datagrams_lost", BURST - arrived);
    return play_stream(stage, BURST, 0, fault);
}

/* ---- what the log tells ---- */

static void put(struct stage *stage, const char *key, int64_t value)
{
    results_put_number(&stage->results, key, value);
}

static int review_start(struct stage *stage, const struct trace_log *log)
{
    struct growth growth;
    int error = growth_read(&growth, log, PORT);
    growth_put_start(&stage->results, &growth);
    return error;
}

static int review_cuts(struct stage *stage, const struct trace_log *log)
{
    struct growth growth;
    struct stretch stretch;
    int error = growth_read(&growth, log, PORT);
    if (!error)
        error = stream_stretch(log, PORT, &stretch);
    if (error)
        return error;
    growth_put_cuts(&stage->results, &growth);
    put(stage, "took_ms", (stretch.until - stretch.from) / USEC_MS);
    return 0;
}

static int review_queue(struct stage *stage, const struct trace_log *log)
{
    struct bottleneck queue;
    int error = bottleneck_read(&queue, log, PORT);
    if (!error)
        error = review_cuts(stage, log);
    put(stage, "lost_in_queue", queue.lost);
    if (error || !queue.complete)
        return error;
    put(stage, "queue_most", queue.queue_most);
    put(stage, "tooth_ms", (queue.tooth.until - queue.tooth.from) / USEC_MS);
    put(stage, "delay_least_ms", queue.delay_least / USEC_MS);
    put(stage, "delay_most_ms", queue.delay_most / USEC_MS);
    put(stage, "kbps_early", queue.kbps_early);
    put(stage, "kbps_late", queue.kbps_late);
    put(stage, "kept_percent", queue.kbps_early ? 100 * queue.kbps_late / queue.kbps_early : 0);
    return 0;
}

/* Jain's index of two: 1 when they have the same, 1/2 when one has all; in thousandths. */
static int64_t fairness(int64_t one, int64_t other)
{
    int64_t squares = one * one + other * other;
    return squares ? 1000 * (one + other) * (one + other) / (2 * squares) : 0;
}

/* While both were sending. */
static int review_two(struct stage *stage, const struct trace_log *log)
{
    struct stretch one, other;
    int error = stream_stretch(log, PORT, &one);
    if (!error)
        error = stream_stretch(log, PORT + 1, &other);
    if (error)
        return error;
    const struct stretch both = {usec_max(one.from, other.from), usec_min(one.until, other.until)};
    int64_t kbps_1 = stream_kbps(log, PORT, both), kbps_2 = stream_kbps(log, PORT + 1, both);
    if (kbps_1 < 0 || kbps_2 < 0)
        return -ENOMEM;
    put(stage, "together_ms", (both.until - both.from) / USEC_MS);
    put(stage, "kbps_1", kbps_1);
    put(stage, "kbps_2", kbps_2);
    put(stage, "kbps_sum", kbps_1 + kbps_2);
    put(stage, "jain_permille", fairness(kbps_1, kbps_2));
    return 0;
}

static int review_burst(struct stage *stage, const struct trace_log *log)
{
    struct bottleneck queue;
    int error = bottleneck_read(&queue, log, PORT);
    put(stage, "segments", BURST);
    put(stage, "segments_lost", queue.lost);
    return error;
}

/* ---- what is drawn ---- */

static int draw_queue(struct plot *plot, const struct stage *stage, const struct trace_log *log)
{
    static const struct words cwnd = {"cwnd", "拥塞窗口 cwnd"};
    static const struct words queue = {"queue", "队列"};
    static const struct words acked = {"acknowledged per empty round trip",
                                       "每个无排队往返时间内确认"};
    struct plot_view view;
    int error = time_plot_view(&view, log, 1);
    if (!error)
        error = plot_cwnd(plot, &view, stage_words(stage, cwnd));
    if (!error)
        error = plot_queue(plot, &view, stage_words(stage, queue));
    return error ? error : plot_acked(plot, &view, 2 * NARROW_DELAY, stage_words(stage, acked));
}

static int draw_two(struct plot *plot, const struct stage *stage, const struct trace_log *log)
{
    static const struct words names[FLOWS] = {{"cwnd of the first", "第一条流的 cwnd"},
                                              {"cwnd of the second", "第二条流的 cwnd"}};
    struct plot_view view;
    int error = 0;
    for (unsigned i = 0; i < FLOWS && !error; i++) {
        error = time_plot_view(&view, log, i + 1);
        if (!error)
            error = plot_cwnd(plot, &view, stage_words(stage, names[i]));
    }
    return error;
}

static const struct scene_plot queue_plots[] = {
    {"queue",
     {"window, queue and throughput", "窗口、队列与吞吐量"},
     PLOT_TIME,
     PLOT_SEGMENTS,
     draw_queue},
    {0},
};
static const struct scene_plot two_plots[] = {
    {"cwnd", {"two congestion windows", "两个拥塞窗口"}, PLOT_TIME, PLOT_SEGMENTS, draw_two},
    {0},
};

/* ---- the scenes ---- */

/* Whole segments, the same least timeout, and a receiver that does not hold anybody up. */
#define SETTINGS                                                                                   \
    "net.ipv4.tcp_timestamps=0", "-net.ipv4.tcp_rto_min_us=200000",                                \
        "net.ipv4.tcp_rmem=4096 1048576 6291456"

/* As the textbook has it: no SACK, no RACK, no probe. */
static const char *const classic[] = {"net.ipv4.tcp_sack=0", "net.ipv4.tcp_recovery=0",
                                      "net.ipv4.tcp_early_retrans=0", SETTINGS, NULL};
static const char *const today[] = {SETTINGS, NULL};

/* Linux' own choice, where it lets us have it. */
static const char *const cubic[] = {SETTINGS, "-net.ipv4.tcp_congestion_control=cubic", NULL};

/* The cut swallows all that is on the way and the first attempt to repair it, a timeout's or a
 * probe's: only another timeout can follow, however late anything is. */
#define TWO_ACCIDENTS                                                                              \
    "cut a>b after data 60 a>b; mend a>b after every data a>b again; drop data 300 a>b"
#define BOTTLENECK "rate 10mbit queue 10"

#define STARTED                                                                                                        \
    {                                                                                                                  \
        "flights of {flight_1}, {flight_2}, {flight_3} segments, a round trip each. {acks} ACKs "                      \
        "came for the first one, and the window grew by {grew}.",                                                      \
            "每个往返一批,依次是 {flight_1}、{flight_2}、{flight_3} 个报文段。第一批收到 {acks} " \
            "个 ACK,窗口增大了 {grew}。"                                                                        \
    }

#define CUT                                                                                                 \
    {                                                                                                       \
        "{timeouts} timeout: with {timeout_flight} segments in flight ssthresh became "                     \
        "{timeout_ssthresh} and cwnd {timeout_cwnd}; beyond ssthresh it grew by {linear_growth} "           \
        "in {linear_ms} ms, {linear_percent} % of a segment in a round trip. {fast_recoveries} "            \
        "fast recovery: cwnd {fast_cwnd_before} before, ssthresh {fast_ssthresh} after. "                   \
        "{took_ms} ms in all.",                                                                             \
            "超时 {timeouts} 次:当时在途 {timeout_flight} 段,阈值变为 {timeout_ssthresh},cwnd " \
            "变为 "                                                                                       \
            "{timeout_cwnd};超过阈值后,{linear_ms} 毫秒内增长 {linear_growth} "                   \
            "段,每个往返是一段的 "                                                                 \
            "{linear_percent} %。"                                                                         \
            "快速恢复 {fast_recoveries} 次:之前 cwnd 是 {fast_cwnd_before},之后阈值是 "        \
            "{fast_ssthresh}。"                                                                            \
            "共用 {took_ms} 毫秒。"                                                                    \
    }

static const struct scene scenes[] = {
    {.name = "start",
     .title = {"slow start: an ACK for each segment", "慢启动:每个报文段一个 ACK"},
     .play = play_start,
     .review = review_start,
     .plots = plots_of_cwnd,
     .no_ladder = true,
     .saw = STARTED},
    {.name = "ack-2",
     .title = {"every second ACK is lost", "ACK 每两个丢一个"},
     .play = play_start,
     .review = review_start,
     .script = "drop ack 1 b>a; drop ack 3 b>a; drop ack 5 b>a; drop ack 7 b>a; drop ack 9 b>a",
     .no_ladder = true,
     .saw = STARTED},
    {.name = "ack-4",
     .title = {"only every fourth ACK comes", "ACK 每四个只到一个"},
     .play = play_start,
     .review = review_start,
     .script = "drop ack 1..3 b>a; drop ack 5..7 b>a; drop ack 9 b>a",
     .no_ladder = true,
     .saw = STARTED},
    {.name = "narrow",
     .title = {"the receiver's window is the smaller one", "接收方的窗口更小"},
     .play = play_narrow,
     .review = review_start,
     .no_ladder = true,
     .saw = {"cwnd was {most_cwnd} octets at most, B offered {most_window}; {most_in_flight} were "
             "in flight, never more than the smaller one.",
             "cwnd 最大 {most_cwnd} 字节,B 最多通告 {most_window} 字节;在途数据最多 "
             "{most_in_flight} 字节,从不超过较小的那个。"}},
    {.name = "classic",
     .title = {"classic settings: the wire is cut for a moment, and later one segment is lost",
               "经典设置:线路断开片刻,后来再丢一个报文段"},
     .play = play_long,
     .review = review_cuts,
     .script = TWO_ACCIDENTS,
     .sysctls = classic,
     .plots = plots_of_cwnd,
     .no_ladder = true,
     .saw = CUT},
    {.name = "today",
     .title = {"the same with SACK, RACK and tail loss probes",
               "同样的事故,有 SACK、RACK 和尾部探测"},
     .play = play_long,
     .review = review_cuts,
     .script = TWO_ACCIDENTS,
     .sysctls = today,
     .plots = plots_of_cwnd,
     .no_ladder = true,
     .saw = CUT},
    {.name = "one-loss",
     .title = {"one segment of 150 is lost, classic settings", "150 个报文段丢一个,经典设置"},
     .play = play_start,
     .review = review_cuts,
     .script = "drop data 40 a>b",
     .sysctls = classic,
     .plots = plots_of_loss,
     .no_ladder = true,
     .saw = {"{timeouts} timeouts: duplicate ACKs repaired it. And yet the window was cut, from "
             "{fast_cwnd_before} segments to an ssthresh of {fast_ssthresh}.",
             "超时 {timeouts} 次:重复 ACK 修复了它。但窗口照样减小,从 {fast_cwnd_before} "
             "段降到阈值 {fast_ssthresh}。"}},
    {.name = "queue",
     .title = {"a narrow place: 10 Mbit/s, and room for 10 frames", "瓶颈:10 Mbit/s,只能排 10 帧"},
     .play = play_long,
     .review = review_queue,
     .script = BOTTLENECK,
     .delay = NARROW_DELAY,
     .plots = queue_plots,
     .no_ladder = true,
     .saw =
         {"in the {tooth_ms} ms before the second loss the queue grew, up to {queue_most} frames, "
          "and a frame's way from {delay_least_ms} to {delay_most_ms} ms. Throughput did not "
          "fall meanwhile: {kbps_early} kbit/s in the first half of that time, {kbps_late} in "
          "the second. Only then a frame was lost, and the window cut.",
          "第二次丢包之前的 {tooth_ms} 毫秒里,队列越来越长,最多 {queue_most} 帧,一帧的路程从 "
          "{delay_least_ms} 毫秒增到 {delay_most_ms} 毫秒。其间吞吐量并未下降:前一半时间 "
          "{kbps_early} kbit/s,后一半 {kbps_late} kbit/s。然后才丢帧,窗口才减小。"}},
    {.name = "cubic",
     .title = {"the same place with CUBIC, Linux' default", "同一个瓶颈,用 Linux 默认的 CUBIC"},
     .play = play_long,
     .review = review_queue,
     .script = BOTTLENECK,
     .delay = NARROW_DELAY,
     .sysctls = cubic,
     .plots = queue_plots,
     .no_ladder = true,
     .saw = {"{congestion}: the first loss took the window from {fast_cwnd_before} segments to "
             "{fast_ssthresh}, {fast_kept_percent} % of it; Reno keeps half. {took_ms} ms in all.",
             "{congestion}:第一次丢包使窗口从 {fast_cwnd_before} 段降到 {fast_ssthresh} 段,保留 "
             "{fast_kept_percent} %;Reno 保留一半。共用 {took_ms} 毫秒。"}},
    {.name = "burst",
     .title = {"the same place, and all at once: datagrams, then TCP",
               "同一个瓶颈,一下子全发出去:先用数据报,再用 TCP"},
     .play = play_burst,
     .review = review_burst,
     .script = BOTTLENECK,
     .delay = NARROW_DELAY,
     .no_ladder = true,
     .saw =
         {"of {datagrams} datagrams sent at once {datagrams_lost} were lost; of as many segments "
          "{segments_lost}: slow start feels its way.",
          "一下子发出的 {datagrams} 个数据报丢了 {datagrams_lost} 个;同样多的报文段只丢 "
          "{segments_lost} 个:慢启动是一步步试探的。"}},
    {.name = "two",
     .title = {"two streams share the narrow place", "两条流共用瓶颈"},
     .play = play_two,
     .review = review_two,
     .script = BOTTLENECK,
     .delay = NARROW_DELAY,
     .plots = two_plots,
     .no_ladder = true,
     .saw = {"during {together_ms} ms together they got {kbps_1} and {kbps_2} kbit/s, "
             "{kbps_sum} in all. Jain's index of fairness: {jain_permille} of 1000.",
             "共存的 {together_ms} 毫秒内分别得到 {kbps_1} 和 {kbps_2} kbit/s,合计 "
             "{kbps_sum}。Jain 公平指数:{jain_permille}/1000。"}},
};

int main(int argc, char **argv)
{
    return experiment_main(
        &(struct experiment){
            .name = "congestion",
            .summary = {"Slow start, thresholds, losses and queues: cwnd over time.",
                        "慢启动、阈值、丢包与队列:拥塞窗口随时间的变化。"},
            .question =
                {"Before you look: how many segments does a sender send before it has heard "
                 "anything of the network? And which comes first when a network is "
                 "congested, loss or delay?",
                 "先预测:发送方对网络一无所知时,先发几个报文段?网络拥塞时,先出现的是丢包还是时延?"},
            .scenes = scenes,
            .scene_count = ARRAY_LEN(scenes),
            .specs = specs,
            .spec_count = ARRAY_LEN(specs),
            .testbed = {.medium.both = {.delay = MS(10), .rate_bps = UINT64_C(100000000)},
                        .sample = true,
                        .sysctls = today},
            .example = "exp-congestion --stack sim --scene queue --segments 3000",
        },
        argc, argv);
}
