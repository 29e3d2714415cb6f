/* exp-piggyback: an ACK weighs nothing if there is something to say anyway. The system lets it wait
 * a little; an answer that comes meanwhile takes it along. An answer that comes later finds that
 * the ACK has left alone: one segment more. */
#include <errno.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/thread.h"
#include "experiments/ends.h"
#include "experiments/segments.h"
#include "net/io.h"

/* Longer than any ACK waits, and a round trip. */
#define LONG_ENOUGH MS(200)

enum { PORT = 8087, ROUNDS_MAX = 50 };

static const char question[] = "How are you";
static const char answer[] = "Fine, thank you";

static usec_t think_us = MS(200);
static int64_t rounds_wanted = 5;

static const struct option_spec specs[] = {
    {"think", 0, OPTION_DURATION, &think_us, "before the answer, in the scene 'slow'", NULL, 0, 0},
    {"rounds", 0, OPTION_INT, &rounds_wanted, "questions, in the scene 'dialogue'", NULL, 1,
     ROUNDS_MAX},
};

/* How B answers, and how often it is asked. */
struct manner {
    usec_t think_us;
    int64_t rounds;
    bool quick; /* it does not want its ACKs to wait */
};

static int64_t ask_and_answer(const struct ends *ends, const struct manner *manner)
{
    struct net *a = ends->stage->a, *b = ends->stage->b;
    char heard[sizeof answer];
    int64_t done = manner->quick ? net_setsockopt(b, ends->b, NET_TCP_QUICKACK, 1) : 0;
    if (done >= 0)
        done = net_write_full(a, ends->a, question, sizeof question - 1);
    if (done >= 0)
        done = net_read_full(b, ends->b, heard, sizeof question - 1);
    if (manner->think_us > 0)
        thread_sleep_until(usec_after(clock_now(), manner->think_us));
    if (done >= 0)
        done = net_write_full(b, ends->b, answer, sizeof answer - 1);
    return done < 0 ? done : net_read_full(a, ends->a, heard, sizeof answer - 1);
}

static int talk(const struct ends *ends, const struct manner *manner, struct fault *fault)
{
    int64_t done = 0;
    for (int64_t round = 0; round < manner->rounds && done >= 0; round++)
        done = ask_and_answer(ends, manner);
    if (done < 0)
        return fault_errno(fault, (int)done, "question or answer did not arrive");
    results_put_number(&ends->stage->results, "rounds", manner->rounds);
    thread_sleep_until(usec_after(clock_now(), LONG_ENOUGH));
    return 0;
}

static int play(struct stage *stage, const struct manner *manner, struct fault *fault)
{
    struct ends ends;
    int error = ends_open(&ends, stage, PORT, fault);
    if (error)
        return error;
    error = ends_warm_up(&ends, fault);
    if (!error)
        error = talk(&ends, manner, fault);
    ends_close(&ends);
    return error;
}

static int play_prompt(struct stage *stage, struct fault *fault)
{
    return play(stage, &(struct manner){.rounds = 1}, fault);
}

static int play_slow(struct stage *stage, struct fault *fault)
{
    return play(stage, &(struct manner){.rounds = 1, .think_us = think_us}, fault);
}

static int play_quick(struct stage *stage, struct fault *fault)
{
    return play(stage, &(struct manner){.rounds = 1, .quick = true}, fault);
}

static int play_dialogue(struct stage *stage, struct fault *fault)
{
    return play(stage, &(struct manner){.rounds = rounds_wanted}, fault);
}

/* ---- what the wire saw ---- */

struct count {
    int segments, texts;
    int bare[2];      /* nothing but an ACK, by who sent it */
    bool carried;     /* the first answer acknowledged the question, and nothing had before */
    usec_t asked, at; /* when the first question left, and its ACK */
    int64_t asked_end;
};

static void note(struct count *count, const struct segment_sent *sent)
{
    const struct track_segment *tcp = sent->tcp;
    bool first = count->segments++ == 0;
    if (first) {
        count->asked = sent->at;
        count->asked_end = tcp->seq + tcp->text_len;
    }
    if (tcp->text_len > 0)
        count->texts++;
    else
        count->bare[tcp->from]++;
    if (tcp->from == 1 && tcp->ack >= count->asked_end && count->at == 0) {
        count->at = sent->at;
        count->carried = tcp->text_len > 0;
    }
}

/* From the first question to the last ACK before the end. */
static int review(struct stage *stage, const struct trace_log *log)
{
    struct segments segments;
    struct segment_sent sent;
    struct count count = {0};
    int more;
    segments_begin(&segments, log);
    while ((more = segments_next(&segments, &sent)) > 0 && !(sent.tcp->flags & TCP_FIN))
        if (count.segments > 0 || sent.tcp->text_len == sizeof question - 1)
            note(&count, &sent);
    segments_end(&segments);
    results_put_number(&stage->results, "segments", count.segments);
    results_put_number(&stage->results, "data_segments", count.texts);
    results_put_number(&stage->results, "bare_acks_a", count.bare[0]);
    results_put_number(&stage->results, "bare_acks_b", count.bare[1]);
    results_put_bool(&stage->results, "ack_on_answer", count.carried);
    results_put_number(&stage->results, "acked_after_ms", (count.at - count.asked) / USEC_MS);
    return more < 0 ? more : 0;
}

#define SEEN                                                                                                 \
    {                                                                                                        \
        "{rounds} x \"How are you\" and \"Fine, thank you\" took {segments} segments: "                      \
        "{data_segments} with text, and {bare_acks_a} bare ACKs of A, {bare_acks_b} of B. The "              \
        "first question was acknowledged {acked_after_ms} ms after it had left (the way there "              \
        "included); by the answer itself: {ack_on_answer}.",                                                 \
            "{rounds} 次 \"How are you\" / \"Fine, thank you\" 用了 {segments} 个报文段:"             \
            "{data_segments} 个带数据;只有 ACK 的,A 发了 {bare_acks_a} 个,B 发了 {bare_acks_b} " \
            "个。第一个问题发出 {acked_after_ms} 毫秒之后得到确认(包括路上的时间);"  \
            "由回答本身捎带:{ack_on_answer}。"                                                       \
    }

static const struct scene scenes[] = {
    {.name = "prompt",
     .title = {"the answer comes at once, and brings the ACK along", "马上回答,把 ACK 捎带回来"},
     .play = play_prompt,
     .review = review,
     .saw = SEEN},
    {.name = "slow",
     .title = {"the answer takes longer than the ACK can wait", "回答得太慢,ACK 等不及"},
     .play = play_slow,
     .review = review,
     .saw = SEEN},
    {.name = "quickack",
     .title = {"a prompt answer, but TCP_QUICKACK: the ACK does not wait at all",
               "马上回答,但设置了 TCP_QUICKACK:ACK 根本不等"},
     .play = play_quick,
     .review = review,
     .saw = SEEN},
    {.name = "dialogue",
     .title = {"question after question: each carries the ACK of the answer before it",
               "一问接一问:每个问题也捎带着对上一个回答的 ACK"},
     .play = play_dialogue,
     .review = review,
     .saw = SEEN},
};

int main(int argc, char **argv)
{
    return experiment_main(
        &(struct experiment){
            .name = "piggyback",
            .summary = {"The ACK on the answer's back, and what a slow answer costs.",
                        "捎带应答:ACK 搭回答的顺风车;回答慢了要多花什么。"},
            .question = {"Before you look: one asks \"How are you\", the other answers \"Fine, "
                         "thank you\". How many segments is that, ACKs included?",
                         "先预测:一方问 \"How are you\",另一方答 \"Fine, thank you\","
                         "连同 ACK 一共几个报文段?"},
            .scenes = scenes,
            .scene_count = ARRAY_LEN(scenes),
            .specs = specs,
            .spec_count = ARRAY_LEN(specs),
            .testbed = {.medium.both.delay = MS(10), .sample = true},
            .example = "exp-piggyback --scene slow --think 20ms",
        },
        argc, argv);
}
