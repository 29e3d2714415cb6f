/* exp-half-close: two directions, and each ends by itself. A client sends a file and ends its
 * direction: that end is how the server knows it has everything. The answer comes back the other
 * way. Then what happens when somebody does not end a direction: a client that waits for ever, a
 * server that collects CLOSE_WAIT. */
#include <errno.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/thread.h"
#include "client/ask.h"
#include "client/upload.h"
#include "experiments/await.h"
#include "experiments/experiment.h"
#include "experiments/shuttle.h"
#include "net/background.h"
#include "net/io.h"
#include "server/echo.h"
#include "server/upload.h"
#include "testbed/listing.h"

#define PATIENCE SECONDS(5)
#define THINKING MS(300)

enum { CLIENTS_MAX = 50 };

static int64_t words = 500;
static int64_t clients = 5;

static const struct option_spec specs[] = {
    {"words", 'w', OPTION_INT, &words, "length of the file, in words of 8 bytes", NULL, 1, 1000000},
    {"clients", 'c', OPTION_INT, &clients, "how many, in the scene 'leak'", NULL, 1, CLIENTS_MAX},
};

/* ---- a server on host B, a client on host A ---- */

static struct net_addr server_addr(void)
{
    return (struct net_addr){testbed_ip(HOST_B), UPLOAD_PORT};
}

static int start(struct background *server, struct stage *stage, struct upload_service *service,
                 struct fault *fault)
{
    const struct serve_config config = {.addr = server_addr(),
                                        .backlog = CLIENTS_MAX,
                                        .max_connections = CLIENTS_MAX,
                                        .handle = upload_handle,
                                        .arg = service};
    return background_start(server, stage->b, &config, fault);
}

static int begin(struct upload_client *client, struct stage *stage, struct upload *upload,
                 struct fault *fault)
{
    upload->server = server_addr();
    upload->source = shuttle_generate((size_t)words * 8, stage->seed);
    if (!upload->source)
        return fault_errno(fault, -errno, "no room for a file to send");
    int error = upload_begin(client, stage->a, upload, fault);
    fclose(upload->source);
    return error;
}

static int put_states(struct stage *stage, const struct upload_client *client, struct fault *fault)
{
    struct tcp_entry entry = {.state = STATE_CLOSED};
    struct net_info info;
    int error = net_info(stage->a, client->sock, &info);
    if (error)
        return fault_errno(fault, error, "cannot look at the client");
    int found = testbed_count(stage->testbed, HOST_B, STATE_CLOSE_WAIT, UPLOAD_PORT);
    entry.state = found > 0 ? STATE_CLOSE_WAIT : STATE_ESTABLISHED;
    if (found >= 0)
        found = testbed_find(stage->testbed, HOST_B, entry.state, UPLOAD_PORT, &entry);
    if (found <= 0)
        return fault_errno(fault, found ? found : -ENOTCONN, "the server has no connection");
    results_put_text(&stage->results, "client_state", tcp_state_name(info.state));
    results_put_text(&stage->results, "server_state", tcp_state_name(entry.state));
    return 0;
}

/* ---- the way it should be ---- */

static int follow_upload(struct stage *stage, struct upload_client *client, struct fault *fault)
{
    char more = 'x';
    await_state(stage->a, client->sock, STATE_FIN_WAIT_2, THINKING);
    int error = put_states(stage, client, fault);
    if (error)
        return error;
    int64_t sent = net_send(stage->a, client->sock, &more, 1, 0);
    results_put_error(&stage->results, "send_after_end", sent < 0 ? (int)sent : 0);
    error = upload_check(client, fault);
    if (error)
        return error;
    int64_t end = net_recv(stage->a, client->sock, &more, 1, 0);
    results_put_bool(&stage->results, "server_ended", end == 0);
    return 0;
}

static int play_upload(struct stage *stage, struct fault *fault)
{
    struct upload upload = {.timeout_us = PATIENCE};
    struct upload_service service = {.think_us = THINKING};
    struct upload_client client = {.sock = -1};
    struct background server;
    int error = start(&server, stage, &service, fault);
    if (error)
        return error;
    error = begin(&client, stage, &upload, fault);
    if (!error) {
        error = follow_upload(stage, &client, fault);
        upload_end(&client);
    }
    testbed_settle(stage->testbed, usec_after(clock_now(), SECONDS(1)));
    background_stop(&server, NULL);
    results_put_number(&stage->results, "sent_bytes", words * 8);
    results_put_bool(&stage->results, "answer_right", !error);
    return error;
}

/* ---- a client that does not end its direction ---- */

static int play_waiting(struct stage *stage, struct fault *fault)
{
    struct upload upload = {.timeout_us = SECONDS(1), .keeps_open = true};
    struct upload_service service = {0};
    struct fault refusal = {0};
    struct upload_client client = {.sock = -1};
    struct background server;
    int error = start(&server, stage, &service, fault);
    if (error)
        return error;
    error = begin(&client, stage, &upload, fault);
    if (!error) {
        results_put_error(&stage->results, "outcome", upload_check(&client, &refusal));
        error = put_states(stage, &client, fault);
        upload_end(&client);
    }
    testbed_settle(stage->testbed, usec_after(clock_now(), SECONDS(1)));
    background_stop(&server, NULL);
    results_put_number(&stage->results, "sent_bytes", words * 8);
    return error;
}

/* ---- SHUT_RD ---- */

static int64_t frames_of_client(struct stage *stage)
{
    struct testbed_stats stats;
    testbed_settle(stage->testbed, usec_after(clock_now(), SECONDS(1)));
    testbed_get_stats(stage->testbed, &stats);
    return (int64_t)stats.dir[WIRE_A_TO_B].entered;
}

/* Calls shutdown, and counts what that sends. */
static int stop_reading(struct stage *stage, int sock, struct fault *fault)
{
    char nothing;
    int64_t frames = frames_of_client(stage);
    stage_note(stage, "the client calls shutdown(SHUT_RD)");
    int error = net_shutdown(stage->a, sock, NET_SHUT_RD);
    if (error)
        return fault_errno(fault, error, "the client cannot stop reading");
    int64_t got = net_recv(stage->a, sock, &nothing, 1, 0);
    thread_sleep_until(usec_after(clock_now(), MS(50)));
    results_put_number(&stage->results, "frames_told", frames_of_client(stage) - frames);
    results_put_number(&stage->results, "first_receive", got);
    return 0;
}

/* What comes nevertheless is taken, and can be read. */
static int echo_unread(struct stage *stage, int sock, struct fault *fault)
{
    static const char line[] = "still there?\n";
    const struct span text = {(const uint8_t *)line, sizeof line - 1};
    char echo[sizeof line];
    int64_t sent = net_write_full(stage->a, sock, text.data, text.len);
    if (sent < 0)
        return fault_errno(fault, (int)sent, "the client cannot send");
    thread_sleep_until(usec_after(clock_now(), THINKING));
    results_put_number(&stage->results, "sent_bytes", sent);
    results_put_number(&stage->results, "later_receive",
                       net_recv(stage->a, sock, echo, sizeof echo, 0));
    return 0;
}

static int play_shut_rd(struct stage *stage, struct fault *fault)
{
    struct echo_service service = {0};
    const struct net_addr addr = server_addr();
    const struct serve_config config = {
        .addr = addr, .backlog = 1, .max_connections = 1, .handle = echo_handle, .arg = &service};
    struct background server;
    int error = background_start(&server, stage->b, &config, fault);
    if (error)
        return error;
    int sock = ask_open(stage->a, &addr, PATIENCE);
    error =
        sock < 0 ? fault_errno(fault, sock, "cannot connect") : stop_reading(stage, sock, fault);
    if (!error)
        error = echo_unread(stage, sock, fault);
    if (sock >= 0)
        net_close(stage->a, sock);
    background_stop(&server, NULL);
    return error;
}

/* ---- a server that forgets to close ---- */

static void put_count(struct stage *stage, const char *key, enum host host, enum tcp_state state)
{
    results_put_number(&stage->results, key, testbed_count(stage->testbed, host, state, 0));
}

static int begin_all(struct upload_client *all, int *begun, struct stage *stage,
                     struct fault *fault)
{
    struct upload upload = {.timeout_us = PATIENCE};
    int error = 0;
    while (*begun < clients && !error) {
        error = begin(&all[*begun], stage, &upload, fault);
        if (!error)
            error = upload_check(&all[(*begun)++], fault);
    }
    return error;
}

/* The clients are gone, and their system has given up waiting for the server's FIN. */
static void follow_leak(struct stage *stage)
{
    const struct await_crowd nobody = {HOST_A, STATE_FIN_WAIT_2, 0, 0};
    const usec_t watched = stage->pair.server == STACK_SIM ? SECONDS(86400) : SECONDS(1);
    usec_t begin_us = clock_now();
    await_count(stage->testbed, &nobody, SECONDS(10));
    results_put_number(&stage->results, "clients_gone_ms", (clock_now() - begin_us) / USEC_MS);
    put_count(stage, "fin_wait_2_later", HOST_A, STATE_FIN_WAIT_2);
    thread_sleep_until(usec_after(clock_now(), watched));
    put_count(stage, "close_wait_later", HOST_B, STATE_CLOSE_WAIT);
    results_put_number(&stage->results, "later_s", watched / USEC_S);
}

static int play_leak(struct stage *stage, struct fault *fault)
{
    struct upload_service service = {.forgets = true};
    struct upload_client all[CLIENTS_MAX];
    struct background server;
    int begun = 0;
    int error = start(&server, stage, &service, fault);
    if (error)
        return error;
    error = begin_all(all, &begun, stage, fault);
    results_put_number(&stage->results, "clients", begun);
    put_count(stage, "close_wait", HOST_B, STATE_CLOSE_WAIT);
    put_count(stage, "fin_wait_2", HOST_A, STATE_FIN_WAIT_2);
    while (begun > 0)
        upload_end(&all[--begun]);
    if (!error)
        follow_leak(stage);
    background_stop(&server, NULL);
    return error;
}

/* So that a run need not wait a minute for the clients' system to forget them. */
static const char *const short_fin_wait_2[] = {"net.ipv4.tcp_fin_timeout=1", NULL};

static const struct scene scenes[] = {
    {.name = "upload",
     .title = {"a file one way, its length and digest the other",
               "文件走一个方向,长度和摘要走另一个"},
     .play = play_upload,
     .saw = {"after shutdown(SHUT_WR) the client was {client_state}, the server {server_state}; "
             "another send failed with {send_after_end}, and yet the answer to {sent_bytes} bytes "
             "still came (right: {answer_right}).",
             "shutdown(SHUT_WR) 之后客户端处于 {client_state},服务器处于 {server_state};再发送得到 "
             "{send_after_end},但对这 {sent_bytes} 字节的回答仍然收到了(正确:{answer_right})。"}},
    {.name = "waiting",
     .title = {"the client forgets shutdown(SHUT_WR)", "客户端忘了 shutdown(SHUT_WR)"},
     .play = play_waiting,
     .saw = {"both stayed {client_state} and {server_state}: the server waited for the end of the "
             "file, the client for the answer, until it gave up with {outcome}.",
             "两端停在 {client_state} 和 "
             "{server_state}:服务器在等文件结束,客户端在等回答,直到超时得到 {outcome}。"}},
    {.name = "shut-rd",
     .title = {"the other half: shutdown(SHUT_RD)", "另一半:shutdown(SHUT_RD)"},
     .play = play_shut_rd,
     .saw = {"{frames_told} segments told the server. A receive gave {first_receive} at once; the "
             "echo of {sent_bytes} bytes came all the same, and a later receive gave "
             "{later_receive}: SHUT_RD is between a program and its own system.",
             "通知服务器的报文段有 {frames_told} 个。接收立刻返回 {first_receive};{sent_bytes} "
             "字节的回声照样到达,之后的接收返回 {later_receive}:SHUT_RD "
             "只是程序和自己系统之间的事。"}},
    {.name = "leak",
     .title = {"a server that forgets to close", "忘记 close 的服务器"},
     .play = play_leak,
     .sysctls = short_fin_wait_2,
     .no_ladder = true,
     .saw = {"{clients} clients left {close_wait} connections in CLOSE_WAIT. The clients' system "
             "forgot its {fin_wait_2} in FIN_WAIT_2 after {clients_gone_ms} ms (tcp_fin_timeout is "
             "1 s here); {later_s} s later the server still had {close_wait_later}: no timer ends "
             "CLOSE_WAIT, only close does.",
             "{clients} 个客户端留下 {close_wait} 个 CLOSE_WAIT。客户端系统里的 {fin_wait_2} 个 "
             "FIN_WAIT_2 在 {clients_gone_ms} 毫秒后消失(这里 tcp_fin_timeout 为 1 秒);再过 "
             "{later_s} 秒,服务器仍有 {close_wait_later} 个:CLOSE_WAIT 没有定时器,只有 close "
             "能结束它。"}},
};

int main(int argc, char **argv)
{
    return experiment_main(
        &(struct experiment){
            .name = "half-close",
            .summary = {"Ending one direction and reading on; and who forgets to end his.",
                        "结束一个方向,继续读另一个方向;以及忘记结束的人。"},
            .question = {"Before you look: a client has sent its whole file. How does the server "
                         "know, and can it still answer?",
                         "先预测:客户端发完了整个文件。服务器怎么知道?它还能回答吗?"},
            .scenes = scenes,
            .scene_count = ARRAY_LEN(scenes),
            .specs = specs,
            .spec_count = ARRAY_LEN(specs),
            .testbed = {.medium.both.delay = MS(10), .sample = true},
            .example = "exp-half-close --scene leak --clients 20",
        },
        argc, argv);
}
