/* exp-timers: all the deadlines in one connection's life. Nothing happens in TCP but that a segment
 * arrives, a program calls, or a time is over; here everything waits for the third. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/thread.h"
#include "experiments/await.h"
#include "experiments/ends.h"
#include "experiments/timeline.h"
#include "net/io.h"
#include "testbed/listing.h"

#define PATIENCE SECONDS(5)
#define A_MOMENT MS(100) /* longer than a round trip and a delayed ACK */

enum { PORT = 8090, NARROW = 4096, MUCH = 6000 };

static void pause_for(usec_t time)
{
    thread_sleep_until(usec_after(clock_now(), time));
}

/* ---- one after the other ---- */

/* A's byte is lost on its way; B reads it when it comes again, and has nothing to say. */
static int lose_a_byte(const struct ends *ends, struct fault *fault)
{
    char byte;
    int64_t done = net_write_full(ends->stage->a, ends->a, "x", 1);
    if (done >= 0)
        done = net_read_full(ends->stage->b, ends->b, &byte, 1);
    if (done < 0)
        return fault_errno(fault, (int)done, "the byte did not arrive");
    pause_for(A_MOMENT);
    return 0;
}

/* Until a timer of that name, which A's host lists, has run out, and the answer has come. */
static int outwait(const struct ends *ends, const char *timer, struct fault *fault)
{
    usec_t deadline = usec_after(clock_now(), PATIENCE);
    struct tcp_entry entry = {0};
    while (testbed_find(ends->stage->testbed, HOST_A, STATE_ESTABLISHED, 0, &entry) != 1 ||
           !entry.timer || strcmp(entry.timer, timer) != 0) {
        if (clock_now() >= deadline)
            return fault_set(fault, -ETIMEDOUT, "the %s timer was not set", timer);
        pause_for(MS(2));
    }
    pause_for(entry.timer_us + A_MOMENT);
    return 0;
}

/* A has more to say than B, which does not read, has room for; then B reads. */
static int close_the_window(const struct ends *ends, struct fault *fault)
{
    static uint8_t much[MUCH];
    int64_t done = net_send(ends->stage->a, ends->a, much, sizeof much, NET_DONTWAIT);
    if (done < 0)
        return fault_errno(fault, (int)done, "cannot send");
    int error = outwait(ends, "persist", fault);
    if (error)
        return error;
    done = net_read_full(ends->stage->b, ends->b, much, (size_t)done);
    if (done < 0)
        return fault_errno(fault, (int)done, "cannot read");
    pause_for(A_MOMENT);
    return 0;
}

static int say_nothing(const struct ends *ends, struct fault *fault)
{
    int error = net_setsockopt(ends->stage->a, ends->a, NET_TCP_KEEPIDLE, SECONDS(1));
    if (!error)
        error = net_setsockopt(ends->stage->a, ends->a, NET_SO_KEEPALIVE, 1);
    if (error)
        return fault_errno(fault, error, "cannot turn keepalive on");
    error = outwait(ends, "keepalive", fault);
    net_setsockopt(ends->stage->a, ends->a, NET_SO_KEEPALIVE, 0);
    return error;
}

/* What the host's list says how long A's end stays in `state`. */
static int put_left(const struct ends *ends, enum tcp_state state, const char *key,
                    struct fault *fault)
{
    struct stage *stage = ends->stage;
    struct tcp_entry entry;
    if (!await_count(stage->testbed, &(struct await_crowd){HOST_A, state, 0, 1}, PATIENCE) ||
        testbed_find(stage->testbed, HOST_A, state, 0, &entry) != 1)
        return fault_set(fault, -EPROTO, "A did not get into %s", tcp_state_name(state));
    results_put_number(&stage->results, key, entry.timer_us / USEC_MS);
    return 0;
}

/* Until nothing of A's end is left in `state`. */
static void put_stay(const struct ends *ends, enum tcp_state state, const char *key)
{
    struct stage *stage = ends->stage;
    usec_t start = clock_now();
    await_count(stage->testbed, &(struct await_crowd){HOST_A, state, 0, 0}, SECONDS(300));
    results_put_number(&stage->results, key, (clock_now() - start) / USEC_MS);
}

/* ---- the scenes ---- */

static int end_first(struct ends *ends, struct fault *fault)
{
    net_close(ends->stage->a, ends->a);
    ends->a = -1;
    return put_left(ends, STATE_FIN_WAIT_2, "fin_wait_2_left_ms", fault);
}

static int live(struct ends *ends, struct fault *fault)
{
    int error = ends_warm_up(ends, fault);
    if (!error)
        error = lose_a_byte(ends, fault);
    if (!error)
        error = close_the_window(ends, fault);
    if (!error)
        error = say_nothing(ends, fault);
    if (!error)
        error = end_first(ends, fault);
    if (error)
        return error;
    pause_for(2 * A_MOMENT);
    net_close(ends->stage->b, ends->b);
    ends->b = -1;
    error = put_left(ends, STATE_TIME_WAIT, "time_wait_left_ms", fault);
    if (!error && ends->stage->pair.client == STACK_SIM)
        put_stay(ends, STATE_TIME_WAIT, "time_wait_ms");
    return error;
}

static int play_life(struct stage *stage, struct fault *fault)
{
    struct ends ends;
    int error = ends_open_narrow(&ends, stage, PORT, NARROW, fault);
    if (error)
        return error;
    error = live(&ends, fault);
    ends_close(&ends);
    return error;
}

/* B's program never ends its direction, and A's is gone. */
static int play_forsaken(struct stage *stage, struct fault *fault)
{
    struct ends ends;
    int error = ends_open(&ends, stage, PORT, fault);
    if (error)
        return error;
    error = end_first(&ends, fault);
    if (!error)
        put_stay(&ends, STATE_FIN_WAIT_2, "fin_wait_2_ms");
    ends_close(&ends);
    return error;
}

/* ---- what the log tells ---- */

/* Our own stack tells itself which timers ran out; of a kernel the segments are all there is. */
static void put_told(struct stage *stage, const struct trace_log *log)
{
    struct trace_cursor cursor = {0};
    const struct event *event;
    char told[RESULT_VALUE_MAX] = "";
    while ((event = trace_log_next(log, &cursor)) != NULL) {
        size_t used = strlen(told);
        if (event->kind == EVENT_TIMER)
            snprintf(told + used, sizeof told - used, "%s%s", used ? " " : "", event->timer.name);
    }
    results_put_text(&stage->results, "told", told[0] ? told : "nothing");
}

static int review(struct stage *stage, const struct trace_log *log)
{
    static const char *const keys[] = {"syn_ms", "data_ms", "delack_ms", "persist_ms",
                                       "keepalive_ms"};
    struct timeline timeline;
    int error = timeline_find(log, &timeline);
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        results_put_number(&stage->results, keys[i],
                           timeline_length(&timeline, (enum timeline_timer)i) / USEC_MS);
    put_told(stage, log);
    return error;
}

static int review_told(struct stage *stage, const struct trace_log *log)
{
    put_told(stage, log);
    return 0;
}

static void draw(const struct stage *stage, const struct trace_log *log, const struct page *page)
{
    struct timeline timeline;
    (void)stage;
    if (timeline_find(log, &timeline) == 0)
        timeline_draw(&timeline, page);
}

/* Text that is lost is the timer's alone: no tail loss probe. */
static const char *const timer_alone[] = {"net.ipv4.tcp_early_retrans=0", NULL};
static const char *const short_fin_wait_2[] = {"net.ipv4.tcp_fin_timeout=1", NULL};

static const struct scene scenes[] = {
    {.name = "life",
     .title = {"a connection from its SYN, which is lost, to TIME_WAIT",
               "一个连接,从丢失的 SYN 到 TIME_WAIT"},
     .play = play_life,
     .review = review,
     .draw = draw,
     .script = "drop syn a>b; drop data 2 a>b",
     .sysctls = timer_alone,
     .saw = {"the SYN was sent again after {syn_ms} ms, the lost byte after {data_ms} ms; its ACK "
             "waited {delack_ms} ms for company; the closed window was probed after {persist_ms} "
             "ms, the silent peer after {keepalive_ms} ms. FIN_WAIT_2 would have lasted "
             "{fin_wait_2_left_ms} ms more, TIME_WAIT has {time_wait_left_ms} ms to go. What the "
             "stack itself told: {told}.",
             "SYN 在 {syn_ms} 毫秒后重发,丢失的字节在 {data_ms} 毫秒后重发;它的 ACK 等了 "
             "{delack_ms} 毫秒看有没有数据同行;关闭的窗口在 {persist_ms} "
             "毫秒后被探测,静默的对方在 {keepalive_ms} 毫秒后被探测。FIN_WAIT_2 本来还能持续 "
             "{fin_wait_2_left_ms} 毫秒,TIME_WAIT 还剩 {time_wait_left_ms} "
             "毫秒。协议栈自己报告的定时器:{told}。"}},
    {.name = "forsaken",
     .title = {"FIN_WAIT_2, and the peer never ends (tcp_fin_timeout=1)",
               "FIN_WAIT_2,而对方永不结束(tcp_fin_timeout=1)"},
     .play = play_forsaken,
     .review = review_told,
     .sysctls = short_fin_wait_2,
     .saw = {"A's program was gone and B's did not end: A's end was forgotten after "
             "{fin_wait_2_ms} ms in FIN_WAIT_2, without TIME_WAIT. What the stack itself told: "
             "{told}.",
             "A 的程序已经离开,B 的不结束:A 这一端在 FIN_WAIT_2 中停留 {fin_wait_2_ms} "
             "毫秒后被遗忘,没有 TIME_WAIT。协议栈自己报告的定时器:{told}。"}},
};

int main(int argc, char **argv)
{
    return experiment_main(
        &(struct experiment){
            .name = "timers",
            .summary = {"All the timers of a connection on one line of time.",
                        "一个连接的全部定时器,画在一条时间线上。"},
            .question = {"Before you look: how many different timers does one connection need, "
                         "and which of them is the longest?",
                         "先预测:一个连接需要多少种定时器?哪一个最长?"},
            .scenes = scenes,
            .scene_count = ARRAY_LEN(scenes),
            .testbed = {.medium.both.delay = MS(10), .sample = true},
            .example = "exp-timers --scene life --stack sim",
        },
        argc, argv);
}
