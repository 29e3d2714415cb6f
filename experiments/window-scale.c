/* exp-window-scale: sixteen bits of window are too few for a long wire. Both ends name a shift in
 * their SYNs, or there is none; at most 14; and in the SYN itself the window is as it stands. */
#include <errno.h>

#include "base/bytes.h"
#include "client/bulk.h"
#include "experiments/experiment.h"
#include "experiments/segments.h"
#include "net/background.h"
#include "server/sink.h"
#include "trace/plot_views.h"

#define PATIENCE SECONDS(10)

enum { PORT = 8091, NONE = -1 };

static int64_t total = 1000000;

static const struct option_spec specs[] = {
    {"bytes", 'b', OPTION_INT, &total, "how much A sends", NULL, 1, 100000000},
};

static int send_to(struct stage *stage, const struct net_addr *server, int64_t bytes,
                   struct fault *fault)
{
    const struct bulk bulk = {.server = *server, .bytes = (uint64_t)bytes, .timeout_us = PATIENCE};
    struct results *results = &stage->results;
    struct bulk_result result;
    int error = bulk_run(stage->a, &bulk, &result, fault);
    if (error)
        return error;
    results_put_number(results, "bytes", bytes);
    results_put_number(results, "took_ms", result.took_us / USEC_MS);
    results_put_number(results, "kbyte_per_s", bytes * USEC_MS / usec_max(result.took_us, 1));
    return 0;
}

static int play_bytes(struct stage *stage, int64_t bytes, struct fault *fault)
{
    struct sink_service service = {.timeout_us = PATIENCE};
    const struct serve_config config = {.addr = {testbed_ip(HOST_B), PORT},
                                        .backlog = 1,
                                        .max_connections = 1,
                                        .handle = sink_handle,
                                        .arg = &service};
    struct background server;
    int error = background_start(&server, stage->b, &config, fault);
    if (error)
        return error;
    error = send_to(stage, &config.addr, bytes, fault);
    background_stop(&server, NULL);
    return error;
}

static int play(struct stage *stage, struct fault *fault)
{
    return play_bytes(stage, total, fault);
}

static int play_one(struct stage *stage, struct fault *fault)
{
    return play_bytes(stage, 1, fault);
}

/* ---- what the wire saw ---- */

/* One end's view of the window, read from its segments. */
struct offer {
    int shift;       /* in its SYN, or NONE */
    uint32_t in_syn; /* the field there, */
    uint32_t field;  /* the largest one later, */
    uint32_t window; /* and the largest window that it stood for */
};

static void note_offer(struct offer *offer, const struct track_segment *tcp)
{
    if (tcp->flags & TCP_SYN) {
        offer->shift = tcp->options.has_wscale ? tcp->options.wscale : NONE;
        offer->in_syn = tcp->field;
        return;
    }
    if (tcp->flags & TCP_RST)
        return;
    offer->field = max_u32(offer->field, tcp->field);
    offer->window = max_u32(offer->window, tcp->window);
}

static void put_shift(struct results *results, const char *key, int shift)
{
    if (shift == NONE)
        results_put_text(results, key, "none");
    else
        results_put_number(results, key, shift);
}

static void put_offers(struct results *results, const struct offer offer[2])
{
    put_shift(results, "shift_a", offer[0].shift);
    put_shift(results, "shift_b", offer[1].shift);
    results_put_number(results, "syn_window_b", offer[1].in_syn);
    results_put_number(results, "largest_field_b", offer[1].field);
    results_put_number(results, "largest_window_b", offer[1].window);
}

/* How much A had under way at most, new octets beyond the last ACK that B had sent: what the window
 * really let through. */
static int review(struct stage *stage, const struct trace_log *log)
{
    struct segments segments;
    struct segment_sent sent;
    struct offer offer[2] = {{.shift = NONE}, {.shift = NONE}};
    int64_t end = 0, acked = 0, most = 0;
    int more;
    segments_begin(&segments, log);
    while ((more = segments_next(&segments, &sent)) > 0) {
        note_offer(&offer[sent.tcp->from], sent.tcp);
        if (sent.tcp->from == 0 && sent.tcp->seq + sent.tcp->text_len > end)
            end = sent.tcp->seq + sent.tcp->text_len;
        if (sent.tcp->from == 1 && sent.tcp->ack > acked)
            acked = sent.tcp->ack;
        most = end - acked > most ? end - acked : most;
    }
    segments_end(&segments);
    put_offers(&stage->results, offer);
    results_put_number(&stage->results, "most_in_flight", most);
    return more;
}

/* ---- the scenes ---- */

static const char *const off[] = {"net.ipv4.tcp_window_scaling=0", NULL};
static const char *const huge[] = {"net.ipv4.tcp_rmem=4096 131072 2147483647", NULL};

static int draw_sequence(struct plot *plot, const struct stage *stage, const struct trace_log *log)
{
    static const struct words sent = {"sent", "发出"}, again = {"sent again", "重发"};
    static const struct words lost = {"lost", "丢失"}, acked = {"acknowledged", "已确认"};
    static const struct words duplicate = {"duplicate ACK", "重复的 ACK"};
    const struct plot_sequence_names names = {
        .sent = stage_words(stage, sent),
        .again = stage_words(stage, again),
        .lost = stage_words(stage, lost),
        .acked = stage_words(stage, acked),
        .duplicate = stage_words(stage, duplicate),
    };
    return plot_sequence(plot, &(struct plot_view){.log = log, .unit = 1000}, &names);
}

static const struct scene_plot plots[] = {
    {.what = "sequence",
     .title = {"What A sent, and when", "A 何时发了什么"},
     .x = {"time (s)", "时间(秒)"},
     .y = {"sequence number (kB)", "序列号(kB)"},
     .draw = draw_sequence},
    {0},
};

#define SEEN                                                                                             \
    {                                                                                                    \
        "shifts in the SYNs: A {shift_a}, B {shift_b}. B's window field was {syn_window_b} in "          \
        "its SYN and {largest_field_b} at most later, which stood for {largest_window_b} bytes. "        \
        "At most {most_in_flight} bytes were under way; {bytes} bytes took {took_ms} ms, "               \
        "{kbyte_per_s} kB/s.",                                                                           \
            "SYN 里的移位:A {shift_a},B {shift_b}。B 的窗口字段在 SYN 里是 {syn_window_b}," \
            "后来最大是 {largest_field_b},代表 {largest_window_b} 字节。"                      \
            "同时在路上的最多 {most_in_flight} 字节;{bytes} 字节用了 {took_ms} 毫秒,"    \
            "每秒 {kbyte_per_s} kB。"                                                                 \
    }

#define MOST_SEEN                                                                                       \
    {                                                                                                   \
        "shifts in the SYNs: A {shift_a}, B {shift_b}. B's window field was {syn_window_b} in "         \
        "its SYN, never shifted, and {largest_field_b} at most later, which stood for "                 \
        "{largest_window_b} bytes. (The kernel offers a large buffer little by little.)",               \
            "SYN 里的移位:A {shift_a},B {shift_b}。B 的窗口字段在 SYN 里是 {syn_window_b}" \
            "(从不移位),后来最大是 {largest_field_b},代表 {largest_window_b} 字节。"      \
            "(内核对很大的缓冲区是一点一点给出窗口的。)"                            \
    }

static const struct scene scenes[] = {
    {.name = "with",
     .title = {"both SYNs carry a shift: windows beyond 65535",
               "双方的 SYN 都带移位:窗口可以超过 65535"},
     .play = play,
     .review = review,
     .plots = plots,
     .no_ladder = true,
     .saw = SEEN},
    {.name = "without",
     .title = {"neither does: 65535 bytes, and then a round trip of waiting",
               "双方都不带:发 65535 字节,然后等一个往返"},
     .play = play,
     .review = review,
     .sysctls = off,
     .plots = plots,
     .no_ladder = true,
     .saw = SEEN},
    {.name = "one-sided",
     .title = {"A offers it, B does not: nobody has it", "A 带了,B 没带:谁也不能用"},
     .play = play,
     .review = review,
     .sysctls_of = {[HOST_B] = off},
     .no_ladder = true,
     .saw = SEEN},
    {.name = "most",
     .title = {"a receive buffer of 2 GB: the shift is 14, not more",
               "2 GB 的接收缓冲区:移位是 14,不会更多"},
     .play = play_one,
     .review = review,
     .sysctls = huge,
     .saw = MOST_SEEN},
};

int main(int argc, char **argv)
{
    return experiment_main(
        &(struct experiment){
            .name = "window-scale",
            .summary = {"Windows beyond 65535 bytes: the shift in the SYNs, and what it buys.",
                        "窗口扩大因子:超过 65535 字节的窗口,以及它换来什么。"},
            .question = {"Before you look: the round trip takes 60 ms and the window field has 16 "
                         "bits. How many bytes can pass in a second?",
                         "先预测:往返要 60 毫秒,窗口字段 16 位。一秒最多能传多少字节?"},
            .scenes = scenes,
            .scene_count = ARRAY_LEN(scenes),
            .specs = specs,
            .spec_count = ARRAY_LEN(specs),
            .testbed = {.medium.both.delay = MS(30), .sample = true},
            .example = "exp-window-scale --delay 100ms",
        },
        argc, argv);
}
