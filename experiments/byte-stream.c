/* exp-byte-stream: what writes, buffers and segments have to do with each other. Nothing: a hundred
 * bytes are a hundred bytes, however they were written and however they are read. A write only
 * fills the send buffer; segments are cut from it as they fit, and what they carried stays in it
 * until it is acknowledged. */
#include <errno.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/thread.h"
#include "experiments/await.h"
#include "experiments/conversation.h"
#include "experiments/ends.h"
#include "experiments/long_write.h"
#include "experiments/pattern.h"
#include "experiments/segments.h"
#include "net/io.h"

#define PATIENCE SECONDS(5)

enum { PORT = 8088, PIECES = 100 };

static int64_t long_bytes = 10000;

static const struct option_spec specs[] = {
    {"bytes", 'b', OPTION_INT, &long_bytes, "in one write, in the scenes 'split' and 'buffer'",
     NULL, 3000, LONG_WRITE_MAX},
};

/* A's buffers, which are there as soon as the socket is. */
static int put_buffers(const struct ends *ends)
{
    int64_t sndbuf, rcvbuf;
    int error = net_getsockopt(ends->stage->a, ends->a, NET_SO_SNDBUF, &sndbuf);
    if (!error)
        error = net_getsockopt(ends->stage->a, ends->a, NET_SO_RCVBUF, &rcvbuf);
    if (error)
        return error;
    results_put_number(&ends->stage->results, "sndbuf", sndbuf);
    results_put_number(&ends->stage->results, "rcvbuf", rcvbuf);
    return 0;
}

static int play(struct stage *stage, int (*talk)(const struct ends *ends, struct fault *fault),
                struct fault *fault)
{
    struct ends ends;
    int error = ends_open(&ends, stage, PORT, fault);
    if (error)
        return error;
    error = put_buffers(&ends);
    error = error ? fault_errno(fault, error, "cannot ask for the buffers") : talk(&ends, fault);
    ends_close(&ends);
    return error;
}

/* ---- a hundred bytes, written and read in pieces ---- */

static int64_t write_pieces(const struct ends *ends, const uint8_t *bytes, size_t piece)
{
    int64_t done = 0;
    for (size_t at = 0; at < PIECES && done >= 0; at += piece)
        done = net_write_full(ends->stage->a, ends->a, bytes + at, piece);
    return done;
}

/* Returns how many calls it took. */
static int64_t read_pieces(const struct ends *ends, uint8_t *bytes, size_t piece)
{
    int64_t calls = 0, got = 1;
    for (size_t at = 0; at < PIECES && got > 0; at += (size_t)got, calls++)
        got = net_recv(ends->stage->b, ends->b, bytes + at, min_size(piece, PIECES - at), 0);
    return got < 0 ? got : calls;
}

static int transfer(const struct ends *ends, size_t piece_out, size_t piece_in, struct fault *fault)
{
    uint8_t said[PIECES], heard[PIECES] = {0};
    struct net_info info;
    struct results *results = &ends->stage->results;
    pattern_fill(said, sizeof said);
    int64_t done = write_pieces(ends, said, piece_out);
    if (done < 0)
        return fault_errno(fault, (int)done, "cannot write");
    if (!await_unread(ends->stage->b, ends->b, PIECES, PATIENCE))
        return fault_set(fault, -ETIMEDOUT, "the bytes did not all arrive");
    if (net_info(ends->stage->b, ends->b, &info) == 0)
        results_put_number(results, "waiting_at_b", info.unread);
    int64_t reads = read_pieces(ends, heard, piece_in);
    if (reads < 0)
        return fault_errno(fault, (int)reads, "cannot read");
    results_put_number(results, "bytes", PIECES);
    results_put_number(results, "writes", (int64_t)(PIECES / piece_out));
    results_put_number(results, "reads", reads);
    results_put_bool(results, "equal", pattern_holds(heard, sizeof heard));
    return 0;
}

static int write_once(const struct ends *ends, struct fault *fault)
{
    return transfer(ends, PIECES, 1, fault);
}

static int write_bytes(const struct ends *ends, struct fault *fault)
{
    return transfer(ends, 1, PIECES, fault);
}

static int play_once(struct stage *stage, struct fault *fault)
{
    return play(stage, write_once, fault);
}

static int play_bytes(struct stage *stage, struct fault *fault)
{
    return play(stage, write_bytes, fault);
}

/* ---- one byte, and one more while that is on its way ---- */

static int write_two(const struct ends *ends, struct fault *fault)
{
    struct results *results = &ends->stage->results;
    char byte;
    usec_t start = clock_now();
    int64_t done = net_write_full(ends->stage->a, ends->a, "1", 1);
    if (done >= 0)
        done = net_write_full(ends->stage->a, ends->a, "2", 1);
    if (done >= 0)
        done = net_read_full(ends->stage->b, ends->b, &byte, 1);
    results_put_number(results, "first_after_ms", (clock_now() - start) / USEC_MS);
    if (done >= 0)
        done = net_read_full(ends->stage->b, ends->b, &byte, 1);
    results_put_number(results, "second_after_ms", (clock_now() - start) / USEC_MS);
    return done < 0 ? fault_errno(fault, (int)done, "the bytes did not arrive") : 0;
}

static int play_small(struct stage *stage, struct fault *fault)
{
    return play(stage, write_two, fault);
}

/* ---- one long write: how it is cut, and when it leaves the send buffer ---- */

static int write_long(const struct ends *ends, struct fault *fault)
{
    return long_write(ends, (uint32_t)long_bytes, fault);
}

static int play_split(struct stage *stage, struct fault *fault)
{
    return play(stage, write_long, fault);
}

/* ---- the wire is cut: who knows? ---- */

static int write_into_nothing(const struct ends *ends, struct fault *fault)
{
    static const char letter[] = "Dear B, ...";
    struct results *results = &ends->stage->results;
    struct net_info info;
    char byte;
    int error = net_setsockopt(ends->stage->a, ends->a, NET_TCP_USER_TIMEOUT, MS(500));
    usec_t start = clock_now();
    int64_t taken = error ? error : net_send(ends->stage->a, ends->a, letter, sizeof letter, 0);
    results_put_number(results, "send_returned", taken);
    results_put_number(results, "send_took_ms", (clock_now() - start) / USEC_MS);
    if (taken < 0)
        return fault_errno(fault, (int)taken, "cannot write");
    int64_t later = net_recv(ends->stage->a, ends->a, &byte, 1, 0);
    error = net_info(ends->stage->b, ends->b, &info);
    if (error)
        return fault_errno(fault, error, "cannot look at B");
    results_put_number(results, "arrived", info.unread);
    results_put_error(results, "later_error", (int)later);
    return 0;
}

static int play_delivery(struct stage *stage, struct fault *fault)
{
    return play(stage, write_into_nothing, fault);
}

/* ---- both directions at once ---- */

static int play_duplex(struct stage *stage, struct fault *fault)
{
    const struct speech speech = {
        .seed = stage->seed, .bytes = 50000, .write_most = 2000, .read_most = 3000};
    const struct conversation_plan plan = {.timeout_us = PATIENCE, .speech = {speech, speech}};
    struct conversation conversation;
    int error = conversation_start(&conversation, stage->testbed, &plan, PORT, fault);
    if (!error)
        error = conversation_finish(&conversation, fault);
    if (error)
        return error;
    results_put_number(&stage->results, "heard_by_b", (int64_t)conversation.end[HOST_B].heard);
    results_put_number(&stage->results, "heard_by_a", (int64_t)conversation.end[HOST_A].heard);
    results_put_bool(&stage->results, "equal", true); /* conversation_finish compared them */
    return 0;
}

/* ---- what the wire saw ---- */

struct cut {
    int segments;             /* with text, not counting those sent again, by A */
    int full;                 /* of these, as long as the longest */
    uint32_t longest;         /* octets */
    usec_t first[2], last[2]; /* text's, by who sent it */
    usec_t first_ack;         /* of A's text */
};

static void note_text(struct cut *cut, const struct segment_sent *sent)
{
    int from = sent->tcp->from;
    uint32_t len = sent->tcp->text_len;
    cut->first[from] = cut->first[from] ? cut->first[from] : sent->at;
    cut->last[from] = sent->at;
    if (from != 0 || sent->tcp->marks & MARK_RETRANSMISSION)
        return;
    cut->segments++;
    cut->full = len > cut->longest ? 1 : cut->full + (len == cut->longest);
    cut->longest = max_u32(cut->longest, len);
}

static int look(const struct trace_log *log, struct cut *cut)
{
    struct segments segments;
    struct segment_sent sent;
    int more;
    *cut = (struct cut){0};
    segments_begin(&segments, log);
    while ((more = segments_next(&segments, &sent)) > 0) {
        if (sent.tcp->text_len > 0)
            note_text(cut, &sent);
        if (sent.tcp->from == 1 && sent.tcp->ack > 1 && cut->first_ack == 0)
            cut->first_ack = sent.at;
    }
    segments_end(&segments);
    return more;
}

static int review_cut(struct stage *stage, const struct trace_log *log)
{
    struct cut cut;
    int error = look(log, &cut);
    results_put_number(&stage->results, "data_segments", cut.segments);
    results_put_number(&stage->results, "full_segments", cut.full);
    results_put_number(&stage->results, "longest", cut.longest);
    return error;
}

static int review_buffer(struct stage *stage, const struct trace_log *log)
{
    struct cut cut;
    int error = look(log, &cut);
    usec_t released = segments_noted(log, long_write_released);
    results_put_number(&stage->results, "first_ack_ms", cut.first_ack / USEC_MS);
    results_put_number(&stage->results, "released_ms", released / USEC_MS);
    results_put_bool(&stage->results, "only_then", released > cut.first_ack);
    return error;
}

static int review_duplex(struct stage *stage, const struct trace_log *log)
{
    struct cut cut;
    int error = look(log, &cut);
    usec_t begin = usec_max(cut.first[0], cut.first[1]);
    usec_t end = usec_min(cut.last[0], cut.last[1]);
    results_put_number(&stage->results, "both_talk_ms", usec_max(end - begin, 0) / USEC_MS);
    return error;
}

/* ---- the scenes ---- */

#define PIECES_SEEN                                                                                  \
    {                                                                                                \
        "{bytes} bytes: {writes} writes, {data_segments} segments, {reads} reads; the same "         \
        "bytes in the same order: {equal}.",                                                         \
            "{bytes} 个字节:写了 {writes} 次,{data_segments} 个报文段,读了 {reads} 次;" \
            "内容和顺序相同:{equal}。"                                                       \
    }

static const struct scene scenes[] = {
    {.name = "once",
     .title = {"written by one call, read by a hundred", "一次写完,分一百次读"},
     .play = play_once,
     .review = review_cut,
     .saw = PIECES_SEEN},
    {.name = "bytes",
     .title = {"written by a hundred calls, read by one", "分一百次写,一次读完"},
     .play = play_bytes,
     .review = review_cut,
     .saw = PIECES_SEEN},
    {.name = "small",
     .title = {"one byte, and a second one behind it", "一个字节,紧接着又一个字节"},
     .play = play_small,
     .review = review_cut,
     .saw = {"the first byte was read {first_after_ms} ms after it was written: it waited for "
             "nothing. The second one was read after {second_after_ms} ms: it waited, not for "
             "company, but for the ACK of the first (Nagle; see exp-nagle).",
             "第一个字节写下 {first_after_ms} 毫秒后就被读到:它什么也没有等。第二个字节在 "
             "{second_after_ms} 毫秒后才被读到:它等的不是\"凑够长度\",而是第一个字节的 ACK"
             "(Nagle 算法,见 exp-nagle)。"}},
    {.name = "split",
     .title = {"one long write: cut into full segments and a rest",
               "一次写很长:切成若干个满的报文段和一个零头"},
     .play = play_split,
     .review = review_cut,
     .saw = {"one write of {bytes} bytes went in {data_segments} segments, {full_segments} of them "
             "of {longest} bytes; {bytes} / {mss}, rounded up, is {ceil}.",
             "一次写的 {bytes} 个字节用了 {data_segments} 个报文段,其中 {full_segments} 个长 "
             "{longest} 字节;{bytes} / {mss} 向上取整是 {ceil}。"}},
    {.name = "buffer",
     .title = {"the first segment is lost: what stays in the send buffer, and for how long",
               "第一个报文段丢了:发送缓冲区里留着什么,留多久"},
     .play = play_split,
     .review = review_buffer,
     .script = "drop data 1 a>b",
     .saw =
         {"right after the write the send buffer held {held_at_first} bytes, all of them. "
          "Everything but the first segment had soon arrived, and yet nothing left the buffer "
          "until {released_ms} ms, after the first ACK for any of it had gone out at "
          "{first_ack_ms} ms. At the end it held {held_at_last}.",
          "刚写完,发送缓冲区里有 {held_at_first} 个字节,一个不少。除第一个报文段外别的很快都到了,"
          "可是直到 {released_ms} 毫秒,也就是对这些数据的第一个 ACK({first_ack_ms} 毫秒发出)"
          "到来之后,才有字节离开缓冲区。最后还剩 {held_at_last} 个。"}},
    {.name = "delivery",
     .title = {"the wire is cut, and send returns all the same", "线断了,send 照样返回"},
     .play = play_delivery,
     .review = review_cut,
     .script = "cut a>b after handshake-ack",
     .saw = {"send returned {send_returned} after {send_took_ms} ms; {arrived} bytes arrived. What "
             "the program learns of it, it learns later: {later_error}.",
             "send 在 {send_took_ms} 毫秒后返回 {send_returned};到达的字节数:{arrived}。"
             "程序后来才得知真相:{later_error}。"}},
    {.name = "duplex",
     .title = {"both ends write and read at the same time", "双方同时又写又读"},
     .play = play_duplex,
     .review = review_duplex,
     .no_ladder = true,
     .saw = {"B read {heard_by_b} bytes, A {heard_by_a}, on one connection; for {both_talk_ms} ms "
             "both were sending. The same bytes: {equal}.",
             "同一个连接上,B 读到 {heard_by_b} 字节,A 读到 {heard_by_a} 字节;"
             "其中有 {both_talk_ms} 毫秒双方都在发送。内容相同:{equal}。"}},
};

int main(int argc, char **argv)
{
    return experiment_main(
        &(struct experiment){
            .name = "byte-stream",
            .summary = {"A stream of bytes: writes, segments and reads have nothing in common but "
                        "the bytes.",
                        "面向字节流:写、报文段、读,三者除了字节本身,互不对应。"},
            .question = {"Before you look: a program writes a hundred times, one byte each. How "
                         "many segments carry them, and how many reads take them?",
                         "先预测:程序写一百次,每次一个字节。要用几个报文段?要读几次?"},
            .scenes = scenes,
            .scene_count = ARRAY_LEN(scenes),
            .specs = specs,
            .spec_count = ARRAY_LEN(specs),
            .testbed = {.medium.both.delay = MS(10), .sample = true},
            .example = "exp-byte-stream --scene split --bytes 14000",
        },
        argc, argv);
}
