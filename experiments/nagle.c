/* exp-nagle: small writes. While something is unacknowledged a segment that is not full waits, and
 * what is written meanwhile goes with it; TCP_NODELAY lets each go at once. Then the trap: one
 * question in two writes, whose second half waits for an ACK that the other end delays. */
#include <errno.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "experiments/ends.h"
#include "experiments/segments.h"
#include "net/io.h"

enum { PORT = 8085, WRITES_MAX = 50 };

static int64_t writes = 5;

static const struct option_spec specs[] = {
    {"writes", 'w', OPTION_INT, &writes, "of one byte each, in the first two scenes", NULL, 2,
     WRITES_MAX},
};

/* A writes single bytes as fast as it can; B reads them all. */
static int write_small(const struct ends *ends, struct fault *fault)
{
    char bytes[WRITES_MAX];
    int64_t done = 0;
    usec_t start = clock_now();
    for (int64_t i = 0; i < writes && done >= 0; i++)
        done = net_write_full(ends->stage->a, ends->a, "x", 1);
    if (done >= 0)
        done = net_read_full(ends->stage->b, ends->b, bytes, (size_t)writes);
    results_put_number(&ends->stage->results, "writes", writes);
    results_put_number(&ends->stage->results, "took_ms", (clock_now() - start) / USEC_MS);
    return done < 0 ? fault_errno(fault, (int)done, "the bytes did not all arrive") : 0;
}

/* A's question is complete with its second write; B answers when it has all of it. */
static int ask_in_two(const struct ends *ends, struct fault *fault)
{
    char question[8], answer[2];
    usec_t start = clock_now();
    int64_t done = net_write_full(ends->stage->a, ends->a, "head", 4);
    if (done >= 0)
        done = net_write_full(ends->stage->a, ends->a, "body", 4);
    if (done >= 0)
        done = net_read_full(ends->stage->b, ends->b, question, sizeof question);
    if (done >= 0)
        done = net_write_full(ends->stage->b, ends->b, "ok", 2);
    if (done >= 0)
        done = net_read_full(ends->stage->a, ends->a, answer, sizeof answer);
    results_put_number(&ends->stage->results, "took_ms", (clock_now() - start) / USEC_MS);
    return done < 0 ? fault_errno(fault, (int)done, "question or answer did not arrive") : 0;
}

static int play(struct stage *stage, bool nodelay,
                int (*talk)(const struct ends *ends, struct fault *fault), struct fault *fault)
{
    struct ends ends;
    int error = ends_open(&ends, stage, PORT, fault);
    if (error)
        return error;
    error = ends_warm_up(&ends, fault);
    if (!error && net_setsockopt(stage->a, ends.a, NET_TCP_NODELAY, nodelay) < 0)
        error = fault_set(fault, -EINVAL, "cannot set TCP_NODELAY");
    if (!error)
        error = talk(&ends, fault);
    ends_close(&ends);
    return error;
}

static int play_wait(struct stage *stage, struct fault *fault)
{
    return play(stage, false, write_small, fault);
}

static int play_nodelay(struct stage *stage, struct fault *fault)
{
    return play(stage, true, write_small, fault);
}

static int play_stall(struct stage *stage, struct fault *fault)
{
    return play(stage, false, ask_in_two, fault);
}

static int play_cured(struct stage *stage, struct fault *fault)
{
    return play(stage, true, ask_in_two, fault);
}

/* How many segments with text A sent after warming up, and how long the first was the only one. */
static int review(struct stage *stage, const struct trace_log *log)
{
    struct segments segments;
    struct segment_sent sent;
    int more, count = -1;
    usec_t first = 0, second = 0;
    segments_begin(&segments, log);
    while ((more = segments_next(&segments, &sent)) > 0) {
        if (sent.tcp->from != 0 || sent.tcp->text_len == 0)
            continue;
        count++;
        first = count == 1 ? sent.at : first;
        second = count == 2 ? sent.at : second;
    }
    segments_end(&segments);
    results_put_number(&stage->results, "data_segments", count);
    results_put_number(&stage->results, "second_after_ms", (second - first) / USEC_MS);
    return more;
}

#define SMALL                                                                                                   \
    {                                                                                                           \
        "{writes} writes went in {data_segments} segments, the second one {second_after_ms} ms "                \
        "after the first; all had arrived after {took_ms} ms.",                                                 \
            "{writes} 次写用了 {data_segments} 个报文段,第二个在第一个之后 {second_after_ms} " \
            "毫秒发出;{took_ms} 毫秒后全部到达。"                                                   \
    }

#define ASKED                                                                                                           \
    {                                                                                                                   \
        "the answer was there after {took_ms} ms; the second half of the question left "                                \
        "{second_after_ms} ms after the first.",                                                                        \
            "{took_ms} 毫秒后得到回答;问题的后一半在前一半之后 {second_after_ms} 毫秒才发出。" \
    }

static const struct scene scenes[] = {
    {.name = "wait",
     .title = {"single bytes, with Nagle's algorithm", "一个字节一个字节地写,有 Nagle 算法"},
     .play = play_wait,
     .review = review,
     .saw = SMALL},
    {.name = "nodelay",
     .title = {"the same with TCP_NODELAY", "同样的写,设置 TCP_NODELAY"},
     .play = play_nodelay,
     .review = review,
     .saw = SMALL},
    {.name = "stall",
     .title = {"a question in two writes: Nagle waits for an ACK that is delayed",
               "一个问题分两次写:Nagle 在等一个被推迟的 ACK"},
     .play = play_stall,
     .review = review,
     .saw = ASKED},
    {.name = "cured",
     .title = {"the same question with TCP_NODELAY", "同样的问题,设置 TCP_NODELAY"},
     .play = play_cured,
     .review = review,
     .saw = ASKED},
};

int main(int argc, char **argv)
{
    return experiment_main(
        &(struct experiment){
            .name = "nagle",
            .summary = {"Small writes: who waits for whom, and the stall with delayed ACKs.",
                        "小块的写:谁等谁,以及与延迟应答碰在一起的停顿。"},
            .question = {"Before you look: a program writes five single bytes at once. How many "
                         "segments carry them?",
                         "先预测:程序连续写五次,每次一个字节,会用几个报文段?"},
            .scenes = scenes,
            .scene_count = ARRAY_LEN(scenes),
            .specs = specs,
            .spec_count = ARRAY_LEN(specs),
            .testbed = {.medium.both.delay = MS(10), .sample = true},
            .example = "exp-nagle --scene stall --stack both",
        },
        argc, argv);
}
