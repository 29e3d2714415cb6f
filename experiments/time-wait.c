/* exp-time-wait: who ends a connection first stays behind in TIME_WAIT. What that forbids, how long
 * it lasts, and what it is for. */
#include <errno.h>
#include <stdio.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "client/knock.h"
#include "experiments/await.h"
#include "experiments/late.h"
#include "experiments/parting.h"
#include "experiments/restart.h"
#include "server/backlog.h"
#include "testbed/listing.h"

/* ---- who may bind ---- */

/* First listener, one connection, its end, second listener. */
static int try_cell(struct stage *stage, const struct parting_config *config, bool second_reuse,
                    struct fault *fault)
{
    struct parting parting;
    char key[RESULT_KEY_MAX];
    int error = parting_whole(&parting, stage, config, fault);
    if (error)
        return error;
    int outcome = parting_listen_again(stage, config->port, second_reuse);
    snprintf(key, sizeof key, "%s_%d%d", config->server_first ? "server" : "client",
             config->reuse_addr, second_reuse);
    results_put_error(&stage->results, key, outcome);
    bool busy = config->server_first && !(config->reuse_addr && second_reuse);
    return stage_expect(stage, HOST_B, key, busy ? "EADDRINUSE" : "0", fault);
}

/* A listener without SO_REUSEADDR: its socket, or a negative errno. */
static int listen_at(struct net *net, uint32_t ip)
{
    int sock = net_socket(net, NET_STREAM);
    int error = sock < 0 ? sock : net_bind(net, sock, &(struct net_addr){ip, BACKLOG_PORT});
    if (!error)
        error = net_listen(net, sock, 1);
    if (error && sock >= 0)
        net_close(net, sock);
    return error ? error : sock;
}

/* One port, two addresses at a time. Our own host has one address. */
static int try_other_address(struct stage *stage, struct fault *fault)
{
    if (stage->pair.server != STACK_KERNEL)
        return 0;
    int first = listen_at(stage->b, testbed_ip(HOST_B));
    int second = first < 0 ? first : listen_at(stage->b, NET_LOOPBACK);
    results_put_error(&stage->results, "other_address", second < 0 ? second : 0);
    if (second >= 0)
        net_close(stage->b, second);
    if (first < 0)
        return fault_errno(fault, first, "cannot listen");
    net_close(stage->b, first);
    return 0;
}

/* Eight cells, each on a port of its own. */
static int play_bind(struct stage *stage, struct fault *fault)
{
    int error = 0;
    for (unsigned cell = 0; cell < 8 && !error; cell++) {
        const struct parting_config config = {
            .port = (uint16_t)(PARTING_PORT + cell),
            .server_first = (cell & 4) == 0,
            .reuse_addr = (cell & 2) != 0,
        };
        error = try_cell(stage, &config, cell & 1, fault);
    }
    return error ? error : try_other_address(stage, fault);
}

/* ---- how long ---- */

static const struct parting_config client_first = {.port = PARTING_PORT};

/* The client ends first; what the host lists of it then. */
static int part_and_find(struct stage *stage, struct tcp_entry *found, struct fault *fault)
{
    struct parting parting;
    struct tcp_entry_text text;
    int error = parting_whole(&parting, stage, &client_first, fault);
    if (error)
        return error;
    if (testbed_find(stage->testbed, HOST_A, STATE_TIME_WAIT, 0, found) != 1)
        return fault_set(fault, -EPROTO, "the client that ended first is not in TIME_WAIT");
    results_put_text(&stage->results, "ss", tcp_entry_format(&text, found));
    results_put_number(&stage->results, "left_ms", found->timer_us / USEC_MS);
    return 0;
}

/* On real stacks for a second, simulated to the end. */
static int play_timer(struct stage *stage, struct fault *fault)
{
    const struct await_crowd nobody = {HOST_A, STATE_TIME_WAIT, 0, 0};
    struct tcp_entry entry;
    int error = part_and_find(stage, &entry, fault);
    if (error)
        return error;
    usec_t start = clock_now();
    await_count(stage->testbed, &nobody,
                stage->pair.client == STACK_SIM ? SECONDS(300) : SECONDS(1));
    results_put_number(&stage->results, "watched_ms", (clock_now() - start) / USEC_MS);
    int left = testbed_find(stage->testbed, HOST_A, STATE_TIME_WAIT, 0, &entry);
    results_put_number(&stage->results, "then_left_ms", left ? entry.timer_us / USEC_MS : 0);
    return 0;
}

/* tcp_fin_timeout is for another state: one whose program is gone while the peer has not ended. The
 * peer is a server that never accepts. */
static int leave_fin_wait_2(struct stage *stage, struct fault *fault)
{
    const struct await_crowd orphan = {HOST_A, STATE_FIN_WAIT_2, 0, 1};
    const struct await_crowd nobody = {HOST_A, STATE_FIN_WAIT_2, 0, 0};
    const struct knock how = {.server = {testbed_ip(HOST_B), BACKLOG_PORT}};
    int sock = knock(stage->a, &how, NULL);
    if (sock < 0)
        return fault_errno(fault, sock, "the client cannot connect");
    net_close(stage->a, sock);
    if (!await_count(stage->testbed, &orphan, SECONDS(2)))
        return fault_set(fault, -EPROTO, "the client that closed is not in FIN_WAIT_2");
    usec_t start = clock_now();
    await_count(stage->testbed, &nobody, SECONDS(10));
    results_put_number(&stage->results, "fin_wait_2_ms", (clock_now() - start) / USEC_MS);
    return 0;
}

static int play_fin_timeout(struct stage *stage, struct fault *fault)
{
    const struct net_addr addr = {testbed_ip(HOST_B), BACKLOG_PORT};
    struct backlog_server server;
    struct tcp_entry entry;
    int error = part_and_find(stage, &entry, fault);
    if (!error)
        error = backlog_open(&server, stage->b, &addr, 1, fault);
    if (error)
        return error;
    error = leave_fin_wait_2(stage, fault);
    backlog_close(&server);
    return error;
}

/* ---- what it is for: the last ACK ---- */

static int play_last_ack(struct stage *stage, struct fault *fault)
{
    struct parting parting;
    struct tcp_entry entry;
    int error = parting_whole(&parting, stage, &client_first, fault);
    if (error)
        return error;
    results_put_error(&stage->results, "server_end", parting.service.end);
    if (testbed_find(stage->testbed, HOST_A, STATE_TIME_WAIT, 0, &entry) == 1)
        results_put_number(&stage->results, "left_ms", entry.timer_us / USEC_MS);
    return parting_put_time_waits(stage, fault);
}

/* ---- a server that is killed and started again ---- */

static int play_restart(struct stage *stage, struct fault *fault)
{
    int error = restart_server(stage, PARTING_PORT, false, "plain", fault);
    if (!error)
        error = parting_put_time_waits(stage, fault);
    if (!error)
        error = restart_server(stage, PARTING_PORT + 1, true, "reuse", fault);
    if (!error)
        error = stage_expect(stage, HOST_B, "plain", "busy", fault);
    return error ? error : stage_expect(stage, HOST_B, "reuse", "listening", fault);
}

/* ---- what it is for: late segments ---- */

/* With TIME_WAIT the port is not to be had, and nothing can go wrong. */
static int play_late(struct stage *stage, struct fault *fault)
{
    int error = late_play(stage, fault);
    if (!error)
        error = stage_expect(stage, HOST_A, "reconnect", "EADDRNOTAVAIL", fault);
    return error ? error : stage_expect(stage, HOST_B, "old_octets", "0", fault);
}

/* ---- who runs out of ports ---- */

enum { ROUNDS = 30 };

/* One short connection after the other, until one fails. */
static int open_and_part(struct stage *stage, bool server_first, struct fault *fault)
{
    const struct parting_config config = {.port = PARTING_PORT, .server_first = server_first};
    struct parting parting;
    int opened = 0, outcome = 0;
    int error = parting_begin(&parting, stage, &config, fault);
    if (error)
        return error;
    while (opened < ROUNDS && (outcome = parting_once(&parting)) == 0)
        opened++;
    parting_end(&parting);
    results_put_number(&stage->results, "opened", opened);
    results_put_error(&stage->results, "then", outcome);
    return parting_put_time_waits(stage, fault);
}

static int play_client_ports(struct stage *stage, struct fault *fault)
{
    int error = open_and_part(stage, false, fault);
    return error ? error : stage_expect(stage, HOST_A, "then", "EADDRNOTAVAIL", fault);
}

static int play_server_ports(struct stage *stage, struct fault *fault)
{
    int error = open_and_part(stage, true, fault);
    return error ? error : stage_expect(stage, HOST_B, "then", "0", fault);
}

/* By Linux' default a reset ends TIME_WAIT (RFC 1337), and on a busy machine one comes now and
 * then: a delayed ACK that its own FIN has overtaken is answered, and the answer meets a server
 * that is gone. Here TIME_WAIT shall last. */
#define LASTING "net.ipv4.tcp_rfc1337=1"

static const char *const lasting[] = {LASTING, NULL};
static const char *const fin_timeout[] = {LASTING, "net.ipv4.tcp_fin_timeout=2", NULL};
static const char *const no_time_wait[] = {"net.ipv4.tcp_max_tw_buckets=0", NULL};
static const char *const no_timestamps[] = {LASTING, "net.ipv4.tcp_timestamps=0", NULL};
static const char *const no_protection[] = {"net.ipv4.tcp_max_tw_buckets=0",
                                            "net.ipv4.tcp_timestamps=0", NULL};
static const char *const ten_ports[] = {LASTING, "net.ipv4.ip_local_port_range=40000 40009", NULL};

static const char last_ack_lost[] = "drop ack 3 a>b";

static const struct scene scenes[] = {
    {
        .name = "bind",
        .title = {"who ends first x SO_REUSEADDR on the first listener x on the second",
                  "谁先关闭 x 第一个监听套接字是否设 SO_REUSEADDR x 第二个是否设"},
        .play = play_bind,
        .no_ladder = true,
        .saw = {"the second bind, where the server had ended first: without SO_REUSEADDR on either "
                "{server_00}, on the second only {server_01}, on the first only {server_10}, on "
                "both {server_11}; where the client had: {client_00}, {client_01}, {client_10}, "
                "{client_11}.",
                "服务器先关闭时,第二次 bind 的结果:两次都没设 SO_REUSEADDR 为 "
                "{server_00},只有第二次设为 {server_01},只有第一次设为 {server_10},两次都设为 "
                "{server_11};客户端先关闭时:{client_00}、{client_01}、{client_10}、{client_11}。"},
    },
    {
        .name = "timer",
        .title = {"the client ended first: how long it stays", "客户端先关闭:它停留多久"},
        .play = play_timer,
        .saw = {"`ss -tano` on the client's host would print: {ss}. {left_ms} ms were left then, "
                "and {then_left_ms} after {watched_ms} ms more.",
                "在客户端主机上 `ss -tano` 会打印:{ss}。那时还剩 {left_ms} 毫秒,再过 {watched_ms} "
                "毫秒后剩 {then_left_ms} 毫秒。"},
    },
    {
        .name = "fin-timeout",
        .title = {"tcp_fin_timeout=2: is that its length?", "tcp_fin_timeout=2:它就是这个时长吗?"},
        .play = play_fin_timeout,
        .sysctls = fin_timeout,
        .saw = {"TIME_WAIT still had {left_ms} ms to go; what lasted {fin_wait_2_ms} ms was a "
                "FIN_WAIT_2 whose program was gone.",
                "TIME_WAIT 仍有 {left_ms} 毫秒;只持续 {fin_wait_2_ms} 毫秒的,是程序已退出的 "
                "FIN_WAIT_2。"},
    },
    {
        .name = "restart",
        .title = {"Ctrl-C for a server with a client on the line, and a new start at once",
                  "有客户端连着时对服务器按 Ctrl-C,随即重新启动"},
        .play = play_restart,
        .no_ladder = true,
        .saw = {"the server (a {lived_as}) left {time_wait_b} connection in TIME_WAIT. Started "
                "again without SO_REUSEADDR it found the port {plain}; where both lives had set "
                "it, it was {reuse}.",
                "服务器({lived_as})留下 {time_wait_b} 个 TIME_WAIT 连接。不设 SO_REUSEADDR "
                "重新启动,端口:{plain};前后两次都设了,则:{reuse}。"},
    },
    {
        .name = "last-ack",
        .title = {"what it is for: the last ACK is lost", "它的用途之一:最后一个 ACK 丢失"},
        .play = play_last_ack,
        .script = last_ack_lost,
        .saw = {"the server sent its FIN again, and the client, still there in TIME_WAIT, its ACK: "
                "{resent} sent again, {resets} resets, the server's end was {server_end}. "
                "TIME_WAIT began anew: {left_ms} ms left.",
                "服务器重发 FIN,仍在 TIME_WAIT 的客户端重发 ACK:重传 {resent} 个,RST {resets} "
                "个,服务器的结局是 {server_end}。TIME_WAIT 重新计时:还剩 {left_ms} 毫秒。"},
    },
    {
        .name = "last-ack-cut",
        .title = {"the same without TIME_WAIT (tcp_max_tw_buckets=0)",
                  "同样的情形,但没有 TIME_WAIT(tcp_max_tw_buckets=0)"},
        .play = play_last_ack,
        .script = last_ack_lost,
        .sysctls = no_time_wait,
        .saw = {"the FIN that came again met a host that had forgotten: {resets} reset, and the "
                "server's end was {server_end} (a reset in LAST_ACK may be told to the program or "
                "not: to RFC 9293 the connection is simply over).",
                "重发的 FIN 遇到了已经忘记一切的主机:RST {resets} 个,服务器的结局是 "
                "{server_end}(LAST_ACK 中收到 RST 可以告诉程序,也可以不告诉:对 RFC 9293 "
                "来说连接只是结束了)。"},
    },
    {
        .name = "late",
        .title = {"what it is for: a late segment of an old connection",
                  "它的用途之二:旧连接的迟到报文段"},
        .play = play_late,
        .review = late_review,
        .script = LATE_SCRIPT,
        .sysctls = no_timestamps,
        .no_ladder = true,
        .saw = {"the client could not connect from the same port ({reconnect}); the late segment "
                "met no connection and was answered by {resets} reset.",
                "客户端无法从同一端口再次连接({reconnect});迟到的报文段没有遇到任何连接,得到 "
                "{resets} 个 RST。"},
    },
    {
        .name = "late-cut",
        .title = {"the same without TIME_WAIT, and without timestamps",
                  "同样的情形,但没有 TIME_WAIT,也没有时间戳"},
        .play = late_play,
        .review = late_review,
        .script = LATE_SCRIPT,
        .sysctls = no_protection,
        .no_ladder = true,
        .saw =
            {"reconnecting gave {reconnect}; of {new_octets} octets that the server took for the "
             "new stream, {old_octets} were the old one's. The new numbers began {isn_step} "
             "above the old: the slower that clock, the nearer the late segment.",
             "再次连接的结果是 {reconnect};服务器当作新数据流收下的 {new_octets} 个字节中,有 "
             "{old_octets} 个属于旧连接。新的序列号起点比旧的高 "
             "{isn_step}:这个时钟走得越慢,迟到的报文段就越近。"},
    },
    {
        .name = "client-ports",
        .title = {"a client with ten ports that ends first, again and again",
                  "只有十个端口、总是先关闭的客户端"},
        .play = play_client_ports,
        .sysctls = ten_ports,
        .no_ladder = true,
        .saw = {"{opened} connections, {time_wait_a} in TIME_WAIT on the client's host, and then "
                "{then}.",
                "建立了 {opened} 个连接,客户端主机上有 {time_wait_a} 个 TIME_WAIT,随后 {then}。"},
    },
    {
        .name = "server-ports",
        .title = {"the same ten ports, but the server ends first", "同样十个端口,但服务器先关闭"},
        .play = play_server_ports,
        .sysctls = ten_ports,
        .no_ladder = true,
        .saw = {"{opened} connections and then {then}: the server's port does not run out. "
                "{time_wait_b} are in TIME_WAIT there; a SYN newer than what it remembers may "
                "take the place of one (RFC 6191).",
                "建立了 {opened} 个连接,随后 {then}:服务器的端口不会用完。那里有 {time_wait_b} 个 "
                "TIME_WAIT;比它记得的更新的 SYN 可以取而代之(RFC 6191)。"},
    },
};

int main(int argc, char **argv)
{
    return experiment_main(
        &(struct experiment){
            .name = "time-wait",
            .summary = {"Who ends a connection first stays behind in TIME_WAIT: what for, how "
                        "long, and what that forbids.",
                        "先关闭连接的一方留在 TIME_WAIT:为什么、多久、因此不能做什么。"},
            .question = {"Before you look: who is left in TIME_WAIT, and can the server be started "
                         "again at once?",
                         "先预测:谁会留在 TIME_WAIT?服务器能立即重新启动吗?"},
            .scenes = scenes,
            .scene_count = ARRAY_LEN(scenes),
            .testbed = {.medium.both.delay = MS(10), .sample = true, .sysctls = lasting},
            .example = "exp-time-wait --scene last-ack --stack sim",
        },
        argc, argv);
}
