/* exp-application: what programs make of a stream of octets. A file fetched by HTTP, a mail handed
 * over by SMTP, a login by Telnet: three protocols, each with a way of its own to tell where a
 * message ends, and none of them knows which TCP carries it. And a server among strangers. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "experiments/experiment.h"
#include "experiments/fetch.h"
#include "experiments/rude.h"
#include "experiments/shuttle.h"
#include "experiments/typed.h"
#include "net/background.h"
#include "server/dialogue.h"
#include "server/http.h"

#define PATIENCE SECONDS(10)

enum { PORT = HTTP_PORT };

static uint64_t file_bytes = 20000;
static usec_t timeout_us = MS(300);

static const struct option_spec specs[] = {
    {"bytes", 'b', OPTION_SIZE, &file_bytes, "of the file that is fetched", NULL, 8, 1 << 20},
    {"timeout", 't', OPTION_DURATION, &timeout_us, "the server's, in the scene 'slow'", NULL,
     MS(50), SECONDS(60)},
};

static int serve(struct background *server, struct stage *stage,
                 void (*handle)(struct net *net, int sock, const struct net_addr *peer, void *arg),
                 void *service, struct fault *fault)
{
    const struct serve_config config = {
        .addr = {testbed_ip(HOST_B), PORT},
        .backlog = 16,
        .max_connections = 16,
        .handle = handle,
        .arg = service,
    };
    return background_start(server, stage->b, &config, fault);
}

/* ---- HTTP ---- */

static bool are_equal(FILE *one, FILE *other)
{
    int octet;
    rewind(one);
    rewind(other);
    do {
        octet = getc(one);
        if (octet != getc(other))
            return false;
    } while (octet != EOF);
    return true;
}

static int fetch(struct stage *stage, FILE *file, FILE *copy, struct fault *fault)
{
    struct http_service service = {.site = {fileno(file), true, "file"}, .timeout_us = PATIENCE};
    struct fetched fetched = {.content = copy};
    struct background server;
    int error = serve(&server, stage, http_handle, &service, fault);
    if (error)
        return error;
    error = fetch_two(stage, PORT, &fetched, fault);
    background_stop(&server, NULL);
    if (error)
        return error;
    results_put_text(&stage->results, "client", fetched.client);
    results_put_number(&stage->results, "status", fetched.status);
    results_put_number(&stage->results, "bytes", (int64_t)file_bytes);
    results_put_bool(&stage->results, "equal", are_equal(file, copy));
    results_put_number(&stage->results, "missing", fetched.missing_status);
    results_put_number(&stage->results, "connections", (int64_t)service.connections);
    return 0;
}

static int play_http(struct stage *stage, struct fault *fault)
{
    file_bytes -= file_bytes % 8;
    FILE *file = shuttle_generate(file_bytes, stage->seed), *copy = tmpfile();
    int error = file && copy && fflush(file) == 0
                    ? fetch(stage, file, copy, fault)
                    : fault_errno(fault, -errno, "no room for a file");
    if (file)
        fclose(file);
    if (copy)
        fclose(copy);
    if (!error)
        error = stage_expect(stage, HOST_B, "equal", "yes", fault);
    return error;
}

static int play_slow(struct stage *stage, struct fault *fault)
{
    return rude_play_slow(stage, timeout_us, fault);
}

/* ---- dialogues in lines ---- */

/* The answers' numbers, "220 250": each line begins with one. */
static void put_codes(struct results *results, char *text)
{
    char codes[RESULT_VALUE_MAX] = "";
    size_t len = 0;
    for (char *line = strtok(text, "\r\n"); line; line = strtok(NULL, "\r\n"))
        if (len + 5 < sizeof codes)
            len +=
                (size_t)snprintf(codes + len, sizeof codes - len, "%s%.3s", len ? " " : "", line);
    results_put_text(results, "codes", codes);
}

static int hold(struct stage *stage, struct dialogue_plan *plan, struct dialogue_service *service,
                struct typed *typed, struct fault *fault)
{
    struct background server;
    int error = serve(&server, stage, dialogue_handle, service, fault);
    if (error)
        return error;
    plan->server = (struct net_addr){testbed_ip(HOST_B), PORT};
    plan->timeout_us = service->timeout_us = PATIENCE;
    error = typed_hold(stage, plan, typed, fault);
    background_stop(&server, NULL);
    if (!error)
        results_put_text(&stage->results, "client", typed->client);
    results_put_number(&stage->results, "lines", (int64_t)service->lines);
    return error;
}

static int play_smtp(struct stage *stage, struct fault *fault)
{
    static const struct dialogue_turn turns[] = {
        {"220 ", "HELO twin\r\n"},
        {"250 ", "MAIL FROM:<a@twin>\r\n"},
        {"250 ", "RCPT TO:<b@twin>\r\n"},
        {"250 ", "DATA\r\n"},
        {"354 ", "Subject: hello\r\n\r\nHow are you?\r\n.\r\n"},
        {"250 ", "QUIT\r\n"},
    };
    struct dialogue_plan plan = {.turns = turns, .count = ARRAY_LEN(turns)};
    struct dialogue_service service = {.dialogue = dialogue_find("smtp")};
    struct typed typed;
    int error = hold(stage, &plan, &service, &typed, fault);
    if (error)
        return error;
    put_codes(&stage->results, typed.text);
    return stage_expect(stage, HOST_B, "codes", "220 250 250 250 354 250 221", fault);
}

/* The first three octets ask the server, as Telnet clients do, whether it would echo. */
static int play_telnet(struct stage *stage, struct fault *fault)
{
    static const struct dialogue_turn turns[] = {
        {"login: ", "\xff\xfd\x01guest\r\n"},
        {"Password: ", "secret\r\n"},
        {"$ ", "who\r\n"},
        {"$ ", "logout\r\n"},
    };
    struct dialogue_plan plan = {.turns = turns, .count = ARRAY_LEN(turns)};
    struct dialogue_service service = {.dialogue = dialogue_find("telnet")};
    struct typed typed;
    int error = hold(stage, &plan, &service, &typed, fault);
    if (error)
        return error;
    results_put_bool(&stage->results, "welcome", strstr(typed.text, "Welcome") != NULL);
    results_put_bool(&stage->results, "goodbye", strstr(typed.text, "Goodbye") != NULL);
    results_put_bool(&stage->results, "refused", strstr(typed.text, "\xff\xfc\x01") != NULL);
    return stage_expect(stage, HOST_B, "goodbye", "yes", fault);
}

static const struct scene scenes[] = {
    {.name = "http",
     .title = {"a file and something that is not there, on one connection",
               "在同一个连接上:取一个文件,再取一个不存在的东西"},
     .play = play_http,
     .saw =
         {"the client ({client}) got {status} and {bytes} bytes, equal to the file ({equal}), and "
          "then {missing}, on {connections} connection. It knew where the file ended by its "
          "Content-Length: the stream went on.",
          "客户端({client})先得到 {status} 和 {bytes} 字节,与文件相同(equal={equal}),再得到 "
          "{missing},只用了 {connections} 个连接。文件在哪里结束,由 Content-Length "
          "说明:字节流还在继续。"}},
    {.name = "smtp",
     .title = {"a mail: lines, and at its end a dot alone", "一封邮件:一行一行,以单独一个点结束"},
     .play = play_smtp,
     .saw = {"the client ({client}) said {lines} lines and was answered {codes}. In the stream "
             "nothing but line ends and that dot says where the mail is over.",
             "客户端({client})说了 {lines} 行,得到的回答是 "
             "{codes}。字节流里只有换行和那个点说明邮件在哪里结束。"}},
    {.name = "telnet",
     .title = {"a login, with a Telnet command among the text", "一次登录,文字中夹着 Telnet 命令"},
     .play = play_telnet,
     .saw = {"welcome: {welcome}; goodbye: {goodbye}. The octets 255 253 1 (\"would you echo?\") "
             "were no part of the name, and were refused: {refused}. The client was {client}; the "
             "password went over the wire as it was typed: --pcap keeps it.",
             "欢迎:{welcome};再见:{goodbye}。字节 255 253 1(“你来回显好吗?”)不属于用户名,被拒绝:"
             "{refused}。客户端是 {client};密码按输入的样子通过网络:--pcap 会留下它。"}},
    {.name = "slow",
     .title = {"a client that takes its time for a request", "一个慢慢发请求的客户端"},
     .play = play_slow,
     .no_ladder = true,
     .saw =
         {"after {octets} octets and {after_ms} ms the server answered {status}: the time runs for "
          "the request as a whole, so an octet now and then holds up nobody.",
          "{octets} 个字节、{after_ms} 毫秒之后,服务器回答 "
          "{status}:时间是按整个请求算的,偶尔发一个字节拖不住服务器。"}},
    {.name = "strangers",
     .title = {"what anybody might send", "任何人都可能发来的东西"},
     .play = rude_play_all,
     .no_ladder = true,
     .saw = {"a path that leads outside {outside}, the same in percent signs {encoded}, what is no "
             "HTTP {nonsense}, no Host {no_host}, POST {post}, an endless path {long_path}, an "
             "endless field {long_field}.",
             "指向外面的路径 {outside},用百分号写的同一路径 {encoded},不是 HTTP 的内容 "
             "{nonsense},没有 "
             "Host {no_host},POST {post},过长的路径 {long_path},过长的字段 {long_field}。"}},
};

int main(int argc, char **argv)
{
    return experiment_main(
        &(struct experiment){
            .name = "application",
            .summary = {"HTTP, SMTP and Telnet over either TCP, with curl and nc as clients.",
                        "HTTP、SMTP、Telnet 跑在任一 TCP 之上,客户端是 curl 和 nc。"},
            .question =
                {"Before you look: TCP has no messages. How does a browser know where one "
                 "file ends and the next answer begins?",
                 "先预测:TCP 没有消息。浏览器怎么知道一个文件到哪里结束、下一个回答从哪里开始?"},
            .scenes = scenes,
            .scene_count = ARRAY_LEN(scenes),
            .specs = specs,
            .spec_count = ARRAY_LEN(specs),
            .testbed = {.medium.both.delay = MS(5), .sample = true},
            .example = "exp-application --scene http --client kernel --server own",
        },
        argc, argv);
}
