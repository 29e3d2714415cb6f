/* exp-delayed-ack: not one ACK for each segment. A single one waits for company, at most so long; a
 * second full segment ends the wait; and at a connection's beginning, where the sender needs every
 * ACK to grow its window, nothing waits. */
#include <errno.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/thread.h"
#include "experiments/ends.h"
#include "experiments/segments.h"
#include "net/io.h"

/* Longer than any ACK waits, and a round trip. */
#define LONG_ENOUGH MS(200)

enum { PORT = 8086, SEGMENTS_MAX = 40, MSS_MAX = 1460 };

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

static const struct scene scenes[] = {
    {.name = "start",
     .title = {"one byte at a connection's beginning", "连接刚开始时的一个字节"},
     .play = play_start,
     .review = review_cold,
     .saw = SEEN},
    {.name = "single",
     .title = {"one byte in the middle of a dialogue", "对话进行中的一个字节"},
     .play = play_single,
     .review = review_warm,
     .saw = SEEN},
    {.name = "pair",
     .title = {"two full segments: the second one ends the wait", "两个满的报文段:第二个结束等待"},
     .play = play_pair,
     .review = review_warm,
     .saw = SEEN},
    {.name = "stream",
     .title = {"many full segments", "许多满的报文段"},
     .play = play_stream,
     .review = review_warm,
     .saw = SEEN},
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
