/* exp-backlog: what listen's second argument limits. The system shakes hands for a server that does
 * not accept yet; the connections wait in the accept queue, and the first one too many meets
 * silence. Beside it the SYN queue, of handshakes whose last ACK is still missing. */
#include <errno.h>
#include <stdio.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "client/knock.h"
#include "experiments/queues.h"
#include "experiments/segments.h"

static int64_t backlog = 2;

static const struct option_spec specs[] = {
    {"backlog", 'b', OPTION_INT, &backlog,
     "listen's second argument, where the scene does not choose it", NULL, 0, 20},
};

/* ---- how many ---- */

static int put_count(const struct queues *queues, int limit, struct fault *fault)
{
    struct stage *stage = queues->stage;
    const struct hold *clients = &queues->clients;
    char held[RESULT_KEY_MAX], next[RESULT_KEY_MAX], documented[RESULT_VALUE_MAX];
    snprintf(held, sizeof held, "held_%d", limit);
    snprintf(next, sizeof next, "next_%d", limit);
    snprintf(documented, sizeof documented, "%d", limit + 1);
    results_put_number(&stage->results, held, queues_connected(queues));
    results_put_text(&stage->results, next,
                     tcp_state_name(hold_state(clients, clients->count - 1)));
    return stage_expect(stage, HOST_B, held, documented, fault);
}

static int count_held(struct stage *stage, int limit, struct fault *fault)
{
    struct queues queues;
    int error = queues_begin(&queues, stage, limit, limit + 2, fault);
    if (error)
        return error;
    error = queues_put(&queues, fault);
    if (!error)
        error = put_count(&queues, limit, fault);
    queues_end(&queues);
    return error;
}

static int play_count(struct stage *stage, struct fault *fault)
{
    static const int limits[] = {0, 1, 2, 3, 5};
    int error = 0;
    for (size_t i = 0; i < ARRAY_LEN(limits) && !error; i++)
        error = count_held(stage, limits[i], fault);
    return error;
}

/* ---- what the next client sees ---- */

/* On real stacks the beginning: two retries asked for; simulated, until the stack gives up. */
static void knock_in_vain(const struct queues *queues)
{
    struct stage *stage = queues->stage;
    const struct knock next = {.server = queues->server.addr,
                               .syn_retries = stage->pair.client == STACK_SIM ? 0 : 2};
    usec_t took;
    stage_note(stage, "the queue is full; one more client");
    int sock = knock(stage->a, &next, &took);
    results_put_error(&stage->results, "outcome", sock < 0 ? sock : 0);
    results_put_number(&stage->results, "took_ms", took / USEC_MS);
    if (sock >= 0)
        net_close(stage->a, sock);
}

static int play_next(struct stage *stage, struct fault *fault)
{
    struct queues queues;
    int error = queues_begin(&queues, stage, backlog, backlog + 1, fault);
    if (error)
        return error;
    error = queues_put(&queues, fault);
    if (!error)
        knock_in_vain(&queues);
    queues_end(&queues);
    return error;
}

static int review_next(struct stage *stage, const struct trace_log *log)
{
    char gaps[RESULT_VALUE_MAX];
    int syns = segments_last_syns(log, gaps, sizeof gaps);
    if (syns < 0)
        return syns;
    results_put_number(&stage->results, "syns", syns);
    results_put_text(&stage->results, "gaps_s", gaps);
    return 0;
}

/* ---- accept ---- */

/* One client more knocks at the full queue; then the server accepts one. */
static int accept_for_late(struct queues *queues, struct fault *fault)
{
    struct stage *stage = queues->stage;
    const struct knock how = {.server = queues->server.addr};
    struct knocker late;
    int error = knock_begin(&late, stage->a, &how);
    if (error)
        return fault_errno(fault, error, "cannot start a client");
    thread_sleep_until(usec_after(clock_now(), QUEUES_PATIENCE));
    stage_note(stage, "accept");
    error = backlog_accept(&queues->server);
    knock_end(&late);
    queues_settle(queues);
    results_put_number(&stage->results, "late_ms", late.took_us / USEC_MS);
    if (late.sock >= 0)
        hold_keep(&queues->clients, late.sock);
    else if (!error)
        error = late.sock;
    return error ? fault_errno(fault, error, "the late client did not get in") : 0;
}

static int play_accept(struct stage *stage, struct fault *fault)
{
    struct queues queues;
    int error = queues_begin(&queues, stage, backlog, backlog + 1, fault);
    if (error)
        return error;
    error = queues_write_early(&queues, fault);
    if (!error)
        error = accept_for_late(&queues, fault);
    if (!error)
        error = queues_read_early(&queues, fault);
    if (!error)
        error = queues_put(&queues, fault);
    queues_end(&queues);
    return error;
}

/* ---- two for one place ---- */

/* Two clients for the last place. Both SYNs find it, because a connection takes its place only with
 * the last ACK. */
static int race(struct queues *queues, struct fault *fault)
{
    int error = queues_add_clients(queues, 2, 0, fault);
    if (!error)
        error = queues_put(queues, fault);
    results_put_number(&queues->stage->results, "connected", queues_connected(queues));
    return error;
}

static int play_race(struct stage *stage, struct fault *fault)
{
    struct queues queues;
    int error = queues_begin(&queues, stage, backlog, backlog, fault);
    if (error)
        return error;
    error = race(&queues, fault);
    if (!error) {
        stage_note(stage, "accept");
        error = backlog_accept(&queues.server);
    }
    if (!error)
        error = queues_await_healing(&queues, fault);
    queues_end(&queues);
    return error;
}

/* The same where overflow is answered: what the loser hears, and what somebody later does. */
static int play_reset(struct stage *stage, struct fault *fault)
{
    struct queues queues;
    uint8_t octet;
    int error = queues_begin(&queues, stage, backlog, backlog, fault);
    if (error)
        return error;
    error = race(&queues, fault);
    if (!error) {
        int64_t heard =
            net_recv(stage->a, queues.clients.sock[backlog + 1], &octet, 1, NET_DONTWAIT);
        results_put_error(&stage->results, "loser", (int)heard);
        results_put_error(&stage->results, "next", hold_one_more(&queues.clients, QUEUES_PATIENCE));
        error = stage_expect(stage, HOST_B, "loser", "ECONNRESET", fault);
    }
    queues_end(&queues);
    return error;
}

/* ---- the SYN queue ---- */

enum { FLOOD = 12, FLOOD_BACKLOG = 8 };

#define SYN_LIMIT "8"

/* All those handshakes lack their last ACK: the wire eats it. */
static int play_flood(struct stage *stage, struct fault *fault)
{
    struct queues queues;
    int error = queues_begin(&queues, stage, FLOOD_BACKLOG, FLOOD, fault);
    if (error)
        return error;
    error = queues_put(&queues, fault);
    if (!error) {
        results_put_number(&stage->results, "clients", FLOOD);
        results_put_number(&stage->results, "answered", queues_connected(&queues));
        error = stage_expect(stage, HOST_B, "half_open", SYN_LIMIT, fault);
    }
    queues_end(&queues);
    return error;
}

static const char last_acks_lost[] = "drop every handshake-ack a>b; drop every ack a>b";

static const char *const overflow_resets[] = {"net.ipv4.tcp_abort_on_overflow=1", NULL};
static const char *const small_syn_queue[] = {"net.ipv4.tcp_max_syn_backlog=" SYN_LIMIT,
                                              "net.ipv4.tcp_syncookies=0", NULL};
static const char *const with_cookies[] = {"net.ipv4.tcp_max_syn_backlog=" SYN_LIMIT,
                                           "net.ipv4.tcp_syncookies=1", NULL};

static const struct scene scenes[] = {
    {
        .name = "count",
        .title = {"listen(fd, N), nobody accepts: how many clients are connected?",
                  "listen(fd, N),没有人 accept:能连上几个客户端?"},
        .play = play_count,
        .no_ladder = true,
        .saw = {"N = 0, 1, 2, 3, 5 held {held_0}, {held_1}, {held_2}, {held_3}, {held_5} "
                "connections. The client after them stayed {next_2}, and the server had "
                "{half_open} half-open connections to show for it.",
                "N = 0、1、2、3、5 时分别容纳 {held_0}、{held_1}、{held_2}、{held_3}、{held_5} "
                "个连接。再来的客户端停在 {next_2},而服务器上的半连接有 {half_open} 个。"},
    },
    {
        .name = "next",
        .title = {"one client more than the queue holds", "比队列能容纳的多一个客户端"},
        .play = play_next,
        .review = review_next,
        .saw = {"{waiting} connections waited (backlog {backlog}; `ss` would print: {ss}). The "
                "next client sent {syns} SYNs with {gaps_s} seconds between them, heard nothing, "
                "and its connect failed after {took_ms} ms: {outcome}.",
                "{waiting} 个连接在排队(backlog 为 {backlog};`ss` 会打印:{ss})。下一个客户端发了 "
                "{syns} 个 SYN,间隔 {gaps_s} 秒,没有任何回音,connect 在 {took_ms} "
                "毫秒后失败:{outcome}。"},
    },
    {
        .name = "accept",
        .title = {"a late client, and then one accept",
                  "队列已满时又来一个客户端,随后 accept 一次"},
        .play = play_accept,
        .saw =
            {"before anybody accepted, a line to the server was acknowledged "
             "({early_line_acked}), and after accept it was echoed ({early_line_echoed}). accept "
             "made room, but nobody told the late client: it got in with its next SYN, {late_ms} "
             "ms after its first.",
             "还没有人 accept 时,发给服务器的一行已被确认({early_line_acked}),accept "
             "之后得到回显({early_line_echoed})。accept "
             "腾出了位置,但没有人通知迟到的客户端:它靠下一次 SYN 才进来,距第一次 {late_ms} "
             "毫秒。"},
    },
    {
        .name = "race",
        .title = {"two handshakes at once for the last place", "两个握手同时争最后一个位置"},
        .play = play_race,
        .saw = {"{connected} clients believed to be connected, yet only {waiting} were in the "
                "queue: of the other one the last ACK was ignored, and the server kept it half "
                "open ({half_open}). A SYN-ACK sent again healed it {healed_ms} ms after accept.",
                "{connected} 个客户端以为自己已连上,队列里却只有 {waiting} 个:另一个的最后一个 ACK "
                "被忽略,服务器上它仍是半连接({half_open})。accept 之后 {healed_ms} "
                "毫秒,重发的 SYN-ACK 使它恢复。"},
    },
    {
        .name = "reset",
        .title = {"the same with tcp_abort_on_overflow=1: a reset instead of silence",
                  "同样的情形,但 tcp_abort_on_overflow=1:用 RST 代替沉默"},
        .play = play_reset,
        .sysctls = overflow_resets,
        .saw = {"the loser of the race believed to be connected, then read {loser}; for a client "
                "that came later the outcome after 300 ms was {next}.",
                "争输的一方以为已连上,随后读到 {loser};再来的客户端在 300 毫秒后的结果是 {next}。"},
    },
    {
        .name = "syn-queue",
        .title = {"handshakes without their last ACK, at most 8 wanted (tcp_max_syn_backlog=8)",
                  "缺最后一个 ACK 的握手,上限设为 8(tcp_max_syn_backlog=8)"},
        .play = play_flood,
        .script = last_acks_lost,
        .sysctls = small_syn_queue,
        .no_ladder = true,
        .saw = {"of {clients} clients {answered} got a SYN-ACK; the SYN queue held {half_open}, "
                "while in the accept queue there were {waiting}.",
                "{clients} 个客户端中有 {answered} 个收到 SYN-ACK;SYN 队列里有 {half_open} "
                "个,accept 队列里有 {waiting} 个。"},
    },
    {
        .name = "syn-cookies",
        .title = {"the same with tcp_syncookies=1", "同样的情形,但 tcp_syncookies=1"},
        .play = play_flood,
        .script = last_acks_lost,
        .sysctls = with_cookies,
        .no_ladder = true,
        .saw = {"of {clients} clients {answered} got a SYN-ACK; the server remembered {half_open}. "
                "What it answered beyond that it will know again only by the sequence number it "
                "chose: that is the cookie.",
                "{clients} 个客户端中有 {answered} 个收到 SYN-ACK;服务器记住了 {half_open} "
                "个。超出的部分它不占内存,只靠自己选的序列号日后认出:这就是 cookie。"},
    },
};

int main(int argc, char **argv)
{
    return experiment_main(
        &(struct experiment){
            .name = "backlog",
            .summary = {"A server that listens and does not accept: its queues, and the next "
                        "client.",
                        "只 listen 不 accept 的服务器:它的队列,以及下一个客户端。"},
            .question =
                {"Before you look: after listen(fd, 2), how many clients connect if nobody "
                 "accepts? What does the next one see?",
                 "先预测:listen(fd, 2) 之后没有人 accept,能有几个客户端连上?下一个会看到什么?"},
            .scenes = scenes,
            .scene_count = ARRAY_LEN(scenes),
            .specs = specs,
            .spec_count = ARRAY_LEN(specs),
            .testbed = {.medium.both.delay = MS(10), .sample = true},
            .example = "exp-backlog --scene next --backlog 0 --stack sim",
        },
        argc, argv);
}
