/* exp-delayed-ack: not one ACK for each segment. A single one waits for company, at most so long; a
 * second full segment ends the wait; and at a connection's beginning, where the sender needs every
 * ACK to grow its window, nothing waits. Then what a wait does for the window that the ACK brings:
 * 500 KB fill half of a buffer of 1 MB, and somebody reads them, or nobody does. */
#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/thread.h"
#include "experiments/await.h"
#include "experiments/ends.h"
#include "experiments/segments.h"
#include "net/io.h"

/* Longer than any ACK waits, and a round trip. */
#define LONG_ENOUGH MS(200)

#define PATIENCE   SECONDS(5)
#define READ_AFTER MS(10)

enum { PORT = 8086, SEGMENTS_MAX = 40, MSS_MAX = 1460 };

/* 377 segments, an odd number: the last one has no company. And 1328 is a multiple of 16, the
 * window's unit at 1 MB, so that no window is rounded. */
enum { HALF = 500000, HALF_MSS = 1328 };

static const char reading[] = "B's program reads everything";

static int64_t segments_wanted = 20;

static const struct option_spec specs[] = {
    {"segments", 0, OPTION_INT, &segments_wanted, "full ones, in the scene 'stream'", NULL, 4,
     SEGMENTS_MAX},
};

/* A writes `len` bytes at once; B reads them, and only its system answers. */
static int write_and_wait(const struct ends *ends, size_t len, struct fault *fault)
{
    static const uint8_t nothing[SEGMENTS_MAX * MSS_MAX];
    uint8_t chunk[1024];
    int64_t done = net_write_full(ends->stage->a, ends->a, nothing, len);
    for (size_t got = 0; got < len && done >= 0; got += (size_t)done)
        done = net_read_full(ends->stage->b, ends->b, chunk, min_size(sizeof chunk, len - got));
    if (done < 0)
        return fault_errno(fault, (int)done, "the bytes did not arrive");
    thread_sleep_until(usec_after(clock_now(), LONG_ENOUGH));
    return 0;
}

/* Writes so many full segments, or a single byte for none. */
static int write_segments(const struct ends *ends, int64_t count, struct fault *fault)
{
    struct net_info info;
    int error = net_info(ends->stage->a, ends->a, &info);
    if (error)
        return fault_errno(fault, error, "cannot ask for the segment size");
    size_t len = count ? (size_t)count * min_u32(info.snd_mss, MSS_MAX) : 1;
    return write_and_wait(ends, len, fault);
}

static int play(struct stage *stage, bool warm, int64_t count, struct fault *fault)
{
    struct ends ends;
    int error = ends_open(&ends, stage, PORT, fault);
    if (error)
        return error;
    if (warm)
        error = ends_warm_up(&ends, fault);
    if (!error)
        error = write_segments(&ends, count, fault);
    ends_close(&ends);
    return error;
}

static int play_start(struct stage *stage, struct fault *fault)
{
    return play(stage, false, 0, fault);
}

static int play_single(struct stage *stage, struct fault *fault)
{
    return play(stage, true, 0, fault);
}

static int play_pair(struct stage *stage, struct fault *fault)
{
    return play(stage, true, 2, fault);
}

static int play_stream(struct stage *stage, struct fault *fault)
{
    return play(stage, true, segments_wanted, fault);
}

/* ---- 500 KB into a buffer of 1 MB ---- */

/* What happens when the last of the 500 KB is there and its ACK still waits. */
struct patience {
    bool hurry; /* the ACK is told to go */
    bool read;  /* B's program reads everything, this much later: */
    usec_t read_after;
};

static int read_half(const struct ends *ends, struct fault *fault)
{
    static uint8_t chunk[HALF];
    stage_note(ends->stage, reading);
    usec_t start = clock_now();
    int64_t got = net_recv(ends->stage->b, ends->b, chunk, sizeof chunk, 0);
    results_put_number(&ends->stage->results, "read_took_ms", (clock_now() - start) / USEC_MS);
    return got == HALF ? 0 : fault_errno(fault, got < 0 ? (int)got : -EIO, "cannot read at once");
}

static int fill_half(const struct ends *ends, const struct patience *patience, struct fault *fault)
{
    static const uint8_t nothing[HALF];
    int64_t done = net_write_full(ends->stage->a, ends->a, nothing, sizeof nothing);
    if (done < 0)
        return fault_errno(fault, (int)done, "cannot write");
    if (!await_unread(ends->stage->b, ends->b, HALF, PATIENCE))
        return fault_set(fault, -ETIMEDOUT, "the bytes did not all arrive");
    usec_t there = clock_now();
    stage_note(ends->stage, "500 KB are there");
    int error = patience->hurry ? net_setsockopt(ends->stage->b, ends->b, NET_TCP_QUICKACK, 1) : 0;
    if (error)
        return fault_errno(fault, error, "cannot hurry the ACK");
    thread_sleep_until(usec_after(there, patience->read_after));
    if (patience->read)
        error = read_half(ends, fault);
    thread_sleep_until(usec_after(there, LONG_ENOUGH));
    return error;
}

static int play_half(struct stage *stage, const struct patience *patience, struct fault *fault)
{
    const struct knock how = {.server = {testbed_ip(HOST_B), PORT}, .mss = HALF_MSS};
    struct ends ends;
    int error = ends_knock(&ends, stage, &how, fault);
    if (error)
        return error;
    error = ends_warm_up(&ends, fault);
    if (!error)
        error = fill_half(&ends, patience, fault);
    ends_close(&ends);
    return error;
}

static int play_at_once(struct stage *stage, struct fault *fault)
{
    return play_half(stage, &(struct patience){true, true, READ_AFTER}, fault);
}

static int play_waited(struct stage *stage, struct fault *fault)
{
    return play_half(stage, &(struct patience){false, true, READ_AFTER}, fault);
}

static int play_unread(struct stage *stage, struct fault *fault)
{
    return play_half(stage, &(struct patience){.hurry = false}, fault);
}

/* ---- what the wire saw ---- */

/* The ACK of A's last text: how long B owed it, when it left, and the window it brought. */
struct last_ack {
    usec_t sent_at, acked_at; /* 0: not yet */
    usec_t owed_since;        /* when text came, or was left over by the ACK before; 0: none is */
    usec_t waited;
    int64_t end, arrived_end; /* behind the last text */
    int64_t before, offered;  /* windows: of the ACK before it, and its own */
    int64_t largest;
};

static void note_text(struct last_ack *last, const struct segment_sent *sent)
{
    int64_t end = sent->tcp->seq + sent->tcp->text_len;
    if (sent->arrives) {
        last->arrived_end = end;
        if (last->owed_since == 0)
            last->owed_since = sent->at;
        return;
    }
    last->end = end;
    last->sent_at = sent->at;
    last->acked_at = 0;
}

static void note_ack(struct last_ack *last, const struct segment_sent *sent)
{
    const struct track_segment *tcp = sent->tcp;
    if (tcp->ack < last->end)
        last->before = tcp->window;
    if (tcp->ack == last->end && last->acked_at == 0) {
        last->offered = tcp->window;
        last->acked_at = sent->at;
        last->waited = sent->at - last->owed_since;
    }
    last->owed_since = tcp->ack < last->arrived_end ? sent->at : 0;
    last->largest = tcp->window > last->largest ? tcp->window : last->largest;
}

/* Our own stack tells what its timers do: whether it was B's that sent the ACK. */
static bool is_timers(const struct last_ack *last, const struct trace_log *log)
{
    struct trace_cursor cursor = {0};
    const struct event *event;
    while ((event = trace_log_next(log, &cursor)) != NULL) {
        usec_t at = event->at - trace_log_start(log);
        if (event->kind == EVENT_TIMER && event->host == 'B' &&
            strcmp(event->timer.name, "delack") == 0 && at >= last->acked_at - last->waited &&
            at <= last->acked_at)
            return true;
    }
    return false;
}

static int review_half(struct stage *stage, const struct trace_log *log)
{
    struct segments segments;
    struct segment_sent sent;
    struct last_ack last = {0};
    int more;
    segments_begin_both(&segments, log);
    while ((more = segments_next(&segments, &sent)) > 0 && !(sent.tcp->flags & TCP_FIN))
        if (sent.tcp->from == 0 && sent.tcp->text_len > 0)
            note_text(&last, &sent);
        else if (sent.tcp->from == 1 && !sent.arrives)
            note_ack(&last, &sent);
    segments_end(&segments);
    usec_t after = last.acked_at - last.sent_at;
    results_put_number(&stage->results, "arrived", HALF);
    results_put_number(&stage->results, "largest_window", last.largest);
    results_put_number(&stage->results, "offered_before", last.before);
    results_put_number(&stage->results, "ack_after_ms", after / USEC_MS);
    results_put_number(&stage->results, "waited_ms", last.waited / USEC_MS);
    results_put_number(&stage->results, "offered", last.offered);
    results_put_bool(&stage->results, "read_first", segments_noted(log, reading) <= last.acked_at);
    if (stage->pair.server != STACK_KERNEL)
        results_put_bool(&stage->results, "timer_first", is_timers(&last, log));
    return more < 0 ? more : 0;
}

/* Segments of A with text, `skipped` of them not counted, and B's ACKs of them, up to the end. */
static int put_acks(struct stage *stage, const struct trace_log *log, int skipped)
{
    struct segments segments;
    struct segment_sent sent;
    int more, data = -skipped, acks = 0;
    usec_t last_data = 0, wait = 0;
    segments_begin(&segments, log);
    while ((more = segments_next(&segments, &sent)) > 0 && !(sent.tcp->flags & TCP_FIN)) {
        bool has_text = sent.tcp->text_len > 0;
        if (sent.tcp->from == 0 && has_text) {
            data++;
            last_data = sent.at;
        } else if (sent.tcp->from == 1 && !has_text && data > 0) {
            acks++;
            wait = sent.at - last_data;
        }
    }
    segments_end(&segments);
    results_put_number(&stage->results, "data_segments", data);
    results_put_number(&stage->results, "acks", acks);
    results_put_number(&stage->results, "ack_after_ms", wait / USEC_MS);
    return more < 0 ? more : 0;
}

static int review_cold(struct stage *stage, const struct trace_log *log)
{
    return put_acks(stage, log, 0);
}

static int review_warm(struct stage *stage, const struct trace_log *log)
{
    return put_acks(stage, log, 1);
}

#define SEEN                                                                                                  \
    {                                                                                                         \
        "{data_segments} data segments, {acks} ACKs; the last ACK left {ack_after_ms} ms after "              \
        "the last data had, the way there included.",                                                         \
            "{data_segments} 个数据报文段,{acks} 个 ACK;最后一个 ACK 在最后一份数据发出 " \
            "{ack_after_ms} 毫秒之后发出,包括路上的时间。"                                      \
    }

#define HALF_SEEN                                                                                                    \
    {                                                                                                                \
        "{arrived} bytes arrived; B never offered more than {largest_window}. The last ACK "                         \
        "left {ack_after_ms} ms after the last segment had, the way there included, and offered "                    \
        "{offered} bytes. Had the program read by then? {read_first}.",                                              \
            "到了 {arrived} 字节;B 给过的最大窗口是 {largest_window}。最后一个 ACK "                \
            "在最后一个报文段"                                                                               \
            "发出 {ack_after_ms} 毫秒之后发出(包括路上的时间),给出的窗口是 {offered} 字节。" \
            "那时程序读过了没有:{read_first}。"                                                            \
    }

/* An ACK that waits, on a wire that may be late, calls for a probe: none here, only what is sent.
 */
static const char *const no_probe[] = {"net.ipv4.tcp_early_retrans=0", NULL};

/* No timestamps: a segment holds what TCP_MAXSEG says. No probe for a silent tail: the last ACK may
 * be long in coming. */
static const char *const one_mb[] = {"net.ipv4.tcp_rmem=4096 2000000 2000000",
                                     "net.ipv4.tcp_timestamps=0", "net.ipv4.tcp_early_retrans=0",
                                     NULL};

static const struct scene scenes[] = {
    {.name = "start",
     .title = {"one byte at a connection's beginning", "连接刚开始时的一个字节"},
     .play = play_start,
     .review = review_cold,
     .sysctls = no_probe,
     .saw = SEEN},
    {.name = "single",
     .title = {"one byte in the middle of a dialogue", "对话进行中的一个字节"},
     .play = play_single,
     .review = review_warm,
     .sysctls = no_probe,
     .saw = SEEN},
    {.name = "pair",
     .title = {"two full segments: the second one ends the wait", "两个满的报文段:第二个结束等待"},
     .play = play_pair,
     .review = review_warm,
     .sysctls = no_probe,
     .saw = SEEN},
    {.name = "stream",
     .title = {"many full segments", "许多满的报文段"},
     .play = play_stream,
     .review = review_warm,
     .sysctls = no_probe,
     .saw = SEEN},
    {.name = "half-at-once",
     .title = {"500 KB into a buffer of 1 MB, and the ACK goes at once",
               "1 MB 的缓冲区来了 500 KB,立刻应答"},
     .play = play_at_once,
     .review = review_half,
     .sysctls = one_mb,
     .no_ladder = true,
     .saw = HALF_SEEN},
    {.name = "half-waited",
     .title = {"the same; the ACK waits, and 10 ms later the program reads",
               "同样的数据;ACK 等着,10 毫秒后程序读走"},
     .play = play_waited,
     .review = review_half,
     .sysctls = one_mb,
     .no_ladder = true,
     .saw = HALF_SEEN},
    {.name = "half-unread",
     .title = {"the same; the ACK waits, but nobody reads", "同样的数据;ACK 等着,但没有人读"},
     .play = play_unread,
     .review = review_half,
     .sysctls = one_mb,
     .no_ladder = true,
     .saw = HALF_SEEN},
};

int main(int argc, char **argv)
{
    return experiment_main(
        &(struct experiment){
            .name = "delayed-ack",
            .summary = {"When an ACK leaves: at once, for every second segment, or after a while.",
                        "ACK 什么时候发出:立刻、每两个报文段一次,还是等一会儿。"},
            .question = {"Before you look: twenty full segments arrive. How many ACKs go back?",
                         "先预测:来了二十个满的报文段,会回去几个 ACK?"},
            .scenes = scenes,
            .scene_count = ARRAY_LEN(scenes),
            .specs = specs,
            .spec_count = ARRAY_LEN(specs),
            .testbed = {.medium.both.delay = MS(10), .sample = true},
            .example = "exp-delayed-ack --scene stream --segments 40",
        },
        argc, argv);
}
