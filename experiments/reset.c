/* exp-reset: a connection that is over without having been closed. RST says "I know nothing of
 * this", or "I will not have it any longer": nothing is sent again, nothing that waited is
 * delivered, nobody answers it, and the next call of the other program fails. Five ways to get one.
 */
#include <errno.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "client/ask.h"
#include "experiments/ends.h"
#include "experiments/segments.h"
#include "net/io.h"

#define PATIENCE SECONDS(5)

enum { PORT = 8084 };

static void close_b(struct ends *ends)
{
    net_close(ends->stage->b, ends->b);
    ends->b = -1;
}

static void settle(const struct ends *ends)
{
    testbed_settle(ends->stage->testbed, usec_after(clock_now(), SECONDS(1)));
}

static int speak(const struct ends *ends, struct fault *fault)
{
    static const char line[] = "anybody?\n";
    int64_t sent = net_write_full(ends->stage->a, ends->a, line, sizeof line - 1);
    return sent < 0 ? fault_errno(fault, (int)sent, "A cannot send") : 0;
}

/* What A's program hears of it: its next receive, and the send after that. */
static void put_hearing(const struct ends *ends)
{
    struct results *results = &ends->stage->results;
    char byte = 'x';
    int64_t got = net_recv(ends->stage->a, ends->a, &byte, 1, 0);
    int64_t sent = net_send(ends->stage->a, ends->a, &byte, 1, 0);
    results_put_error(results, "receive", got < 0 ? (int)got : 0);
    results_put_error(results, "then_send", sent < 0 ? (int)sent : 0);
}

/* ---- five ways ---- */

static int play_port(struct stage *stage, struct fault *fault)
{
    int sock = ask_open(stage->a, &(struct net_addr){testbed_ip(HOST_B), PORT}, PATIENCE);
    results_put_error(&stage->results, "connect", sock < 0 ? sock : 0);
    if (sock < 0)
        return 0;
    net_close(stage->a, sock);
    return fault_set(fault, -EPROTO, "connected to a port on which nobody listens");
}

static int play_abort(struct stage *stage, struct fault *fault)
{
    struct ends ends;
    int error = ends_open(&ends, stage, PORT, fault);
    if (error)
        return error;
    error = net_setsockopt(stage->b, ends.b, NET_SO_LINGER, 0);
    close_b(&ends);
    put_hearing(&ends);
    ends_close(&ends);
    return error ? fault_errno(fault, error, "cannot set SO_LINGER") : 0;
}

static int play_unread(struct stage *stage, struct fault *fault)
{
    struct ends ends;
    int error = ends_open(&ends, stage, PORT, fault);
    if (error)
        return error;
    struct net_pollfd arrived = {.sock = ends.b, .events = NET_IN};
    error = speak(&ends, fault);
    if (!error && net_poll(stage->b, &arrived, 1, PATIENCE) != 1)
        error = fault_set(fault, -ETIMEDOUT, "nothing arrived");
    close_b(&ends);
    if (!error)
        put_hearing(&ends);
    ends_close(&ends);
    return error;
}

/* The RST of B's abort is lost, as if B had lost its power and come back. */
static int play_vanished(struct stage *stage, struct fault *fault)
{
    struct ends ends;
    int error = ends_open(&ends, stage, PORT, fault);
    if (error)
        return error;
    net_setsockopt(stage->b, ends.b, NET_SO_LINGER, 0);
    close_b(&ends);
    settle(&ends);
    error = speak(&ends, fault);
    if (!error)
        put_hearing(&ends);
    ends_close(&ends);
    return error;
}

/* B hears and says no more, but has not closed; A goes on speaking. */
static int play_ended(struct stage *stage, struct fault *fault)
{
    char nothing;
    struct ends ends;
    int error = ends_open(&ends, stage, PORT, fault);
    if (error)
        return error;
    error = net_shutdown(stage->b, ends.b, NET_SHUT_RDWR);
    if (error)
        fault_errno(fault, error, "cannot shut down");
    int64_t end = net_recv(stage->a, ends.a, &nothing, 1, 0);
    results_put_bool(&stage->results, "end_of_stream", end == 0);
    if (!error)
        error = speak(&ends, fault);
    struct net_pollfd over = {.sock = ends.a};
    if (!error && net_poll(stage->a, &over, 1, PATIENCE) != 1)
        error = fault_set(fault, -ETIMEDOUT, "no reset came");
    put_hearing(&ends);
    ends_close(&ends);
    return error;
}

static int review(struct stage *stage, const struct trace_log *log)
{
    char text[RESULT_VALUE_MAX];
    int count = segments_tell(log, (struct segments_part){0, 0}, text, sizeof text);
    results_put_text(&stage->results, "segments", text);
    return count < 0 ? count : 0;
}

#define HEARD                                                                                      \
    {                                                                                              \
        "{segments}. A's next receive: {receive}; the send after it: {then_send}.",                \
            "{segments}。A 的下一次接收:{receive};再发送:{then_send}。"                 \
    }

static const struct scene scenes[] = {
    {.name = "port",
     .title = {"nobody listens at this port", "这个端口无人监听"},
     .play = play_port,
     .review = review,
     .saw = {"{segments}: connect failed with {connect}.", "{segments}:connect 失败,{connect}。"}},
    {.name = "abort",
     .title = {"B aborts: close with SO_LINGER 0", "B 放弃连接:SO_LINGER 为 0 时 close"},
     .play = play_abort,
     .review = review,
     .saw = HEARD},
    {.name = "unread",
     .title = {"B closes and has not read everything", "B 没读完就 close"},
     .play = play_unread,
     .review = review,
     .saw = HEARD},
    {.name = "vanished",
     .title = {"B knows nothing of the connection any more, and A speaks",
               "B 已经不记得这个连接,A 却说话了"},
     .play = play_vanished,
     .review = review,
     .script = "drop rst b>a",
     .saw = HEARD},
    {.name = "ended",
     .title = {"B has ended both directions, and A goes on speaking",
               "B 已结束两个方向,A 还在说话"},
     .play = play_ended,
     .review = review,
     .saw = HEARD},
};

int main(int argc, char **argv)
{
    return experiment_main(
        &(struct experiment){
            .name = "reset",
            .summary = {"Five ways to get a RST, and what the other program hears of it.",
                        "得到 RST 的五种方式,以及对方程序看到什么。"},
            .question = {"Before you look: a program closes a socket that it has not read to the "
                         "end. What does the other one get: an end of stream, or an error?",
                         "先预测:程序没读完就关闭套接字,对方得到的是流的结束还是错误?"},
            .scenes = scenes,
            .scene_count = ARRAY_LEN(scenes),
            .testbed = {.medium.both.delay = MS(10), .sample = true},
            .example = "exp-reset --scene unread --stack both",
        },
        argc, argv);
}
