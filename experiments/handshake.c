/* exp-handshake: why three. A first segment may be an old one that turns up late: only who sent it
 * can tell, so the server asks back, and believes the third. Then what else may happen: the third
 * is lost, nobody listens, both begin at the same time. */
#include <errno.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/thread.h"
#include "client/knock.h"
#include "experiments/await.h"
#include "experiments/experiment.h"
#include "experiments/segments.h"
#include "net/background.h"
#include "net/io.h"
#include "server/echo.h"
#include "testbed/listing.h"

#define PATIENCE SECONDS(5)
#define A_MOMENT MS(100) /* long enough for what is on the wire, too short for any timer */

enum { CLIENT_PORT = 4000 };

static struct net_addr server_addr(void)
{
    return (struct net_addr){testbed_ip(HOST_B), ECHO_PORT};
}

/* ---- an echo server on host B, a client on host A ---- */

struct play {
    struct stage *stage;
    struct echo_service service;
    struct background server;
};

static int begin(struct play *play, struct stage *stage, struct fault *fault)
{
    *play = (struct play){.stage = stage};
    const struct serve_config config = {.addr = server_addr(),
                                        .backlog = 8,
                                        .max_connections = 8,
                                        .handle = echo_handle,
                                        .arg = &play->service};
    return background_start(&play->server, stage->b, &config, fault);
}

static void end(struct play *play)
{
    struct serve_stats stats;
    testbed_settle(play->stage->testbed, usec_after(clock_now(), SECONDS(1)));
    background_stop(&play->server, &stats);
    results_put_number(&play->stage->results, "accepted", (int64_t)stats.accepted);
}

static int connect_a(struct stage *stage, usec_t *took, struct fault *fault)
{
    const struct knock how = {.server = server_addr(), .from_port = CLIENT_PORT};
    int sock = knock(stage->a, &how, took);
    return sock < 0 ? fault_errno(fault, sock, "cannot connect") : sock;
}

/* How many connections of the server are in this state. */
static int put_server(struct stage *stage, const char *key, enum tcp_state state)
{
    int count = testbed_count(stage->testbed, HOST_B, state, ECHO_PORT);
    results_put_number(&stage->results, key, count);
    return count;
}

static void let_pass(usec_t time)
{
    thread_sleep_until(usec_after(clock_now(), time));
}

/* ---- three ---- */

static int play_three(struct stage *stage, struct fault *fault)
{
    struct play play;
    usec_t took;
    int error = begin(&play, stage, fault);
    if (error)
        return error;
    int sock = connect_a(stage, &took, fault);
    if (sock >= 0) {
        const struct await_crowd one = {HOST_B, STATE_ESTABLISHED, ECHO_PORT, 1};
        results_put_number(&stage->results, "connect_ms", took / USEC_MS);
        results_put_bool(&stage->results, "server_established",
                         await_count(stage->testbed, &one, PATIENCE));
        error = net_close_gracefully(stage->a, sock);
    }
    end(&play);
    return sock < 0 ? sock : error;
}

static int put_segments(struct stage *stage, const struct trace_log *log, struct segments_part part)
{
    char text[RESULT_VALUE_MAX];
    int count = segments_tell(log, part, text, sizeof text);
    results_put_number(&stage->results, "count", count);
    results_put_text(&stage->results, "segments", text);
    return count < 0 ? count : 0;
}

/* Up to the end of the connection, which is another experiment. */
static int review_opening(struct stage *stage, const struct trace_log *log)
{
    return put_segments(stage, log, (struct segments_part){TCP_SYN, TCP_FIN});
}

static int review_all(struct stage *stage, const struct trace_log *log)
{
    return put_segments(stage, log, (struct segments_part){0, 0});
}

/* ---- an old SYN ---- */

/* The client is gone, without a trace, when a copy of its SYN comes out of the network. */
static int play_old_syn(struct stage *stage, struct fault *fault)
{
    struct play play;
    int error = begin(&play, stage, fault);
    if (error)
        return error;
    int sock = connect_a(stage, NULL, fault);
    if (sock >= 0) {
        error = net_setsockopt(stage->a, sock, NET_SO_LINGER, 0);
        net_close(stage->a, sock);
        let_pass(MS(1500));
        put_server(stage, "half_open", STATE_SYN_RECEIVED);
        put_server(stage, "ghosts", STATE_ESTABLISHED);
    }
    end(&play);
    return sock < 0 ? sock : error;
}

/* ---- the third is lost ---- */

static int lose_third(struct stage *stage, bool speaks, struct fault *fault)
{
    static const char line[] = "anybody?\n";
    const struct await_crowd one = {HOST_B, STATE_ESTABLISHED, ECHO_PORT, 1};
    int sock = connect_a(stage, NULL, fault);
    if (sock < 0)
        return sock;
    usec_t start = clock_now();
    let_pass(A_MOMENT);
    results_put_bool(&stage->results, "client_established",
                     await_state(stage->a, sock, STATE_ESTABLISHED, 0));
    put_server(stage, "half_open", STATE_SYN_RECEIVED);
    int64_t sent = speaks ? net_send(stage->a, sock, line, sizeof line - 1, 0) : 0;
    results_put_bool(&stage->results, "healed", await_count(stage->testbed, &one, PATIENCE));
    results_put_number(&stage->results, "healed_ms", (clock_now() - start) / USEC_MS);
    int error = net_close_gracefully(stage->a, sock);
    return sent < 0 ? fault_errno(fault, (int)sent, "the client cannot send") : error;
}

static int play_lost(struct stage *stage, bool speaks, struct fault *fault)
{
    struct play play;
    int error = begin(&play, stage, fault);
    if (error)
        return error;
    error = lose_third(stage, speaks, fault);
    end(&play);
    return error;
}

static int play_lost_ack(struct stage *stage, struct fault *fault)
{
    return play_lost(stage, false, fault);
}

static int play_data_heals(struct stage *stage, struct fault *fault)
{
    return play_lost(stage, true, fault);
}

/* ---- nobody listens ---- */

static int play_refused(struct stage *stage, struct fault *fault)
{
    const struct knock how = {.server = server_addr()};
    usec_t took;
    int outcome = knock(stage->a, &how, &took);
    results_put_error(&stage->results, "outcome", outcome < 0 ? outcome : 0);
    results_put_number(&stage->results, "took_ms", took / USEC_MS);
    if (outcome < 0)
        return 0;
    net_close(stage->a, outcome);
    return fault_set(fault, -EPROTO, "connected to a port on which nobody listens");
}

/* ---- both at once ---- */

static void put_end(struct stage *stage, const char *key, struct net *net, int sock)
{
    struct net_info info = {.state = STATE_CLOSED};
    if (sock >= 0 && net_info(net, sock, &info) == 0)
        results_put_text(&stage->results, key, tcp_state_name(info.state));
    else
        results_put_error(&stage->results, key, sock);
}

static void leave(struct net *net, int sock)
{
    if (sock < 0)
        return;
    net_setsockopt(net, sock, NET_SO_LINGER, 0);
    net_close(net, sock);
}

/* Nobody listens anywhere; each connects to the port that the other one connects from. */
static int play_simultaneous(struct stage *stage, struct fault *fault)
{
    const struct knock from_a = {.server = server_addr(), .from_port = CLIENT_PORT};
    const struct knock from_b = {.server = {testbed_ip(HOST_A), CLIENT_PORT},
                                 .from_port = ECHO_PORT};
    struct knocker b;
    int error = knock_begin(&b, stage->b, &from_b);
    if (error)
        return fault_errno(fault, error, "cannot start a thread");
    int a = knock(stage->a, &from_a, NULL);
    knock_end(&b);
    testbed_settle(stage->testbed, usec_after(clock_now(), SECONDS(1)));
    put_end(stage, "a_state", stage->a, a);
    put_end(stage, "b_state", stage->b, b.sock);
    leave(stage->a, a);
    leave(stage->b, b.sock);
    if ((a < 0 || b.sock < 0) && stage->pair.client != STACK_KERNEL)
        return fault_errno(fault, a < 0 ? a : b.sock, "a simultaneous open failed");
    return 0;
}

static int review_before_reset(struct stage *stage, const struct trace_log *log)
{
    return put_segments(stage, log, (struct segments_part){TCP_SYN, TCP_RST});
}

static const struct scene scenes[] = {
    {.name = "three",
     .title = {"three segments, and both know", "三个报文段,双方都知道了"},
     .play = play_three,
     .review = review_opening,
     .saw = {"{count} segments: {segments}. connect returned after {connect_ms} ms, before the "
             "third had arrived.",
             "{count} 个报文段:{segments}。connect 在 {connect_ms} 毫秒后返回,那时第三个还没到。"}},
    {.name = "old-syn",
     .title = {"why three: an old SYN turns up when its client is gone",
               "为什么要三次:客户端早已离开,旧的 SYN 才到"},
     .play = play_old_syn,
     .review = review_all,
     .script = "replay syn a>b after 1s",
     .saw = {"the server answered the old SYN too, and the client's system refused: {segments}. "
             "{accepted} connection was accepted, {ghosts} ghosts are left, {half_open} half "
             "open. With two segments the ghost would be a connection.",
             "服务器也回答了旧的 SYN,客户端的系统拒绝了:{segments}。接受的连接有 {accepted} "
             "个,留下的幽灵连接 {ghosts} 个,半连接 {half_open} "
             "个。若只有两次握手,幽灵就成了连接。"}},
    {.name = "lost-ack",
     .title = {"the third segment is lost, and the client says nothing",
               "第三个报文段丢失,客户端不说话"},
     .play = play_lost_ack,
     .review = review_opening,
     .script = "drop handshake-ack a>b",
     .saw = {"the client was established ({client_established}) while the server had {half_open} "
             "half-open connection; its timer sent the second segment again and after "
             "{healed_ms} ms all was well: {segments}.",
             "客户端已经建立({client_established}),服务器却有 {half_open} "
             "个半连接;它的定时器重发第二个报文段,{healed_ms} 毫秒后恢复正常:{segments}。"}},
    {.name = "data-heals",
     .title = {"the third segment is lost, and the client speaks",
               "第三个报文段丢失,客户端接着说话"},
     .play = play_data_heals,
     .review = review_opening,
     .script = "drop handshake-ack a>b",
     .saw =
         {"the server had {half_open} half-open connection until the first data came, {healed_ms} "
          "ms after connect: every segment carries the ACK that was lost. {segments}.",
          "服务器上有 {half_open} 个半连接,直到 connect 之后 {healed_ms} "
          "毫秒第一份数据到来:每个报文段都带着丢失的那个 ACK。{segments}。"}},
    {.name = "refused",
     .title = {"nobody listens", "无人监听"},
     .play = play_refused,
     .review = review_all,
     .saw = {"{segments}: connect failed with {outcome} after {took_ms} ms, one round trip.",
             "{segments}:connect 在 {took_ms} 毫秒(一个往返)后失败,得到 {outcome}。"}},
    {.name = "simultaneous",
     .title = {"both connect at the same time, nobody listens", "双方同时 connect,无人监听"},
     .play = play_simultaneous,
     .review = review_before_reset,
     .script = "delay syn by 200ms",
     .saw = {"one connection, A {a_state}, B {b_state}, out of {count} segments: {segments}.",
             "一个连接,A 处于 {a_state},B 处于 {b_state},共 {count} 个报文段:{segments}。"}},
};

int main(int argc, char **argv)
{
    return experiment_main(
        &(struct experiment){
            .name = "handshake",
            .summary = {"Opening a connection: why three segments, and what may go wrong.",
                        "建立连接:为什么是三个报文段,以及可能出的差错。"},
            .question = {"Before you look: would two segments do? What would an old SYN, long "
                         "forgotten by its sender, do to the server?",
                         "先预测:两个报文段够吗?发送者早已忘记的旧 SYN 会对服务器做什么?"},
            .scenes = scenes,
            .scene_count = ARRAY_LEN(scenes),
            .testbed = {.medium.both.delay = MS(10), .sample = true},
            .example = "exp-handshake --scene simultaneous --stack both",
        },
        argc, argv);
}
