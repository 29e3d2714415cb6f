/* exp-raw-rst: why a TCP of one's own cannot live on an address that the kernel has, too. A segment
 * that belongs to no connection is answered by a RST; to the kernel the connections of another TCP
 * are none. First the rule, then one handshake and twenty: beside a kernel that has the address,
 * and on a network card whose kernel has none. */
#include <errno.h>
#include <inttypes.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "client/ask.h"
#include "client/hold.h"
#include "client/knock.h"
#include "experiments/experiment.h"
#include "experiments/segments.h"
#include "net/background.h"
#include "server/backlog.h"
#include "server/echo.h"
#include "testbed/intruder.h"
#include "testbed/listing.h"

enum { PORT = 8091, FROM_PORT = 40000, TRIES_MAX = 50 };

static int64_t tries = 20;
static bool binds;

static const struct option_spec specs[] = {
    {"tries", 'n', OPTION_INT, &tries, "handshakes in the scene 'many'", NULL, 1, TRIES_MAX},
    {"bind", 0, OPTION_FLAG, &binds,
     "have the kernel hold each port by a socket of its own: does that help?", NULL, 0, 0},
};

static struct net_addr server_addr(void)
{
    return (struct net_addr){testbed_ip(HOST_B), PORT};
}

static void settle(const struct stage *stage)
{
    testbed_settle(stage->testbed, usec_after(clock_now(), SECONDS(1)));
}

/* ---- the rule ---- */

/* A asks for a connection and forgets it before the answer comes. */
static int play_rule(struct stage *stage, struct fault *fault)
{
    const struct net_addr addr = server_addr();
    struct backlog_server server;
    struct hold client = {.net = stage->a, .server = addr};
    int error = backlog_open(&server, stage->b, &addr, 1, fault);
    if (error)
        return error;
    error = hold_one_more(&client, 0);
    hold_release(&client);
    settle(stage);
    results_put_number(&stage->results, "half_open",
                       testbed_count(stage->testbed, HOST_B, STATE_SYN_RECEIVED, PORT));
    backlog_close(&server);
    return error == -EINPROGRESS ? 0 : fault_errno(fault, error, "cannot begin to connect");
}

/* ---- handshakes ---- */

/* Our own TCP on host A. */
struct guest {
    struct stage *stage;
    struct net *net;
    struct own_host intruder; /* zero: the host is ours alone */
};

static bool is_intruder(const struct guest *guest)
{
    return guest->stage->pair.client == STACK_KERNEL;
}

static int guest_open(struct guest *guest, struct stage *stage, struct fault *fault)
{
    *guest = (struct guest){.stage = stage, .net = stage->a};
    if (!is_intruder(guest))
        return 0;
    int error = intruder_open(&guest->intruder, stage->testbed, HOST_A, fault);
    guest->net = guest->intruder.net;
    return error;
}

/* Puts how many resets our own TCP has sent, and goes. */
static void guest_close(struct guest *guest)
{
    struct testbed_stats stats;
    testbed_get_stats(guest->stage->testbed, &stats);
    if (is_intruder(guest))
        stack_get_counters(guest->intruder.stack, &stats.host[HOST_A]);
    results_put_number(&guest->stage->results, "own_resets",
                       (int64_t)stats.host[HOST_A].resets_sent);
    if (is_intruder(guest))
        own_host_close(&guest->intruder);
}

/* The kernel's own socket on the port, when it is asked for and there is such a kernel; negative:
 * none. */
static int take_port(const struct guest *guest, uint16_t port)
{
    const struct net_addr addr = {testbed_ip(HOST_A), port};
    if (!binds || !is_intruder(guest))
        return -1;
    int sock = net_socket(guest->stage->a, NET_STREAM);
    if (sock >= 0 && net_bind(guest->stage->a, sock, &addr) == 0)
        return sock;
    if (sock >= 0)
        net_close(guest->stage->a, sock);
    return -1;
}

/* One connection and one question. Returns 1 when it was answered, else a negative errno. */
static int ask_once(const struct guest *guest, uint16_t from_port)
{
    static const uint8_t text[] = "anybody?\n";
    const struct knock how = {.server = server_addr(), .from_port = from_port};
    int sock = knock(guest->net, &how, NULL);
    if (sock < 0)
        return sock;
    net_setsockopt(guest->net, sock, NET_SO_RCVTIMEO, SECONDS(1));
    return ask_and_close(guest->net, sock, (struct span){text, sizeof text - 1});
}

static void ask_often(const struct guest *guest, int64_t times)
{
    struct results *results = &guest->stage->results;
    int64_t answered = 0, bound = 0;
    int outcome = 0;
    for (int64_t i = 0; i < times; i++) {
        uint16_t port = (uint16_t)(FROM_PORT + i);
        int taken = take_port(guest, port);
        outcome = ask_once(guest, port);
        answered += outcome == 1;
        bound += taken >= 0;
        if (taken >= 0)
            net_close(guest->stage->a, taken);
    }
    results_put_number(results, "tries", times);
    results_put_number(results, "bound", bound);
    results_put_number(results, "answered", answered);
    results_put_number(results, "shot_down", times - answered);
    results_put_error(results, "last", outcome == 1 ? 0 : outcome);
}

static const char *kernel_of(const struct stage *stage)
{
    switch (stage->pair.client) {
    case STACK_KERNEL:
        return "has-the-address";
    case STACK_OWN:
        return "has-no-address";
    case STACK_SIM:
        break;
    }
    return "none";
}

static int play(struct stage *stage, int64_t times, struct fault *fault)
{
    char all[24];
    struct echo_service service = {0};
    const struct serve_config config = {.addr = server_addr(),
                                        .backlog = TRIES_MAX,
                                        .max_connections = TRIES_MAX,
                                        .handle = echo_handle,
                                        .arg = &service};
    struct background server;
    struct guest guest;
    int error = background_start(&server, stage->b, &config, fault);
    if (error)
        return error;
    results_put_text(&stage->results, "kernel", kernel_of(stage));
    error = guest_open(&guest, stage, fault);
    if (!error) {
        ask_often(&guest, times);
        settle(stage);
        guest_close(&guest);
    }
    background_stop(&server, NULL);
    snprintf(all, sizeof all, "%" PRId64, times);
    return error ? error : stage_expect(stage, HOST_A, "answered", all, fault);
}

static int play_one(struct stage *stage, struct fault *fault)
{
    return play(stage, 1, fault);
}

static int play_many(struct stage *stage, struct fault *fault)
{
    return play(stage, tries, fault);
}

/* ---- what the wire saw ---- */

static int review_rule(struct stage *stage, const struct trace_log *log)
{
    char text[RESULT_VALUE_MAX];
    int count = segments_tell(log, (struct segments_part){0, 0}, text, sizeof text);
    results_put_text(&stage->results, "segments", text);
    return count < 0 ? count : 0;
}

/* Resets that left host A, whoever there sent them. */
static int review(struct stage *stage, const struct trace_log *log)
{
    struct segments segments;
    struct segment_sent sent;
    int more;
    int64_t count = 0;
    segments_begin(&segments, log);
    while ((more = segments_next(&segments, &sent)) > 0)
        count += sent.tcp->from == 0 && (sent.tcp->flags & TCP_RST);
    segments_end(&segments);
    results_put_number(&stage->results, "resets_from_a", count);
    return more;
}

#define TRIED                                                                                                     \
    {                                                                                                             \
        "A's kernel: {kernel}. Of {tries} handshakes by our own TCP {answered} led to an "                        \
        "answer, {shot_down} were shot down. {resets_from_a} resets left A, {own_resets} of them "                \
        "our own; the last connection ended with {last}.",                                                        \
            "A 的内核:{kernel};我们自己的 TCP 握手 {tries} 次,{answered} 次得到回答,{shot_down} " \
            "次被打掉。从 A 发出 {resets_from_a} 个 RST,其中我们自己的 {own_resets} "             \
            "个;最后一个连接的结局:{last}。"                                                           \
    }

static const struct scene scenes[] = {
    {.name = "rule",
     .title = {"a SYN+ACK comes to a host where nobody waits for it any more",
               "SYN+ACK 到达一台主机,那里已经没有人在等它"},
     .play = play_rule,
     .review = review_rule,
     .saw = {"{segments}. What belongs to no connection is answered by a RST; at B {half_open} "
             "half-open connections were left.",
             "{segments}。不属于任何连接的报文段得到 RST;B 上还剩 {half_open} 个半开连接。"}},
    {.name = "one",
     .title = {"our own TCP on A shakes hands once: beside the kernel's on one address, or alone",
               "我们自己的 TCP 在 A 上握手一次:与内核共用一个地址,或者独自使用"},
     .play = play_one,
     .review = review,
     .saw = TRIED},
    {.name = "many",
     .title = {"the same again and again", "同样的握手,一次又一次"},
     .play = play_many,
     .review = review,
     .no_ladder = true,
     .saw = TRIED},
};

int main(int argc, char **argv)
{
    return experiment_main(
        &(struct experiment){
            .name = "raw-rst",
            .summary =
                {"Why a TCP of one's own beside the kernel's on one address is shot down, "
                 "and on a card without an address is not.",
                 "自己写的 TCP 与内核共用一个地址,为什么会被打掉;网卡没有地址时,为什么不会。"},
            .question =
                {"Before you look: two TCPs share host A's address, the kernel's and our "
                 "own, and ours sends a SYN. Which of the two answers the SYN+ACK, and "
                 "with what? (A simulation has no kernel: there our TCP is alone.)",
                 "先预测:A 的地址由两个 TCP 共用,内核的和我们自己的;我们的发出 SYN。SYN+ACK 回来时,"
                 "谁来回答?回答什么?(模拟中没有内核:我们的 TCP 独自使用地址。)"},
            .scenes = scenes,
            .scene_count = ARRAY_LEN(scenes),
            .specs = specs,
            .spec_count = ARRAY_LEN(specs),
            .testbed = {.medium.both.delay = MS(2), .sample = true},
            .example = "exp-raw-rst --scene one --stack both",
        },
        argc, argv);
}
