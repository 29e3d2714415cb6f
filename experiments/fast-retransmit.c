/* exp-fast-retransmit: the second of seven segments is lost, 1001 to 2000. Each of the five behind
 * it makes the receiver say again what it wants: 1001. Two of these duplicates may be mere
 * reordering; the third proves the loss, long before the timer would. Then what is done today:
 * selective ACKs and time find the loss even earlier, and a probe asks after the end of a flight,
 * behind which nothing makes anybody say anything; where it was needless, the answer says so. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "experiments/await.h"
#include "experiments/ends.h"
#include "net/io.h"
#include "trace/plot_views.h"
#include "trace/track_measure.h"
#include "trace/walk.h"

#define PATIENCE SECONDS(5)

enum { PORT = 8087, LATE_PORT = 8088, MSS = 1000, SEGMENTS_MAX = 7 };

static int64_t segments = 7;

static const struct option_spec specs[] = {
    {"segments", 0, OPTION_INT, &segments, "of 1,000 octets, in the scene 'text'", NULL, 2,
     SEGMENTS_MAX},
};

/* ---- a flight ---- */

/* A writes so many segments at once; B reads them when all is acknowledged. */
static int fly(const struct ends *ends, size_t count, struct fault *fault)
{
    static uint8_t octets[SEGMENTS_MAX * MSS];
    struct stage *stage = ends->stage;
    struct net_info info;
    int64_t done = net_write_full(stage->a, ends->a, octets, count * MSS);
    if (done >= 0)
        done = net_info(stage->a, ends->a, &info);
    if (done >= 0 && !await_acked(stage->a, ends->a, PATIENCE))
        done = -ETIMEDOUT;
    if (done >= 0)
        done = net_read_full(stage->b, ends->b, octets, count * MSS);
    if (done < 0)
        return fault_errno(fault, (int)done, "the segments did not arrive");
    results_put_number(&stage->results, "rto_ms", info.rto_us / USEC_MS);
    results_put_number(&stage->results, "bytes_read", done);
    return 0;
}

static int play(struct stage *stage, uint16_t port, int64_t count, struct fault *fault)
{
    const struct knock how = {.server = {testbed_ip(HOST_B), port}, .mss = MSS};
    struct ends ends;
    int error = ends_knock(&ends, stage, &how, fault);
    if (error)
        return error;
    error = fly(&ends, (size_t)count, fault);
    ends_close(&ends);
    return error;
}

static int play_text(struct stage *stage, struct fault *fault)
{
    return play(stage, PORT, segments, fault);
}

/* Behind the lost one only two more, hence two duplicates. */
static int play_four(struct stage *stage, struct fault *fault)
{
    return play(stage, PORT, 4, fault);
}

static int play_seven(struct stage *stage, struct fault *fault)
{
    return play(stage, PORT, 7, fault);
}

/* The same loss twice; the second time A hears none of the duplicates and must wait. */
static int play_saved(struct stage *stage, struct fault *fault)
{
    int error = play(stage, PORT, 7, fault);
    return error ? error : play(stage, LATE_PORT, 7, fault);
}

/* ---- what A heard, and when it sent again ---- */

struct repair {
    unsigned conn; /* which connection, from 1 */
    char acks[RESULT_VALUE_MAX];
    int equal; /* ACKs that said the same as the last one, when something was sent again, */
    int dups;  /* and how many of these were duplicates */
    int64_t last_ack, lost_seq, again_seq, again_end;
    struct track_range twice;           /* B told that these came twice (RFC 2883) */
    usec_t lost_at, heard_at, again_at; /* 0: not yet */
    bool over;                          /* A has nothing more to say */
};

static void note_heard(struct repair *repair, const struct track_segment *tcp, usec_t at)
{
    size_t used = strlen(repair->acks);
    snprintf(repair->acks + used, sizeof repair->acks - used, "%s%lld", used ? " " : "",
             (long long)tcp->ack);
    if (repair->again_at == 0) {
        repair->equal = tcp->ack == repair->last_ack ? repair->equal + 1 : 1;
        repair->dups = tcp->marks & MARK_DUP_ACK ? repair->dups + 1 : 0;
        repair->heard_at = at;
    }
    repair->last_ack = tcp->ack;
    if (tcp->options.sack_count > 0 && track_sack_range(tcp, 0).start < tcp->ack)
        repair->twice = track_sack_range(tcp, 0);
}

static void note_sent(struct repair *repair, const struct track_segment *tcp,
                      const struct event *event)
{
    if (repair->lost_at == 0 && event->frame.fate & FATE_DROP) {
        repair->lost_at = event->at;
        repair->lost_seq = tcp->seq;
    } else if (repair->again_at == 0 && tcp->marks & MARK_RETRANSMISSION) {
        repair->again_at = event->at;
        repair->again_seq = tcp->seq;
        repair->again_end = tcp->seq + tcp->text_len;
    }
}

static void follow(struct repair *repair, const struct track_step *step, const struct event *event)
{
    const struct track_segment *tcp = step->tcp;
    if (!tcp || tcp->conn->number != repair->conn || tcp->flags & TCP_SYN)
        return;
    repair->over = repair->over || tcp->flags & TCP_FIN;
    if (repair->over)
        return;
    if (event->kind == EVENT_FRAME && tcp->from == 0 && tcp->text_len > 0)
        note_sent(repair, tcp, event);
    if (event->kind == EVENT_DELIVER && tcp->from == 1)
        note_heard(repair, tcp, event->at);
}

static int find_repair(struct repair *repair, const struct trace_log *log, unsigned conn)
{
    struct trace_walk walk;
    *repair = (struct repair){.conn = conn};
    trace_walk_begin(&walk, log);
    while (trace_walk_next(&walk))
        follow(repair, &walk.step, walk.event);
    int error = trace_walk_end(&walk);
    return error || repair->again_at ? error : -ENOMSG;
}

static int64_t again_ms(const struct repair *repair)
{
    return (repair->again_at - repair->lost_at) / USEC_MS;
}

static void put_range(struct results *results, const char *name, struct track_range range)
{
    char text[RESULT_VALUE_MAX] = "none";
    if (range.end > range.start)
        snprintf(text, sizeof text, "%lld-%lld", (long long)range.start, (long long)range.end - 1);
    results_put_text(results, name, text);
}

static int review(struct stage *stage, const struct trace_log *log)
{
    struct results *results = &stage->results;
    struct repair repair;
    int error = find_repair(&repair, log, 1);
    if (error)
        return error;
    results_put_text(results, "acks", repair.acks);
    results_put_number(results, "lost", repair.lost_seq);
    results_put_number(results, "equal_acks_before", repair.equal);
    results_put_number(results, "dups_before", repair.dups);
    put_range(results, "again", (struct track_range){repair.again_seq, repair.again_end});
    results_put_number(results, "again_ms", again_ms(&repair));
    results_put_number(results, "after_ack_ms", (repair.again_at - repair.heard_at) / USEC_MS);
    results_put_number(results, "last_ack", repair.last_ack);
    return 0;
}

static int review_saved(struct stage *stage, const struct trace_log *log)
{
    struct repair fast, late;
    int error = find_repair(&fast, log, 1);
    if (!error)
        error = find_repair(&late, log, 2);
    if (error)
        return error;
    results_put_number(&stage->results, "fast_dups", fast.dups);
    results_put_number(&stage->results, "late_dups", late.dups);
    results_put_number(&stage->results, "fast_ms", again_ms(&fast));
    results_put_number(&stage->results, "late_ms", again_ms(&late));
    results_put_number(&stage->results, "saved_ms", again_ms(&late) - again_ms(&fast));
    return 0;
}

static int review_twice(struct stage *stage, const struct trace_log *log)
{
    struct results *results = &stage->results;
    struct repair repair;
    int error = find_repair(&repair, log, 1);
    if (error)
        return error;
    results_put_text(results, "acks", repair.acks);
    put_range(results, "again", (struct track_range){repair.again_seq, repair.again_end});
    put_range(results, "twice", repair.twice);
    return 0;
}

/* ---- the scenes ---- */

/* Neither selective ACKs, nor time, nor probes: what RFC 5681 has, and the text. Without timestamps
 * a segment has room for 1,000 octets exactly. */
static const char *const classic[] = {"net.ipv4.tcp_sack=0", "net.ipv4.tcp_recovery=0",
                                      "net.ipv4.tcp_early_retrans=0", "net.ipv4.tcp_timestamps=0",
                                      NULL};
static const char *const today[] = {"net.ipv4.tcp_timestamps=0", NULL};

static int draw_sequence(struct plot *plot, const struct stage *stage, const struct trace_log *log)
{
    const struct plot_view view = {.log = log};
    const struct plot_sequence_names names = {
        .sent = stage_words(stage, (struct words){"sent", "发送"}),
        .again = stage_words(stage, (struct words){"sent again", "重发"}),
        .lost = stage_words(stage, (struct words){"lost", "丢失"}),
        .acked = stage_words(stage, (struct words){"acknowledged", "已确认"}),
        .duplicate = stage_words(stage, (struct words){"duplicate ACK", "重复的 ACK"}),
    };
    return plot_sequence(plot, &view, &names);
}

static const struct scene_plot plots[] = {
    {.what = "sequence",
     .title = {"what A sent, and what it heard of it", "A 发送了什么,又听到了什么"},
     .x = {"time (s)", "时间(秒)"},
     .y = {"sequence number", "序列号"},
     .draw = draw_sequence},
    {0},
};

static const struct scene scenes[] = {
    {.name = "text",
     .title = {"classic settings: the third duplicate", "经典设置:第三个重复的 ACK"},
     .play = play_text,
     .review = review,
     .script = "drop data 2 a>b",
     .delay = MS(2),
     .sysctls = classic,
     .plots = plots,
     .saw = {"A heard the ACKs {acks}. After {equal_acks_before} equal ones, {dups_before} of them "
             "duplicates, it sent {again} again, {again_ms} ms after the first time; what had come "
             "early was not sent again, and the last ACK says {last_ack}.",
             "A 听到的 ACK 是 {acks}。听到 {equal_acks_before} 个相同的 ACK(其中 {dups_before} "
             "个是重复的)之后,它重发 {again},距第一次发送 {again_ms} "
             "毫秒;早到的数据没有再发,最后的 ACK 是 {last_ack}。"}},
    {.name = "two",
     .title = {"classic settings: two duplicates are no proof", "经典设置:两个重复的 ACK 不算证据"},
     .play = play_four,
     .review = review,
     .script = "drop data 2 a>b",
     .delay = MS(2),
     .sysctls = classic,
     .plots = plots,
     .saw = {"A heard {acks}: {dups_before} duplicates, and did nothing. {again} went again when "
             "the timer ({rto_ms} ms) fired, {again_ms} ms after the first time.",
             "A 听到 {acks}:{dups_before} 个重复的 ACK,什么也没做。直到定时器({rto_ms} "
             "毫秒)到期才重发 {again},距第一次发送 {again_ms} 毫秒。"}},
    {.name = "saved",
     .title = {"classic settings: the same loss with and without the duplicates",
               "经典设置:同样的丢失,听到和听不到重复的 ACK"},
     .play = play_saved,
     .review = review_saved,
     .script = "drop data 2 a>b; drop ack 2..6 b>a conn 2",
     .delay = MS(2),
     .sysctls = classic,
     .saw = {"with {fast_dups} duplicates the lost segment went again after {fast_ms} ms, with "
             "{late_dups} after {late_ms} ms: fast retransmit saved {saved_ms} ms.",
             "听到 {fast_dups} 个重复的 ACK 时,丢失的报文段在 {fast_ms} 毫秒后重发;听到 "
             "{late_dups} 个时要等 {late_ms} 毫秒。快重传省下 {saved_ms} 毫秒。"}},
    {.name = "early",
     .title = {"today's settings (SACK, RACK): what was sent later has arrived",
               "今天的设置(SACK、RACK):后发的已经先到"},
     .play = play_four,
     .review = review,
     .script = "drop data 2 a>b",
     .sysctls = today,
     .saw = {"the flight of the scene 'two', and no need for the timer ({rto_ms} ms): duplicates "
             "heard: {dups_before}; after {after_ack_ms} ms more, grace for what may only be "
             "late, {again} went again, {again_ms} ms after the first time. The ACKs: {acks}.",
             "与场景 two 同样的几个报文段,却不必等定时器({rto_ms} 毫秒):听到的重复 ACK 有 "
             "{dups_before} 个;再等 {after_ack_ms} 毫秒(也许只是迟到),就重发 "
             "{again},距第一次发送 {again_ms} 毫秒。各个 ACK:{acks}。"}},
    {.name = "tail",
     .title = {"today's settings (TLP): the last two are lost, and no duplicate can come",
               "今天的设置(TLP):最后两个丢失,不可能有重复的 ACK"},
     .play = play_seven,
     .review = review,
     .script = "drop data 6..7 a>b",
     .sysctls = today,
     .plots = plots,
     .saw =
         {"duplicates heard: {dups_before}. {after_ack_ms} ms after the last ACK a probe, {again}, "
          "asked what had become of the end; the timer stood at {rto_ms} ms. The ACKs: {acks}.",
          "重复的 ACK 有 {dups_before} 个。最后一个 ACK 之后 {after_ack_ms} 毫秒,探测段 {again} "
          "去问末尾怎么样了;定时器是 {rto_ms} 毫秒。各个 ACK:{acks}。"}},
    {.name = "twice",
     .title = {"today's settings (D-SACK): only ACKs are lost, and the probe was needless",
               "今天的设置(D-SACK):丢的只是 ACK,探测段是多余的"},
     .play = play_four,
     .review = review_twice,
     .script = "drop ack 3..4 b>a",
     .sysctls = today,
     .saw = {"everything arrived, and only the last ACKs were lost. A sent {again} again; B's "
             "answer put {twice} into its first SACK block though its ACK covers that: it came "
             "twice. The ACKs: {acks}.",
             "所有数据都到了,丢的只是最后的 ACK。A 重发了 {again};B 的回答在第一个 SACK 块里写 "
             "{twice},尽管 ACK 已经包含它:这段到了两次。各个 ACK:{acks}。"}},
};

int main(int argc, char **argv)
{
    return experiment_main(
        &(struct experiment){
            .name = "fast-retransmit",
            .summary = {"A lost segment sent again at the third duplicate ACK, before the timer.",
                        "听到第三个重复的 ACK 就重发丢失的报文段,不等定时器。"},
            .question = {"Before you look: of seven segments of 1,000 octets the second is lost. "
                         "Which ACKs does the sender hear, and when does it send 1001-2000 again?",
                         "先预测:七个 1000 字节的报文段丢了第二个。发送方会听到哪些 ACK?什么时候"
                         "重发 1001-2000?"},
            .scenes = scenes,
            .scene_count = ARRAY_LEN(scenes),
            .specs = specs,
            .spec_count = ARRAY_LEN(specs),
            /* A segment takes 8 ms to send, so that the ACKs come one by one. */
            .testbed = {.medium.both = {.delay = MS(10), .rate_bps = 1000000}, .sample = true},
            .example = "exp-fast-retransmit --scene text --stack kernel",
        },
        argc, argv);
}
