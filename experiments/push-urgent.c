/* exp-push-urgent: two flags with great names. PSH: the reader is woken by what arrives, with the
 * flag or without. URG: a mark in the stream, which stays where it is; of the urgent octets the
 * socket interface hands one over apart, and who wants to treat it first has to do so himself. */
#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/thread.h"
#include "experiments/ends.h"
#include "experiments/segments.h"
#include "net/io.h"

/* Until everything written is there, whatever waits for whose ACK. */
#define LONG_ENOUGH MS(200)

enum { PORT = 8089, WIRE_TEXT_MAX = 32, MSS_MAX = 1460 };

static int play(struct stage *stage, int (*talk)(const struct ends *ends, struct fault *fault),
                struct fault *fault)
{
    struct ends ends;
    int error = ends_open(&ends, stage, PORT, fault);
    if (error)
        return error;
    error = talk(&ends, fault);
    ends_close(&ends);
    return error;
}

/* ---- PSH ---- */

/* Two full segments in one write, and two reads of as much as there is. */
static int write_two_segments(const struct ends *ends, struct fault *fault)
{
    static const uint8_t nothing[2 * MSS_MAX];
    static uint8_t room[4 * MSS_MAX];
    struct results *results = &ends->stage->results;
    struct net_info info;
    int error = net_info(ends->stage->a, ends->a, &info);
    if (error)
        return fault_errno(fault, error, "cannot ask for the segment size");
    usec_t start = clock_now();
    int64_t done = net_write_full(ends->stage->a, ends->a, nothing,
                                  2 * (size_t)min_u32(info.snd_mss, MSS_MAX));
    if (done >= 0)
        done = net_recv(ends->stage->b, ends->b, room, sizeof room, 0);
    results_put_number(results, "room", sizeof room);
    results_put_number(results, "first_read", done);
    results_put_number(results, "first_read_ms", (clock_now() - start) / USEC_MS);
    if (done >= 0)
        done = net_recv(ends->stage->b, ends->b, room, sizeof room, 0);
    results_put_number(results, "second_read", done);
    results_put_number(results, "second_read_ms", (clock_now() - start) / USEC_MS);
    return done < 0 ? fault_errno(fault, (int)done, "the bytes did not arrive") : 0;
}

static int play_push(struct stage *stage, struct fault *fault)
{
    return play(stage, write_two_segments, fault);
}

/* ---- URG ---- */

struct urgency {
    const char *octets;  /* urgent ones, between "ab" and "cd" */
    bool in_line, early; /* B reads them in line; B asks for them before it reads anything */
};

static int64_t send_all(const struct ends *ends, const char *urgent)
{
    struct net *a = ends->stage->a;
    int64_t done = net_send(a, ends->a, "ab", 2, NET_MORE);
    if (done >= 0)
        done = net_send(a, ends->a, urgent, strlen(urgent), NET_OOB);
    return done < 0 ? done : net_send(a, ends->a, "cd", 2, 0);
}

/* The urgent octet out of line, or "none". */
static void ask_apart(const struct ends *ends)
{
    char octet[2] = "";
    int64_t got = net_recv(ends->stage->b, ends->b, octet, 1, NET_OOB);
    results_put_text(&ends->stage->results, "apart", got == 1 ? octet : "none");
}

static bool is_notified(const struct ends *ends)
{
    struct net_pollfd poll = {.sock = ends->b, .events = NET_PRI};
    return net_poll(ends->stage->b, &poll, 1, 0) == 1 && poll.revents & NET_PRI;
}

/* Reads what there is, call by call: "ab cd" is two. Tells how many octets were read when the mark
 * came. */
static int read_stream(const struct ends *ends)
{
    struct net *b = ends->stage->b;
    struct results *results = &ends->stage->results;
    char reads[WIRE_TEXT_MAX] = "";
    size_t len = 0;
    int64_t octets = 0, got;
    do {
        int64_t at_mark = 0;
        net_getsockopt(b, ends->b, NET_SIOCATMARK, &at_mark);
        if (at_mark)
            results_put_number(results, "mark_after", octets);
        got = net_recv(b, ends->b, reads + len + (len > 0), sizeof reads - 2 - len, NET_DONTWAIT);
        if (got > 0 && len > 0)
            reads[len++] = ' ';
        len += got > 0 ? (size_t)got : 0;
        octets += got > 0 ? got : 0;
    } while (got > 0);
    results_put_text(results, "reads", reads);
    return got == -EAGAIN ? 0 : (int)got;
}

static int play_urgent(struct stage *stage, const struct urgency *urgency, struct fault *fault)
{
    struct ends ends;
    int error = ends_open(&ends, stage, PORT, fault);
    if (error)
        return error;
    error = net_setsockopt(stage->b, ends.b, NET_SO_OOBINLINE, urgency->in_line);
    int64_t sent = error ? error : send_all(&ends, urgency->octets);
    thread_sleep_until(usec_after(clock_now(), LONG_ENOUGH));
    results_put_text(&stage->results, "urgent", urgency->octets);
    results_put_bool(&stage->results, "notified", is_notified(&ends));
    if (urgency->early)
        ask_apart(&ends);
    error = sent < 0 ? (int)sent : read_stream(&ends);
    ends_close(&ends);
    return error ? fault_errno(fault, error, "the octets did not arrive") : 0;
}

static int play_inline(struct stage *stage, struct fault *fault)
{
    return play_urgent(stage, &(struct urgency){.octets = "X", .in_line = true}, fault);
}

static int play_apart(struct stage *stage, struct fault *fault)
{
    return play_urgent(stage, &(struct urgency){.octets = "X", .early = true}, fault);
}

static int play_block(struct stage *stage, struct fault *fault)
{
    return play_urgent(stage, &(struct urgency){.octets = "XYZ", .early = true}, fault);
}

/* ---- what the wire saw ---- */

static int review_push(struct stage *stage, const struct trace_log *log)
{
    struct segments segments;
    struct segment_sent sent;
    bool pushed[2] = {false, false};
    usec_t left[2] = {0};
    int more, count = 0;
    segments_begin(&segments, log);
    while ((more = segments_next(&segments, &sent)) > 0) {
        if (sent.tcp->from != 0 || sent.tcp->text_len == 0 || count == 2)
            continue;
        left[count] = sent.at;
        pushed[count++] = sent.tcp->flags & TCP_PSH;
    }
    segments_end(&segments);
    results_put_bool(&stage->results, "first_has_psh", pushed[0]);
    results_put_bool(&stage->results, "second_has_psh", pushed[1]);
    results_put_number(&stage->results, "sent_apart_ms", (left[1] - left[0]) / USEC_MS);
    return more;
}

/* Text of A's, in the order of its numbers, and what the first urgent pointer says. */
struct seen {
    char text[WIRE_TEXT_MAX];
    char first[WIRE_TEXT_MAX]; /* text of the segment with the pointer */
    int64_t points_at;
    int marked, stray; /* segments with URG; with a pointer, but no URG */
};

static void copy_text(char out[WIRE_TEXT_MAX], int64_t at, const struct track_segment *tcp)
{
    for (uint32_t i = 0; i < tcp->text_len && at + i < WIRE_TEXT_MAX - 1; i++)
        out[at + i] = (char)tcp->text[i];
}

static void note_text(struct seen *seen, const struct track_segment *tcp)
{
    copy_text(seen->text, tcp->seq - 1, tcp);
    if (!(tcp->flags & TCP_URG)) {
        seen->stray += tcp->urgent != 0;
    } else if (seen->marked++ == 0) {
        seen->points_at = tcp->seq + tcp->urgent;
        copy_text(seen->first, 0, tcp);
    }
}

/* The first octet of the stream has the number 1. */
static int review_urgent(struct stage *stage, const struct trace_log *log)
{
    struct segments segments;
    struct segment_sent sent;
    struct seen seen = {0};
    int more;
    segments_begin(&segments, log);
    while ((more = segments_next(&segments, &sent)) > 0)
        if (sent.tcp->from == 0 && sent.tcp->text_len > 0)
            note_text(&seen, sent.tcp);
    segments_end(&segments);
    int64_t last = 2 + (int64_t)strlen(results_get(&stage->results, "urgent"));
    results_put_text(&stage->results, "wire", seen.text);
    results_put_text(&stage->results, "urg_segment", seen.first);
    results_put_number(&stage->results, "last_urgent", last);
    results_put_number(&stage->results, "points_at", seen.points_at);
    results_put_number(&stage->results, "urg_segments", seen.marked);
    results_put_number(&stage->results, "pointers_without_urg", seen.stray);
    return more;
}

/* ---- the scenes ---- */

#define MARKED                                                                                     \
    "on the wire: {wire}; the segment with URG carried {urg_segment}, and its pointer named "      \
    "octet "                                                                                       \
    "{points_at}, one behind the last urgent one, {last_urgent}. "
#define MARKED_ZH                                                                                                     \
    "线路上的顺序:{wire};带 URG 的报文段装着 {urg_segment},紧急指针指向第 {points_at} 个字节," \
    "即最后一个紧急字节(第 {last_urgent} 个)的下一个。"

static const struct scene scenes[] = {
    {.name = "push",
     .title = {"two full segments, the second one 100 ms late: only it has PSH",
               "两个满的报文段,第二个晚到 100 毫秒:只有它带 PSH"},
     .play = play_push,
     .review = review_push,
     .script = "delay data 2 a>b by 100ms",
     .saw =
         {"the first segment had PSH: {first_has_psh}, the second: {second_has_psh}. A read with "
          "room for {room} bytes returned {first_read} after {first_read_ms} ms: it waited "
          "neither for PSH nor for a full buffer. The next one returned {second_read} after "
          "{second_read_ms} ms.",
          "第一个报文段带 PSH:{first_has_psh};第二个:{second_has_psh}。有 {room} 字节空间的读在 "
          "{first_read_ms} 毫秒后返回 {first_read} 字节:它既没有等 PSH,也没有等缓冲区满。"
          "下一次读在 {second_read_ms} 毫秒后返回 {second_read} 字节。"}},
    {.name = "inline",
     .title = {"ab, urgent X, cd; read in line (SO_OOBINLINE)",
               "ab、紧急的 X、cd;在流里读(SO_OOBINLINE)"},
     .play = play_inline,
     .review = review_urgent,
     .saw = {MARKED "The reads gave: {reads}. The mark came after {mark_after} octets; the order "
                    "never changed.",
             MARKED_ZH "读到:{reads}。读过 {mark_after} 个字节时遇到标记;顺序始终没有变。"}},
    {.name = "apart",
     .title = {"the same, X out of line: the program may fetch it first",
               "同样的数据,X 不在流里:程序可以先取它"},
     .play = play_apart,
     .review = review_urgent,
     .saw = {MARKED "poll told of it: {notified}; before anything else was read, MSG_OOB gave "
                    "{apart}. Then the reads gave: {reads}.",
             MARKED_ZH
             "poll 通知了:{notified};还没读别的,MSG_OOB 就给出 {apart}。然后读到:{reads}。"}},
    {.name = "block",
     .title = {"three urgent octets: only the last one is apart",
               "三个紧急字节:只有最后一个能单独取"},
     .play = play_block,
     .review = review_urgent,
     .saw = {MARKED "Of {urgent} MSG_OOB gave {apart}; the others stayed in the stream: {reads}.",
             MARKED_ZH "{urgent} 之中,MSG_OOB 给出的是 {apart};其余的留在流里:{reads}。"}},
};

int main(int argc, char **argv)
{
    return experiment_main(
        &(struct experiment){
            .name = "push-urgent",
            .summary = {"PSH and URG: what these flags do, and what they do not.",
                        "PSH 与 URG:这两个标志做什么,不做什么。"},
            .question = {"Before you look: \"ab\" is sent, then \"X\" as urgent data, then \"cd\". "
                         "In which order does the other end read them?",
                         "先预测:先发 \"ab\",再把 \"X\" 作为紧急数据发,然后 \"cd\"。"
                         "对方按什么顺序读到?"},
            .scenes = scenes,
            .scene_count = ARRAY_LEN(scenes),
            .testbed = {.medium.both.delay = MS(10), .sample = true},
            .example = "exp-push-urgent --scene apart",
        },
        argc, argv);
}
