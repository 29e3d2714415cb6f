/* exp-flow-control: a reader that is slower than the writer. What the writer may still send is in
 * each ACK; when the reader's buffer is full, that is nothing, and the writer asks again and again
 * whether it still is. Nothing is thrown away, no promise is taken back, and crumbs of room are not
 * worth a word. */
#include <errno.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/thread.h"
#include "experiments/await.h"
#include "experiments/ends.h"
#include "experiments/pattern.h"
#include "experiments/segments.h"
#include "experiments/window.h"
#include "net/io.h"

#define PATIENCE SECONDS(5)

enum { PORT = 8090, BYTES = 40000, RCVBUF = 16384, SNDBUF = 65536 };
enum { CRUMB = 100, CRUMBS = 60 };

static const char standstill[] = "A may send no more";
static const char relief[] = "B reads everything";

static usec_t pause_us;

static const struct option_spec specs[] = {
    {"pause", 0, OPTION_DURATION, &pause_us,
     "how long the reader reads nothing; 0: 2s, or 60s when simulated", NULL, 0, 0},
};

static usec_t pause_on(const struct stage *stage)
{
    if (pause_us > 0)
        return pause_us;
    return stage->pair.client == STACK_SIM ? SECONDS(60) : SECONDS(2);
}

/* More than B has room for; A's send buffer takes it all. */
static int write_all(const struct ends *ends, struct fault *fault)
{
    static uint8_t bytes[BYTES];
    pattern_fill(bytes, sizeof bytes);
    int64_t done = net_setsockopt(ends->stage->a, ends->a, NET_SO_SNDBUF, SNDBUF);
    if (done >= 0)
        done = net_write_full(ends->stage->a, ends->a, bytes, sizeof bytes);
    return done < 0 ? fault_errno(fault, (int)done, "cannot write") : 0;
}

/* Until A has nothing more that it may send: its window is shut, or as good as. */
static bool await_standstill(const struct ends *ends)
{
    usec_t deadline = usec_after(clock_now(), PATIENCE);
    struct net_info info = {0};
    while (net_info(ends->stage->a, ends->a, &info) == 0 &&
           (info.snd_wnd > 0 || info.unacked > 0)) {
        if (clock_now() >= deadline)
            return false;
        thread_sleep_until(usec_after(clock_now(), MS(2)));
    }
    return true;
}

static int put_standstill(const struct ends *ends)
{
    struct results *results = &ends->stage->results;
    struct net_info a, b;
    int error = net_info(ends->stage->a, ends->a, &a);
    if (!error)
        error = net_info(ends->stage->b, ends->b, &b);
    if (error)
        return error;
    results_put_number(results, "unread_by_b", b.unread);
    results_put_number(results, "unsent_by_a", a.unsent);
    results_put_number(results, "rto_ms", a.rto_us / USEC_MS);
    return 0;
}

/* From `bytes` + `from` on, in calls as large as they can be. */
static int read_rest(const struct ends *ends, uint8_t *bytes, size_t from, struct fault *fault)
{
    int64_t got = 1;
    for (size_t at = from; at < BYTES && got > 0; at += (size_t)got)
        got = net_recv(ends->stage->b, ends->b, bytes + at, BYTES - at, 0);
    if (got <= 0)
        return fault_errno(fault, got < 0 ? (int)got : -EIO, "the bytes did not all arrive");
    results_put_number(&ends->stage->results, "bytes", BYTES);
    results_put_bool(&ends->stage->results, "equal", pattern_holds(bytes, BYTES));
    return 0;
}

/* How B reads, once A can send no more. */
struct reading {
    usec_t pause_us;
    int crumbs;
};

static int read_slowly(const struct ends *ends, const struct reading *reading, struct fault *fault)
{
    static uint8_t bytes[BYTES];
    size_t at = 0;
    int64_t got = 0;
    if (!await_standstill(ends))
        return fault_set(fault, -ETIMEDOUT, "the window did not fall to zero");
    int error = put_standstill(ends);
    if (error)
        return fault_errno(fault, error, "cannot look at both ends");
    stage_note(ends->stage, standstill);
    thread_sleep_until(usec_after(clock_now(), reading->pause_us));
    for (int i = 0; i < reading->crumbs && got >= 0; i++) {
        got = net_read_full(ends->stage->b, ends->b, bytes + at, CRUMB);
        at += CRUMB;
        thread_sleep_until(usec_after(clock_now(), MS(2)));
    }
    if (got < 0)
        return fault_errno(fault, (int)got, "cannot read");
    stage_note(ends->stage, relief);
    return read_rest(ends, bytes, at, fault);
}

static int play(struct stage *stage, struct reading reading, struct fault *fault)
{
    struct ends ends;
    int error = ends_open_narrow(&ends, stage, PORT, RCVBUF, fault);
    if (error)
        return error;
    net_setsockopt(stage->b, ends.b, NET_SO_RCVTIMEO, PATIENCE);
    error = write_all(&ends, fault);
    if (!error)
        error = read_slowly(&ends, &reading, fault);
    ends_close(&ends);
    return error;
}

static int play_slow(struct stage *stage, struct fault *fault)
{
    return play(stage, (struct reading){.pause_us = pause_on(stage)}, fault);
}

static int play_lost(struct stage *stage, struct fault *fault)
{
    return play(stage, (struct reading){.pause_us = MS(100)}, fault);
}

static int play_crumbs(struct stage *stage, struct fault *fault)
{
    results_put_number(&stage->results, "crumbs", CRUMBS);
    results_put_number(&stage->results, "crumb", CRUMB);
    return play(stage, (struct reading){.crumbs = CRUMBS}, fault);
}

/* ---- what the wire saw ---- */

/* Text of A's between two remarks, probes not counted. */
static int count_texts(const struct trace_log *log, usec_t begin, usec_t end)
{
    struct segments segments;
    struct segment_sent sent;
    int more, count = 0;
    segments_begin(&segments, log);
    while ((more = segments_next(&segments, &sent)) > 0)
        count += sent.at > begin && sent.at < end && sent.tcp->from == 0 &&
                 sent.tcp->text_len > 0 && !(sent.tcp->marks & MARK_PROBE);
    segments_end(&segments);
    return more < 0 ? more : count;
}

static int review_slow(struct stage *stage, const struct trace_log *log)
{
    int texts = count_texts(log, segments_noted(log, standstill), segments_noted(log, relief));
    if (texts < 0)
        return texts;
    results_put_number(&stage->results, "texts_while_shut", texts);
    return window_review(stage, log);
}

/* From B's lost update to the text that A sends again: what A sent just before that. */
static int review_lost(struct stage *stage, const struct trace_log *log)
{
    struct segments segments;
    struct segment_sent sent;
    usec_t lost = NEVER, healed = NEVER;
    bool probed = false;
    int more;
    segments_begin(&segments, log);
    while ((more = segments_next(&segments, &sent)) > 0) {
        bool probe = sent.tcp->marks & MARK_PROBE;
        if (sent.tcp->from == 1 && sent.frame->fate & FATE_DROP)
            lost = sent.at;
        if (sent.tcp->from == 0 && lost != NEVER && healed == NEVER) {
            probed = probed || probe;
            healed = sent.tcp->text_len > 0 && !probe ? sent.at : NEVER;
        }
    }
    segments_end(&segments);
    results_put_bool(&stage->results, "update_lost", lost != NEVER);
    results_put_bool(&stage->results, "healed_by_probe", probed && healed != NEVER);
    results_put_number(&stage->results, "healed_after_ms", (healed - lost) / USEC_MS);
    return more < 0 ? more : window_review(stage, log);
}

/* While B reads crumbs: how far its right edge moves at a time, and what A then sends. */
struct steps {
    int count, texts;
    int64_t least, least_text, edge;
};

static void note_step(struct steps *steps, const struct segment_sent *sent)
{
    int64_t reach = sent->tcp->ack + sent->tcp->window;
    if (reach > steps->edge && steps->edge > 0) {
        steps->least = steps->count++ == 0 || reach - steps->edge < steps->least
                           ? reach - steps->edge
                           : steps->least;
    }
    steps->edge = reach > steps->edge ? reach : steps->edge;
}

static void note_text(struct steps *steps, const struct segment_sent *sent)
{
    if (sent->tcp->text_len == 0 || sent->tcp->marks & MARK_PROBE)
        return;
    if (steps->texts++ == 0 || sent->tcp->text_len < steps->least_text)
        steps->least_text = sent->tcp->text_len;
}

static int review_crumbs(struct stage *stage, const struct trace_log *log)
{
    usec_t begin = segments_noted(log, standstill), end = segments_noted(log, relief);
    struct segments segments;
    struct segment_sent sent;
    struct steps steps = {0};
    int more;
    segments_begin(&segments, log);
    while ((more = segments_next(&segments, &sent)) > 0 && sent.at < end) {
        if (sent.at < begin && window_is_told(&sent))
            steps.edge = sent.tcp->ack + sent.tcp->window;
        else if (window_is_told(&sent))
            note_step(&steps, &sent);
        else if (sent.at >= begin)
            note_text(&steps, &sent);
    }
    segments_end(&segments);
    results_put_number(&stage->results, "steps", steps.count);
    results_put_number(&stage->results, "least_step", steps.least);
    results_put_number(&stage->results, "texts", steps.texts);
    results_put_number(&stage->results, "least_text", steps.least_text);
    return more < 0 ? more : window_review(stage, log);
}

/* ---- the scenes ---- */

/* Both stacks have the same least time-out; it is Linux' own. */
static const char *const settings[] = {"-net.ipv4.tcp_rto_min_us=200000", NULL};

static const struct scene_plot plots[] = {
    {.what = "window",
     .title = {"The window that B offers", "B 给出的窗口"},
     .x = {"time (s)", "时间(秒)"},
     .y = {"bytes", "字节"},
     .draw = window_plot},
    {0},
};

static const struct scene scenes[] = {
    {.name = "slow",
     .plots = plots,
     .title = {"a reader that reads nothing for a while", "读的一方一段时间什么也不读"},
     .play = play_slow,
     .review = review_slow,
     .saw = {"when A could send no more, B had {unread_by_b} bytes unread, and A "
             "{unsent_by_a} unsent. B's window became smaller {narrower} times and was zero in "
             "{zero_windows} segments. "
             "A asked {probes} times, after {probe_gaps_ms} ms (its RTO was {rto_ms}). All {bytes} "
             "bytes arrived in the end: {equal}; lost on the wire: {dropped}, sent again: "
             "{resent}. The edge up to which A may send moved left {edge_moved_left} times.",
             "A 不能再发时,B 有 {unread_by_b} 字节没有读,A 有 {unsent_by_a} 字节没有发。B "
             "的窗口变小了 {narrower} 次,有 {zero_windows} 个报文段里是 0。A 探测了 {probes} 次,"
             "间隔(毫秒)依次是 {probe_gaps_ms}(当时 RTO 是 {rto_ms})。{bytes} 个字节最后都到了:"
             "{equal};线路上丢的:{dropped},重发的:{resent}。"
             "A 可以发到的右边界向左移动过 {edge_moved_left} 次。"}},
    {.name = "lost-update",
     .title = {"the segment that opens the window is lost", "打开窗口的那个报文段丢了"},
     .play = play_lost,
     .review = review_lost,
     .script = "drop window-update 1 b>a",
     .saw =
         {"the update was lost ({update_lost}), and nobody sends an ACK again. {healed_after_ms} "
          "ms later A went on, because a probe had asked: {healed_by_probe}. All {bytes} bytes: "
          "{equal}.",
          "窗口更新丢了({update_lost}),而 ACK 是没有人重发的。{healed_after_ms} 毫秒后 A 继续发送,"
          "因为窗口探测问到了:{healed_by_probe}。{bytes} 个字节都到了:{equal}。"}},
    {.name = "crumbs",
     .plots = plots,
     .title = {"a reader that reads a hundred bytes at a time: no silly windows",
               "每次只读一百个字节:没有糊涂窗口"},
     .play = play_crumbs,
     .review = review_crumbs,
     .saw =
         {"{crumbs} reads of {crumb} bytes moved the edge in {steps} steps of {least_step} bytes "
          "or more; A answered with {texts} segments of {least_text} bytes or more.",
          "读了 {crumbs} 次,每次 {crumb} 字节;右边界只移动了 {steps} 步,每步至少 {least_step} "
          "字节;A 相应发了 {texts} 个报文段,每个至少 {least_text} 字节。"}},
};

int main(int argc, char **argv)
{
    return experiment_main(
        &(struct experiment){
            .name = "flow-control",
            .summary = {"A slow reader: the window falls to zero, probes, and nothing is lost.",
                        "流量控制:读得慢,窗口降到零,窗口探测,什么也不丢。"},
            .question = {"Before you look: the reader's buffer is full and the writer has more. "
                         "What is lost, and who has to act for things to go on?",
                         "先预测:读方的缓冲区满了,写方还有数据。会丢什么?要靠谁才能继续?"},
            .scenes = scenes,
            .scene_count = ARRAY_LEN(scenes),
            .specs = specs,
            .spec_count = ARRAY_LEN(specs),
            .testbed = {.medium.both.delay = MS(10), .sample = true, .sysctls = settings},
            .example = "exp-flow-control --stack sim --pause 10min",
        },
        argc, argv);
}
