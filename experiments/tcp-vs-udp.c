/* exp-tcp-vs-udp: the same messages over the same wire with the same faults. TCP's program sees
 * none of them: every message, once, in order, and some of them late, because what comes behind a
 * loss has to wait for it. UDP's program sees them all, and waits for nothing. Then what only UDP
 * can do, to speak to everybody at once, and what it costs to say hello. */
#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/thread.h"
#include "client/ask.h"
#include "experiments/ends.h"
#include "experiments/latency.h"
#include "experiments/messages.h"
#include "experiments/traffic.h"
#include "net/background.h"
#include "net/io.h"
#include "server/echo.h"

enum { PORT = 8092, FEW = 8, LISTENERS = 3, QUESTION = 20 };

#define TIMEOUT SECONDS(5)
#define QUIET   MS(200) /* longer than anything is on its way */

static int64_t many = 400;
static usec_t interval = MS(2);

static const struct option_spec specs[] = {
    {"messages", 'n', OPTION_INT, &many, "in the scene `latency`", NULL, 100, MESSAGES_MAX},
    {"interval", 'i', OPTION_DURATION, &interval, "between two of them", NULL, MS(1), SECONDS(1)},
};

struct transport {
    enum net_type type;
    const char *name; /* in keys */
};

static const struct transport udp = {NET_DGRAM, "udp"}, tcp = {NET_STREAM, "tcp"};

static void put(struct stage *stage, const struct transport *over, const char *what, int64_t value)
{
    char key[RESULT_KEY_MAX];
    snprintf(key, sizeof key, "%s_%s", over->name, what);
    results_put_number(&stage->results, key, value);
}

static void put_verdict(struct stage *stage, const struct transport *over,
                        const struct messages *messages, int64_t sent)
{
    struct messages_verdict verdict = messages_judge(messages, sent);
    put(stage, over, "missing", verdict.missing);
    put(stage, over, "twice", verdict.twice);
    put(stage, over, "late", verdict.late);
}

/* ---- the same faults ---- */

static void put_order(struct stage *stage, const struct transport *over,
                      const struct messages *messages)
{
    char key[RESULT_KEY_MAX], order[RESULT_VALUE_MAX] = "";
    for (size_t i = 0; i < messages->count; i++) {
        size_t used = strlen(order);
        snprintf(order + used, sizeof order - used, "%s%u", used ? " " : "",
                 (unsigned)messages->arrivals[i].number);
    }
    snprintf(key, sizeof key, "%s_received", over->name);
    results_put_text(&stage->results, key, order);
}

static int send_few(struct stage *stage, const struct transport *over, struct fault *fault)
{
    static struct messages messages;
    const struct messages_plan plan = {over->type, PORT, FEW, MS(5), QUIET};
    int error = messages_run(stage, &plan, &messages, fault);
    if (error)
        return error;
    put_order(stage, over, &messages);
    put_verdict(stage, over, &messages, FEW);
    return 0;
}

static int play_faults(struct stage *stage, struct fault *fault)
{
    int error = send_few(stage, &udp, fault);
    if (!error)
        error = send_few(stage, &tcp, fault);
    return error ? error : stage_expect(stage, HOST_B, "tcp_received", "1 2 3 4 5 6 7 8", fault);
}

/* ---- head of line ---- */

static int measure_latency(struct stage *stage, const struct transport *over, struct fault *fault)
{
    static struct messages messages;
    const struct messages_plan plan = {over->type, PORT, many, interval, QUIET};
    int error = messages_run(stage, &plan, &messages, fault);
    if (error)
        return error;
    usec_t usual = messages_percentile(&messages, 50);
    int64_t held_up = 0;
    for (size_t i = 0; i < messages.count; i++)
        held_up += messages.arrivals[i].latency > usual + MS(8);
    put(stage, over, "p50_ms", usual / USEC_MS);
    put(stage, over, "p90_ms", messages_percentile(&messages, 90) / USEC_MS);
    put(stage, over, "p99_ms", messages_percentile(&messages, 99) / USEC_MS);
    put(stage, over, "worst_ms", messages_percentile(&messages, 100) / USEC_MS);
    put(stage, over, "held_up", held_up);
    put_verdict(stage, over, &messages, many);
    return 0;
}

static int play_latency(struct stage *stage, struct fault *fault)
{
    results_put_number(&stage->results, "messages", many);
    int error = measure_latency(stage, &udp, fault);
    return error ? error : measure_latency(stage, &tcp, fault);
}

static int draw_latency(struct plot *plot, const struct stage *stage, const struct trace_log *log)
{
    (void)stage;
    int error = latency_plot_udp(plot, log, "UDP");
    return error ? error : latency_plot_tcp(plot, log, "TCP");
}

static const struct scene_plot latency_plots[] = {
    {.what = "latency",
     .title = {"how long each message takes", "每条消息要走多久"},
     .x = {"message", "消息"},
     .y = {"time on its way (ms)", "途中时间 (毫秒)"},
     .draw = draw_latency},
    {.what = NULL},
};

/* ---- everybody at once ---- */

/* B's programs, all on one port. Returns how many of them heard a datagram, or a negative errno. */
static int count_hearers(struct stage *stage, const int socks[LISTENERS])
{
    char room[64];
    int heard = 0;
    for (int i = 0; i < LISTENERS; i++) {
        int64_t got = net_recv(stage->b, socks[i], room, sizeof room, 0);
        if (got < 0 && got != -EAGAIN)
            return (int)got;
        heard += got > 0;
    }
    return heard;
}

static int open_hearers(struct stage *stage, int socks[LISTENERS])
{
    int error = 0;
    for (int i = 0; i < LISTENERS && !error; i++) {
        error = socks[i] = net_socket(stage->b, NET_DGRAM);
        if (error >= 0)
            error = net_setsockopt(stage->b, socks[i], NET_SO_REUSEADDR, 1);
        if (!error)
            error = net_setsockopt(stage->b, socks[i], NET_SO_RCVTIMEO, QUIET);
        if (!error)
            error = net_bind(stage->b, socks[i], &(struct net_addr){0, PORT});
    }
    return error;
}

/* To the last address of the network, which is everybody's. */
static int call_everybody(struct stage *stage, int a)
{
    static const struct span call = {(const uint8_t *)"everybody!", 10};
    const struct net_addr everybody = {testbed_ip(HOST_B) | 0xff, PORT};
    int64_t without = net_sendto(stage->a, a, call, &everybody);
    int error = net_setsockopt(stage->a, a, NET_SO_BROADCAST, 1);
    int64_t with = error ? error : net_sendto(stage->a, a, call, &everybody);
    results_put_error(&stage->results, "udp_without_option", without < 0 ? (int)without : 0);
    results_put_error(&stage->results, "udp_with_option", with < 0 ? (int)with : 0);
    return with < 0 ? (int)with : 0;
}

static void try_tcp(struct stage *stage)
{
    int sock = net_socket(stage->a, NET_STREAM);
    int error = sock < 0 ? sock : 0;
    if (!error)
        error = net_setsockopt(stage->a, sock, NET_SO_BROADCAST, 1);
    if (!error)
        error = net_connect(stage->a, sock, &(struct net_addr){testbed_ip(HOST_B) | 0xff, PORT});
    results_put_error(&stage->results, "tcp_connect", error);
    if (sock >= 0)
        net_close(stage->a, sock);
}

static int play_broadcast(struct stage *stage, struct fault *fault)
{
    int hearers[LISTENERS] = {-1, -1, -1};
    int a = net_socket(stage->a, NET_DGRAM);
    int error = a < 0 ? a : open_hearers(stage, hearers);
    if (!error)
        error = call_everybody(stage, a);
    int heard = error ? error : count_hearers(stage, hearers);
    results_put_number(&stage->results, "listeners", LISTENERS);
    results_put_number(&stage->results, "heard", heard);
    try_tcp(stage);
    for (int i = 0; i < LISTENERS; i++)
        if (hearers[i] >= 0)
            net_close(stage->b, hearers[i]);
    if (a >= 0)
        net_close(stage->a, a);
    return heard < 0 ? fault_errno(fault, heard, "the call to everybody failed") : 0;
}

/* ---- what hello costs ---- */

/* A's half: a question, and its answer of the same length. Returns when it had come. */
static int64_t ask(struct stage *stage, int sock)
{
    uint8_t room[QUESTION] = {0};
    int64_t done = net_write_full(stage->a, sock, room, sizeof room);
    if (done >= 0)
        done = net_read_full(stage->a, sock, room, sizeof room);
    return done < 0 ? done : clock_now();
}

static int ask_by_tcp(struct stage *stage, struct fault *fault)
{
    struct echo_service service = {.timeout_us = TIMEOUT};
    const struct serve_config config = {.addr = {testbed_ip(HOST_B), PORT},
                                        .backlog = 1,
                                        .max_connections = 1,
                                        .handle = echo_handle,
                                        .arg = &service};
    struct background server;
    int error = background_start(&server, stage->b, &config, fault);
    if (error)
        return error;
    usec_t start = clock_now();
    int sock = ask_open(stage->a, &config.addr, TIMEOUT);
    int64_t answered = sock < 0 ? sock : ask(stage, sock);
    put(stage, &tcp, "answer_ms", (answered - start) / USEC_MS);
    if (sock >= 0)
        net_close_gracefully(stage->a, sock);
    background_stop(&server, NULL);
    return answered < 0 ? fault_errno(fault, (int)answered, "no answer by TCP") : 0;
}

/* B's half of the same by datagrams. */
static void answer(void *arg)
{
    const struct ends *ends = arg;
    uint8_t room[QUESTION];
    struct net_addr from;
    int64_t got =
        net_recvfrom(ends->stage->b, ends->b, (struct buffer){room, sizeof room}, 0, &from);
    if (got > 0)
        net_sendto(ends->stage->b, ends->b, (struct span){room, (size_t)got}, &from);
}

static int ask_by_udp(struct stage *stage, struct fault *fault)
{
    struct ends ends;
    struct thread *server;
    int error = ends_open_udp(&ends, stage, PORT, fault);
    if (error)
        return error;
    error = thread_start(&server, "answer", answer, &ends);
    usec_t start = clock_now();
    int64_t answered = error ? error : ask(stage, ends.a);
    put(stage, &udp, "answer_ms", (answered - start) / USEC_MS);
    if (!error)
        thread_join(server);
    ends_close(&ends);
    return answered < 0 ? fault_errno(fault, (int)answered, "no answer by UDP") : 0;
}

static int play_cost(struct stage *stage, struct fault *fault)
{
    results_put_number(&stage->results, "text_octets", (int64_t)2 * QUESTION);
    int error = ask_by_udp(stage, fault);
    return error ? error : ask_by_tcp(stage, fault);
}

#define HEARD(en, zh)                                                                              \
    {                                                                                              \
        "UDP's program received {udp_received}; TCP's received {tcp_received}. " en                \
        " Segments sent again: {resent}.",                                                         \
            "UDP 的程序收到 {udp_received};TCP 的程序收到 {tcp_received}。" zh                     \
            "重发的报文段:{resent} 个。"                                                   \
    }

/* The same message of both. */
#define LOSE(n) "drop udp " #n " a>b; drop data " #n " a>b; "

static const struct scene scenes[] = {
    {.name = "loss",
     .title = {"the third message is lost: UDP, then TCP", "第三条消息丢失:先 UDP,后 TCP"},
     .play = play_faults,
     .review = traffic_review,
     .script = "drop udp 3 a>b; drop data 3 a>b",
     .saw = HEARD("TCP noticed the gap and filled it.", "TCP 发现了缺口并补上。")},
    {.name = "order",
     .title = {"the third message is overtaken: UDP, then TCP",
               "第三条消息被后面的超过:先 UDP,后 TCP"},
     .play = play_faults,
     .review = traffic_review,
     .script = "reorder udp 3 a>b by 2; reorder data 3 a>b by 2",
     .saw = HEARD("TCP held back what came early; what comes late may have been taken for lost.",
                  "TCP 让先到的等着;迟到的有时会被当作丢失。")},
    {.name = "twice",
     .title = {"the third message comes twice: UDP, then TCP", "第三条消息到达两次:先 UDP,后 TCP"},
     .play = play_faults,
     .review = traffic_review,
     .script = "dup udp 3 a>b; dup data 3 a>b",
     .saw = HEARD("TCP knew the copy by its number.", "TCP 凭序号认出了重复。")},
    {.name = "latency",
     .title = {"every hundredth message is lost: how long the others take",
               "每一百条消息丢一条:其他消息要走多久"},
     .play = play_latency,
     .review = traffic_review,
     .script = LOSE(50) LOSE(150) LOSE(250) LOSE(350) LOSE(450) LOSE(550) LOSE(650) LOSE(750)
         LOSE(850) LOSE(950),
     .no_ladder = true,
     .plots = latency_plots,
     .saw = {"of {messages} messages UDP lost {udp_missing} and held up {udp_held_up}: half were "
             "there within {udp_p50_ms} ms, 99 of 100 within {udp_p99_ms}, the last after "
             "{udp_worst_ms}. TCP lost {tcp_missing} and held up {tcp_held_up}: half within "
             "{tcp_p50_ms} ms, 99 of 100 within {tcp_p99_ms}, the last after {tcp_worst_ms}. "
             "Whatever comes behind a lost one waits for it.",
             "{messages} 条消息中,UDP 丢 {udp_missing} 条,耽搁 {udp_held_up} 条:一半在 "
             "{udp_p50_ms} 毫秒内到达,百分之九十九在 {udp_p99_ms} 毫秒内,最慢 {udp_worst_ms} "
             "毫秒。TCP 丢 {tcp_missing} 条,耽搁 {tcp_held_up} 条:一半在 {tcp_p50_ms} 毫秒内,"
             "百分之九十九在 {tcp_p99_ms} 毫秒内,最慢 {tcp_worst_ms} "
             "毫秒。丢了一条,它后面的都得等它。"}},
    {.name = "broadcast",
     .title = {"one datagram to everybody", "一个数据报发给所有人"},
     .play = play_broadcast,
     .review = traffic_review,
     .saw = {"without SO_BROADCAST: {udp_without_option}; with it {udp_frames} frame was heard by "
             "{heard} of {listeners} programs. A TCP connection to everybody: {tcp_connect}.",
             "没有 SO_BROADCAST:{udp_without_option};有它:{udp_frames} 个帧被 {listeners} "
             "个程序中的 {heard} 个收到。用 TCP 连接所有人:{tcp_connect}。"}},
    {.name = "cost",
     .title = {"one question and one answer: UDP, then TCP", "一问一答:先 UDP,后 TCP"},
     .play = play_cost,
     .review = traffic_review,
     .saw =
         {"for {text_octets} octets of text UDP took {udp_frames} frames of {udp_octets} octets "
          "in all, and {udp_answer_ms} ms; TCP, which says hello and goodbye, {tcp_frames} frames "
          "of {tcp_octets} octets, and {tcp_answer_ms} ms to the answer.",
          "为传送 {text_octets} 字节的正文,UDP 用 {udp_frames} 个帧共 {udp_octets} 字节,"
          "{udp_answer_ms} 毫秒;TCP 要建立和关闭连接,用 {tcp_frames} 个帧共 {tcp_octets} 字节,"
          "{tcp_answer_ms} 毫秒后才得到回答。"}},
};

int main(int argc, char **argv)
{
    return experiment_main(
        &(struct experiment){
            .name = "tcp-vs-udp",
            .summary = {"The same messages and the same faults, over TCP and over UDP.",
                        "同样的消息,同样的故障:TCP 与 UDP。"},
            .question =
                {"Before you look: one message of a hundred is lost. How many are late, over "
                 "TCP and over UDP?",
                 "先预测:一百条消息丢一条。用 TCP 和用 UDP,各有多少条会迟到?"},
            .scenes = scenes,
            .scene_count = ARRAY_LEN(scenes),
            .specs = specs,
            .spec_count = ARRAY_LEN(specs),
            .testbed = {.medium.both.delay = MS(10), .sample = true},
            .example = "exp-tcp-vs-udp --scene latency --stack both",
        },
        argc, argv);
}
