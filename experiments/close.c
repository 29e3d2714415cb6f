/* exp-close: each end says that it has no more to send, and each is acknowledged. That makes four
 * segments, or three, when the second FIN rides with the ACK of the first; and the two FINs may
 * cross. Who was first waits afterwards, in TIME_WAIT; who crossed, both. */
#include <errno.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/thread.h"
#include "client/ask.h"
#include "experiments/await.h"
#include "experiments/experiment.h"
#include "experiments/paths.h"
#include "experiments/segments.h"
#include "net/background.h"
#include "testbed/listing.h"

#define PATIENCE SECONDS(5)

enum { PORT = 8083 };

static usec_t pause_us = MS(300);

static const struct option_spec specs[] = {
    {"pause", 0, OPTION_DURATION, &pause_us,
     "between the client's end and the server's, in the scene 'four'", NULL, 0, 0},
};

/* ---- two ends ---- */

/* When the server's end closes. */
struct ending {
    bool waits;      /* for the client's end; else by the clock alone */
    usec_t pause_us; /* so long after the client's end, */
    usec_t at;       /* and not before this */
};

static void close_so(struct net *net, int sock, const struct net_addr *peer, void *arg)
{
    const struct ending *ending = arg;
    char nothing;
    (void)peer;
    if (ending->waits)
        net_recv(net, sock, &nothing, 1, 0);
    thread_sleep_until(usec_max(ending->at, usec_after(clock_now(), ending->pause_us)));
}

/* The client closes at `ending->at`; then both ends are given time to finish. */
static int close_both(struct stage *stage, const struct net_addr *server,
                      const struct ending *ending, struct fault *fault)
{
    const struct await_crowd gone = {HOST_B, STATE_LAST_ACK, PORT, 0};
    const struct await_crowd waits = {HOST_A, STATE_TIME_WAIT, 0, 1};
    int sock = ask_open(stage->a, server, PATIENCE);
    if (sock < 0)
        return fault_errno(fault, sock, "cannot connect");
    thread_sleep_until(ending->at);
    net_close(stage->a, sock);
    if (!await_count(stage->testbed, &waits, PATIENCE) ||
        !await_count(stage->testbed, &gone, PATIENCE))
        return fault_set(fault, -ETIMEDOUT, "the connection did not come to its end");
    testbed_settle(stage->testbed, usec_after(clock_now(), SECONDS(1)));
    results_put_number(&stage->results, "time_wait_a",
                       testbed_count(stage->testbed, HOST_A, STATE_TIME_WAIT, 0));
    results_put_number(&stage->results, "time_wait_b",
                       testbed_count(stage->testbed, HOST_B, STATE_TIME_WAIT, PORT));
    return 0;
}

static int play(struct stage *stage, struct ending ending, struct fault *fault)
{
    const struct net_addr addr = {testbed_ip(HOST_B), PORT};
    const struct serve_config config = {
        .addr = addr, .backlog = 1, .max_connections = 1, .handle = close_so, .arg = &ending};
    struct background server;
    ending.at = usec_after(clock_now(), MS(100));
    int error = background_start(&server, stage->b, &config, fault);
    if (error)
        return error;
    error = close_both(stage, &addr, &ending, fault);
    background_stop(&server, NULL);
    return error;
}

static int play_four(struct stage *stage, struct fault *fault)
{
    return play(stage, (struct ending){.waits = true, .pause_us = pause_us}, fault);
}

/* Our own stack acknowledges a FIN at once, so that there are four; Linux lets that ACK wait. */
static int play_prompt(struct stage *stage, struct fault *fault)
{
    return play(stage, (struct ending){.waits = true}, fault);
}

static int play_simultaneous(struct stage *stage, struct fault *fault)
{
    return play(stage, (struct ending){.waits = false}, fault);
}

/* ---- what the wire saw ---- */

static int put_path(struct stage *stage, const struct trace_log *log, enum host host,
                    const char *key)
{
    char text[RESULT_VALUE_MAX];
    int count = path_tell(log, (struct path_wanted){host, STATE_ESTABLISHED}, text, sizeof text);
    results_put_text(&stage->results, key, text);
    return count < 0 ? count : 0;
}

static int review(struct stage *stage, const struct trace_log *log)
{
    char text[RESULT_VALUE_MAX];
    int count = segments_tell(log, (struct segments_part){TCP_FIN, 0}, text, sizeof text);
    if (count < 0)
        return count;
    results_put_number(&stage->results, "count", count);
    results_put_text(&stage->results, "segments", text);
    int error = put_path(stage, log, HOST_A, "path_a");
    return error ? error : put_path(stage, log, HOST_B, "path_b");
}

#define SEEN                                                                                                  \
    {                                                                                                         \
        "{count} segments: {segments}. A went {path_a}; B went {path_b}. In TIME_WAIT: "                      \
        "{time_wait_a} at A, {time_wait_b} at B.",                                                            \
            "{count} 个报文段:{segments}。A 经过 {path_a};B 经过 {path_b}。处于 TIME_WAIT 的:A " \
            "有 {time_wait_a} 个,B 有 {time_wait_b} 个。"                                                \
    }

static const struct scene scenes[] = {
    {.name = "four",
     .title = {"the server has still something to do before it closes",
               "服务器还有事要做,过一会儿才关闭"},
     .play = play_four,
     .review = review,
     .saw = SEEN},
    {.name = "prompt",
     .title = {"the server closes at once: three, if its system was slow to acknowledge the FIN",
               "服务器立即关闭:如果它的系统没有急着确认 FIN,就是三个"},
     .play = play_prompt,
     .review = review,
     .saw = SEEN},
    {.name = "simultaneous",
     .title = {"both close before they hear of each other", "双方都在得知对方关闭之前关闭"},
     .play = play_simultaneous,
     .review = review,
     .script = "delay fin by 200ms",
     .saw = SEEN},
};

int main(int argc, char **argv)
{
    return experiment_main(
        &(struct experiment){
            .name = "close",
            .summary = {"Closing a connection in four segments, in three, and from both ends.",
                        "关闭连接:四个报文段、三个报文段,以及双方同时。"},
            .question = {"Before you look: how many segments does it take to close, and which end "
                         "has to wait afterwards?",
                         "先预测:关闭要几个报文段?之后哪一端要等待?"},
            .scenes = scenes,
            .scene_count = ARRAY_LEN(scenes),
            .specs = specs,
            .spec_count = ARRAY_LEN(specs),
            .testbed = {.medium.both.delay = MS(10), .sample = true},
            .example = "exp-close --scene simultaneous",
        },
        argc, argv);
}
