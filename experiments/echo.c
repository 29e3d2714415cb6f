/* exp-echo: the whole life of a connection in a dozen segments: three to open, the line, its echo,
 * and the close. Then many clients at once, and one that does not read: with a thread for each
 * connection nobody waits for anybody else. */
#include <errno.h>
#include <stdio.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "client/ask.h"
#include "client/many.h"
#include "experiments/experiment.h"
#include "net/background.h"
#include "net/io.h"
#include "server/echo.h"

enum { MOST_TEXT = 60, SILENT_BYTES = 200 * 1000 };

static const char *line = "Hello, twin!";
static int64_t clients = 20;

static const struct option_spec specs[] = {
    {"line", 'l', OPTION_STRING, &line, "what the client says, at most 60 characters", NULL, 0, 0},
    {"clients", 'c', OPTION_INT, &clients, "how many at once, in the scene 'crowd'", NULL, 1, 200},
};

static struct net_addr server_addr(void)
{
    return (struct net_addr){testbed_ip(HOST_B), ECHO_PORT};
}

/* The echo server on host B, for as long as a scene lasts. */
static int start_server(struct stage *stage, struct background *server,
                        struct echo_service *service, struct fault *fault)
{
    const struct serve_config config = {
        .addr = server_addr(),
        .backlog = 128,
        .max_connections = 250,
        .handle = echo_handle,
        .arg = service,
    };
    return background_start(server, stage->b, &config, fault);
}

/* Host A says the line once; how long until it was back and all was closed goes into the results.
 */
static int ask(struct stage *stage, const char *key, struct fault *fault)
{
    char text[MOST_TEXT + 2];
    const struct net_addr server = server_addr();

    int length = snprintf(text, sizeof text, "%s\n", line);
    if (length >= (int)sizeof text)
        return fault_set(fault, -EINVAL, "--line is too long: give at most %d characters",
                         MOST_TEXT);
    usec_t start = clock_now();
    int outcome =
        ask_echo(stage->a, &server, (struct span){(uint8_t *)text, (size_t)length}, SECONDS(30));
    if (outcome == -EAGAIN)
        return fault_set(fault, outcome, "the echo client heard nothing for 30 s");
    if (outcome < 0)
        return fault_errno(fault, outcome, "the echo client failed");
    results_put_number(&stage->results, key, (clock_now() - start) / USEC_MS);
    results_put_bool(&stage->results, "equal", outcome == 1);
    return outcome == 1 ? 0 : fault_set(fault, -EIO, "the echo differs from what was sent");
}

static int play_line(struct stage *stage, struct fault *fault)
{
    struct echo_service service = {0};
    struct background server;

    int error = start_server(stage, &server, &service, fault);
    if (error)
        return error;
    error = ask(stage, "took_ms", fault);
    testbed_settle(stage->testbed, usec_after(clock_now(), SECONDS(2)));
    background_stop(&server, NULL);
    results_put_number(&stage->results, "bytes", (int64_t)service.counts.bytes);
    return error;
}

static int play_crowd(struct stage *stage, struct fault *fault)
{
    const struct many_options options = {
        .server = server_addr(), .clients = (int)clients, .timeout_us = SECONDS(30)};
    struct echo_service service = {0};
    struct many_result result = {0};
    struct serve_stats stats;
    struct background server;

    int error = start_server(stage, &server, &service, fault);
    if (error)
        return error;
    error = many_run(stage->a, &options, &result, fault);
    background_stop(&server, &stats);
    results_put_number(&stage->results, "clients", clients);
    results_put_number(&stage->results, "answered", result.answered);
    results_put_number(&stage->results, "most_at_once", stats.most);
    return error;
}

/* Fills the way there and back, and reads nothing. Returns its socket. */
static int stuff(struct stage *stage, struct fault *fault)
{
    static const uint8_t nothing[1024];
    const struct net_addr server = server_addr();
    int64_t sent = 0;

    int sock = net_socket(stage->a, NET_STREAM);
    if (sock < 0)
        return fault_errno(fault, sock, "cannot make a socket");
    int error = net_connect(stage->a, sock, &server);
    for (int64_t total = 0; !error && total < SILENT_BYTES; total += sent) {
        sent = net_send(stage->a, sock, nothing, sizeof nothing, NET_DONTWAIT);
        if (sent < 0)
            break;
    }
    if (!error)
        return sock;
    net_close(stage->a, sock);
    return fault_errno(fault, error, "the silent client cannot connect");
}

static int play_slow(struct stage *stage, struct fault *fault)
{
    struct echo_service service = {0};
    struct background server;
    struct net_info info = {0};

    int error = start_server(stage, &server, &service, fault);
    if (error)
        return error;
    int silent = stuff(stage, fault);
    if (silent >= 0) {
        error = ask(stage, "took_ms", fault);
        net_info(stage->a, silent, &info);
        results_put_text(&stage->results, "silent_state", tcp_state_name(info.state));
        net_close(stage->a, silent);
    }
    background_stop(&server, NULL);
    return silent < 0 ? silent : error;
}

static const struct scene scenes[] = {
    {
        .name = "line",
        .title = {"one line to the server and back", "一行文字发给服务器再返回"},
        .play = play_line,
        .saw =
            {"the line came back equal ({equal}) after {took_ms} ms, opening and closing included; "
             "the server echoed {bytes} bytes.",
             "这一行原样返回(equal={equal}),连同建立和关闭共 {took_ms} 毫秒;服务器回显了 {bytes} "
             "字节。"},
    },
    {
        .name = "crowd",
        .title = {"many clients at once, a thread for each", "许多客户端同时连接,每个连接一个线程"},
        .play = play_crowd,
        .no_ladder = true,
        .saw =
            {"{answered} of {clients} clients were answered; at most {most_at_once} connections "
             "were "
             "served at once.",
             "{clients} 个客户端中有 {answered} 个得到回答;同时服务的连接最多 {most_at_once} 个。"},
    },
    {
        .name = "slow",
        .title = {"one client sends and never reads; another asks one line",
                  "一个客户端只发不读,另一个客户端问一行"},
        .play = play_slow,
        .no_ladder = true,
        .saw =
            {"the silent one was still {silent_state}, yet the other was answered in {took_ms} ms: "
             "its thread waits for nobody.",
             "沉默的客户端仍处于 {silent_state},另一个却在 {took_ms} "
             "毫秒内得到回答:它的线程不等别人。"},
    },
};

int main(int argc, char **argv)
{
    return experiment_main(
        &(struct experiment){
            .name = "echo",
            .summary = {"One line to an echo server and back; many clients; a slow one.",
                        "一行文字发给回显服务器再返回;许多客户端;一个慢客户端。"},
            .question = {"Before you look: how many segments does it take to say one line and hear "
                         "it back?",
                         "先预测:说一行、听到回声,一共需要多少个报文段?"},
            .scenes = scenes,
            .scene_count = ARRAY_LEN(scenes),
            .specs = specs,
            .spec_count = ARRAY_LEN(specs),
            .testbed = {.medium.both.delay = MS(10), .sample = true},
            .example = "exp-echo --scene line --script 'drop data 1 a>b'",
        },
        argc, argv);
}
