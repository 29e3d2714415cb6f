/* exp-sequence-ack: every octet has a number, and an acknowledgment names the next one expected.
 * What counts and what does not; what comes again keeps its numbers, and is recognised by them;
 * what comes too early is put in its place; a lost ACK is made good by the next; and what an ACK
 * does not say: that a program has read anything. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "experiments/await.h"
#include "experiments/beginnings.h"
#include "experiments/ends.h"
#include "experiments/segments.h"
#include "net/io.h"

#define PATIENCE SECONDS(5)

enum { PORT = 8100, MSS = 1000 };

static int64_t attempts = 8;

static const struct option_spec specs[] = {
    {"attempts", 0, OPTION_INT, &attempts,
     "connections from one port, and as many from others, "
     "in the scene 'isn'",
     NULL, 2, BEGINNINGS_MAX},
};

/* ---- two ends, and what A writes ---- */

static int play(struct stage *stage, int (*talk)(struct ends *ends, struct fault *fault),
                struct fault *fault)
{
    const struct knock how = {.server = {testbed_ip(HOST_B), PORT}, .mss = MSS};
    struct ends ends;
    int error = ends_knock(&ends, stage, &how, fault);
    if (error)
        return error;
    error = talk(&ends, fault);
    ends_close(&ends);
    testbed_settle(stage->testbed, usec_after(clock_now(), SECONDS(1)));
    return error;
}

/* A writes `len` octets, each another one than its neighbours, and hears that all are acknowledged;
 * B has read nothing. */
static int write_acked(const struct ends *ends, size_t len, struct fault *fault)
{
    uint8_t octets[3 * MSS];
    for (size_t i = 0; i < len; i++)
        octets[i] = (uint8_t)(i % 251);
    int64_t done = net_write_full(ends->stage->a, ends->a, octets, len);
    if (done >= 0 && !await_acked(ends->stage->a, ends->a, PATIENCE))
        done = -ETIMEDOUT;
    return done < 0 ? fault_errno(fault, (int)done, "not all was acknowledged") : 0;
}

/* B reads them, and looks whether there is more. */
static int read_all(const struct ends *ends, size_t len, struct fault *fault)
{
    struct results *results = &ends->stage->results;
    uint8_t octets[3 * MSS];
    size_t right = 0;
    int64_t got = net_read_full(ends->stage->b, ends->b, octets, len);
    if (got < 0)
        return fault_errno(fault, (int)got, "B cannot read");
    while (right < (size_t)got && octets[right] == right % 251)
        right++;
    results_put_number(results, "bytes_read", got);
    results_put_bool(results, "in_order", right == len);
    got = net_recv(ends->stage->b, ends->b, octets, sizeof octets, NET_DONTWAIT);
    results_put_error(results, "then_read", got < 0 ? (int)got : 0);
    return 0;
}

static int write_and_read(const struct ends *ends, size_t len, struct fault *fault)
{
    int error = write_acked(ends, len, fault);
    return error ? error : read_all(ends, len, fault);
}

/* ---- what counts ---- */

static int ten_octets(struct ends *ends, struct fault *fault)
{
    return write_and_read(ends, 10, fault);
}

static int play_count(struct stage *stage, struct fault *fault)
{
    return play(stage, ten_octets, fault);
}

/* By how much each kind of segment moved A's numbers on. */
struct counts {
    int64_t syn, data, bare_ack, fin;
    int64_t bytes;
};

static void count_step(struct counts *counts, const struct track_segment *tcp, int64_t moved)
{
    if (tcp->flags & TCP_SYN)
        counts->syn += moved;
    else if (tcp->flags & TCP_FIN)
        counts->fin += moved;
    else if (tcp->text_len > 0)
        counts->data += moved;
    else
        counts->bare_ack += moved;
    counts->bytes += tcp->text_len;
}

/* The number that B expects next, after each of A's segments that counts: "1 11 12". */
static void tell_ack(char *acks, const struct track_segment *tcp)
{
    char number[24];
    const char *last = strrchr(acks, ' ');
    size_t used = strlen(acks);
    snprintf(number, sizeof number, "%lld", (long long)tcp->ack);
    if (strcmp(last ? last + 1 : acks, number) != 0)
        snprintf(acks + used, RESULT_VALUE_MAX - used, "%s%s", used ? " " : "", number);
}

static int review_count(struct stage *stage, const struct trace_log *log)
{
    struct segments segments;
    struct segment_sent sent;
    const struct track_segment *before = NULL;
    struct counts counts = {0};
    char acks[RESULT_VALUE_MAX] = "";
    int more;
    segments_begin(&segments, log);
    while ((more = segments_next(&segments, &sent)) > 0) {
        if (sent.tcp->from == 1) {
            tell_ack(acks, sent.tcp);
            continue;
        }
        if (before)
            count_step(&counts, before, sent.tcp->seq - before->seq);
        before = sent.tcp;
    }
    segments_end(&segments);
    results_put_number(&stage->results, "syn_counts", counts.syn);
    results_put_number(&stage->results, "bytes", counts.bytes);
    results_put_number(&stage->results, "data_counts", counts.data);
    results_put_number(&stage->results, "bare_ack_counts", counts.bare_ack);
    results_put_number(&stage->results, "fin_counts", counts.fin);
    results_put_text(&stage->results, "acks", acks);
    return more;
}

/* ---- what comes again ---- */

/* B's program reads when the second copy has come, too. */
static int play_again(struct stage *stage, struct fault *fault)
{
    return play(stage, ten_octets, fault);
}

/* What A sent, and what B got and answered. */
struct traffic {
    int copies_sent, copies_arrived, acks, acks_lost;
    int64_t first_seq, last_seq, first_ack, last_ack;
    char arrivals[RESULT_VALUE_MAX]; /* the sequence numbers, in the order in which they came */
};

static void note_sent(struct traffic *traffic, const struct segment_sent *sent)
{
    if (sent->tcp->from == 0 && sent->tcp->text_len > 0) {
        traffic->first_seq = traffic->copies_sent == 0 ? sent->tcp->seq : traffic->first_seq;
        traffic->last_seq = sent->tcp->seq;
        traffic->copies_sent++;
    } else if (sent->tcp->from == 1 && traffic->copies_sent > 0) {
        traffic->first_ack = traffic->acks == 0 ? sent->tcp->ack : traffic->first_ack;
        traffic->last_ack = sent->tcp->ack;
        traffic->acks++;
        traffic->acks_lost += (sent->frame->fate & FATE_DROP) != 0;
    }
}

static void note_arrived(struct traffic *traffic, const struct segment_sent *sent)
{
    size_t used = strlen(traffic->arrivals);
    if (sent->tcp->from != 0 || sent->tcp->text_len == 0)
        return;
    snprintf(traffic->arrivals + used, sizeof traffic->arrivals - used, "%s%lld", used ? " " : "",
             (long long)sent->tcp->seq);
    traffic->copies_arrived++;
}

/* Up to the first FIN. */
static int follow(const struct trace_log *log, struct traffic *traffic,
                  void (*begin)(struct segments *segments, const struct trace_log *log),
                  void (*note)(struct traffic *traffic, const struct segment_sent *sent))
{
    struct segments segments;
    struct segment_sent sent;
    int more;
    begin(&segments, log);
    while ((more = segments_next(&segments, &sent)) > 0 && !(sent.tcp->flags & (TCP_FIN | TCP_RST)))
        note(traffic, &sent);
    segments_end(&segments);
    return more < 0 ? more : 0;
}

static int review_traffic(struct stage *stage, const struct trace_log *log)
{
    struct results *results = &stage->results;
    struct traffic traffic = {0};
    int error = follow(log, &traffic, segments_begin, note_sent);
    if (!error)
        error = follow(log, &traffic, segments_begin_arrivals, note_arrived);
    results_put_number(results, "sent", traffic.copies_sent);
    results_put_number(results, "arrived", traffic.copies_arrived);
    results_put_number(results, "first_seq", traffic.first_seq);
    results_put_number(results, "last_seq", traffic.last_seq);
    results_put_text(results, "arrivals", traffic.arrivals);
    results_put_number(results, "acks_sent", traffic.acks);
    results_put_number(results, "acks_lost", traffic.acks_lost);
    results_put_number(results, "first_ack", traffic.first_ack);
    results_put_number(results, "last_ack", traffic.last_ack);
    return error;
}

/* ---- three segments ---- */

static int three_segments(struct ends *ends, struct fault *fault)
{
    return write_and_read(ends, 3 * (size_t)MSS, fault);
}

static int play_three(struct stage *stage, struct fault *fault)
{
    return play(stage, three_segments, fault);
}

/* ---- a program that never reads ---- */

static int never_read(struct ends *ends, struct fault *fault)
{
    struct stage *stage = ends->stage;
    struct net_info a, b;
    char byte;
    int error = write_acked(ends, MSS, fault);
    if (error)
        return error;
    error = net_info(stage->a, ends->a, &a);
    if (!error)
        error = net_info(stage->b, ends->b, &b);
    if (error)
        return fault_errno(fault, error, "cannot look at the connection");
    net_close(stage->b, ends->b);
    ends->b = -1;
    int64_t got = net_recv(stage->a, ends->a, &byte, 1, 0);
    results_put_number(&stage->results, "unacked", a.unacked);
    results_put_number(&stage->results, "unread", b.unread);
    results_put_error(&stage->results, "outcome", got < 0 ? (int)got : 0);
    return 0;
}

static int play_program(struct stage *stage, struct fault *fault)
{
    return play(stage, never_read, fault);
}

/* ---- where the numbers begin ---- */

static int play_isn(struct stage *stage, struct fault *fault)
{
    return beginnings_play(stage, PORT, (int)attempts, fault);
}

static int review_isn(struct stage *stage, const struct trace_log *log)
{
    return beginnings_review(stage, log, (int)attempts);
}

/* ---- the scenes ---- */

/* So that a segment has room for 1,000 octets exactly. */
static const char *const sysctls[] = {"net.ipv4.tcp_timestamps=0", NULL};

static const struct scene scenes[] = {
    {.name = "count",
     .title = {"what counts: SYN, ten octets, FIN", "哪些占号:SYN、十个字节、FIN"},
     .play = play_count,
     .review = review_count,
     .saw = {"the SYN counted {syn_counts}, {bytes} bytes of data {data_counts}, bare ACKs "
             "{bare_ack_counts}, the FIN {fin_counts}. B expected in turn: {acks}.",
             "SYN 占 {syn_counts} 个号,{bytes} 字节数据占 {data_counts} 个,单纯的 ACK 占 "
             "{bare_ack_counts} 个,FIN 占 {fin_counts} 个。B 依次期望的号:{acks}。"}},
    {.name = "again",
     .title = {"the data is lost: what is sent again keeps its numbers",
               "数据丢失:重发的数据沿用原来的号"},
     .play = play_again,
     .review = review_traffic,
     .script = "drop data 1 a>b",
     .saw =
         {"sent {sent} times, first with the number {first_seq} and last with {last_seq}; arrived "
          "{arrived} time(s), and B read {bytes_read} bytes.",
          "发送了 {sent} 次,第一次的号是 {first_seq},最后一次是 {last_seq};到达 {arrived} 次,B "
          "读到 {bytes_read} 字节。"}},
    {.name = "duplicate",
     .title = {"the ACK is lost: B gets the same data twice", "ACK 丢失:B 收到两份同样的数据"},
     .play = play_again,
     .review = review_traffic,
     .script = "drop ack 1 b>a",
     .saw = {"A heard nothing and sent again; what arrived: {arrivals}. B's program read "
             "{bytes_read} bytes once and then {then_read}; B's system answered both copies: first "
             "ACK {first_ack}, last ACK {last_ack}.",
             "A 没听到回答就重发;到达的是:{arrivals}。B 的程序只读到一份 {bytes_read} 字节,再读"
             "得到 {then_read};B 的系统对两份都作了回答:先是 ACK {first_ack},最后是 ACK "
             "{last_ack}。"}},
    {.name = "lost-ack",
     .title = {"two ACKs are lost, and the third says it all", "丢了两个 ACK,第三个说明一切"},
     .play = play_three,
     .review = review_traffic,
     .script = "drop ack 1..2 b>a",
     .saw =
         {"{acks_lost} of {acks_sent} ACKs were lost; the last, ACK {last_ack}, covers what they "
          "had to say: {resent} segments were sent again.",
          "{acks_sent} 个 ACK 中丢了 {acks_lost} 个;最后一个 ACK {last_ack} 涵盖了它们要说的:"
          "重发的报文段有 {resent} 个。"}},
    {.name = "order",
     .title = {"the first of three segments comes last", "三个报文段中第一个最后才到"},
     .play = play_three,
     .review = review_traffic,
     .script = "reorder data 1 by 2 a>b",
     .saw = {"they arrived as {arrivals}; B read {bytes_read} bytes, in their order: {in_order}.",
             "到达的次序是 {arrivals};B 读到 {bytes_read} 字节,次序正确:{in_order}。"}},
    {.name = "program",
     .title = {"acknowledged, and read by nobody", "确认了,却没有人读"},
     .play = play_program,
     .review = review_traffic,
     .saw = {"unacknowledged: {unacked} bytes; read by B's program: none, {unread} still lay there "
             "when it ended. What A heard of it, after the ACK: {outcome}.",
             "未被确认的有 {unacked} 字节;B 的程序一个字节也没读,结束时还有 {unread} 字节躺在"
             "那里。收到 ACK 之后,A 听到的是 {outcome}。"}},
    {.name = "isn",
     .title = {"where the numbers begin: a clock for each pair of ends",
               "号从哪里开始:每对端点一个时钟"},
     .play = play_isn,
     .review = review_isn,
     .no_ladder = true,
     .saw =
         {"of {steps} connections after the first from the same port, {same_grew} began a little "
          "higher than the one before; of as many from a new port each time, {others_grew}.",
          "同一端口之后的 {steps} 个连接中,有 {same_grew} 个的起点比前一个略大;每次换新端口的 "
          "{steps} 个连接中,有 {others_grew} 个。"}},
};

int main(int argc, char **argv)
{
    return experiment_main(
        &(struct experiment){
            .name = "sequence-ack",
            .summary = {"What the numbers count, and what an acknowledgment says and does not say.",
                        "序列号数的是什么,确认说明了什么、没有说明什么。"},
            .question = {"Before you look: a connection carries ten bytes and ends. By how much do "
                         "the sequence numbers move on in all?",
                         "先预测:一个连接传了十个字节就结束,序列号一共前进多少?"},
            .scenes = scenes,
            .scene_count = ARRAY_LEN(scenes),
            .specs = specs,
            .spec_count = ARRAY_LEN(specs),
            .testbed = {.medium.both.delay = MS(10), .sample = true, .sysctls = sysctls},
            .example = "exp-sequence-ack --scene duplicate --stack both",
        },
        argc, argv);
}
