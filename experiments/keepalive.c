/* exp-keepalive: an idle connection sends nothing, so nobody notices when the other end is gone.
 * Who asks for it gets probes after a long silence. What they find: a peer that lives, one that
 * says nothing any more, or one that has been born again and knows of no connection. */
#include <errno.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "experiments/ends.h"
#include "experiments/repeats.h"
#include "net/io.h"
#include "testbed/listing.h"

enum { PORT = 8087 };

static usec_t idle_us = SECONDS(1), interval_us = SECONDS(1);
static int64_t probes = 2;

static const struct option_spec specs[] = {
    {"idle", 0, OPTION_DURATION, &idle_us, "silence before the first probe (whole seconds)", NULL,
     0, 0},
    {"interval", 0, OPTION_DURATION, &interval_us, "between probes (whole seconds)", NULL, 0, 0},
    {"probes", 0, OPTION_INT, &probes, "unanswered, before giving up", NULL, 1, 20},
};

/* ---- setting ---- */

static int set(const struct ends *ends, enum net_option option, int64_t value, struct fault *fault)
{
    int error = net_setsockopt(ends->stage->a, ends->a, option, value);
    return error ? fault_errno(fault, error, "cannot set %s", net_option_name(option)) : 0;
}

/* A watches its peer, in the times given. */
static int watch_closely(const struct ends *ends, struct fault *fault)
{
    int error = set(ends, NET_TCP_KEEPIDLE, idle_us, fault);
    if (!error)
        error = set(ends, NET_TCP_KEEPINTVL, interval_us, fault);
    if (!error)
        error = set(ends, NET_TCP_KEEPCNT, probes, fault);
    return error ? error : set(ends, NET_SO_KEEPALIVE, 1, fault);
}

/* A's program waits for something to read, and gets nothing but an error, or nothing at all. */
static int wait_in_vain(const struct ends *ends, usec_t patience, struct fault *fault)
{
    char nothing;
    usec_t start = clock_now();
    int error = set(ends, NET_SO_RCVTIMEO, patience, fault);
    if (error)
        return error;
    int64_t outcome = net_recv(ends->stage->a, ends->a, &nothing, 1, 0);
    results_put_error(&ends->stage->results, "receive", outcome < 0 ? (int)outcome : 0);
    usec_t took = clock_now() - start;
    results_put_number(&ends->stage->results, "after_s", (took + USEC_S / 2) / USEC_S);
    return 0;
}

static void put_state(const struct ends *ends)
{
    struct net_info info;
    int error = net_info(ends->stage->a, ends->a, &info);
    if (error)
        results_put_error(&ends->stage->results, "state", error);
    else
        results_put_text(&ends->stage->results, "state", tcp_state_name(info.state));
}

/* On real stacks a glance, simulated as long as it takes. */
static usec_t long_time(const struct stage *stage)
{
    return stage->pair.client == STACK_SIM ? SECONDS(4 * 3600) : MS(100);
}

static usec_t until_given_up(void)
{
    return idle_us + (probes + 1) * interval_us + SECONDS(2);
}

/* ---- the defaults ---- */

static int put_seconds(const struct ends *ends, enum net_option option, const char *key)
{
    int64_t value = 0;
    int error = net_getsockopt(ends->stage->a, ends->a, option, &value);
    results_put_number(&ends->stage->results, key, value / USEC_S);
    return error;
}

static int put_defaults(const struct ends *ends, struct fault *fault)
{
    int64_t on = 0, count = 0;
    int error = net_getsockopt(ends->stage->a, ends->a, NET_SO_KEEPALIVE, &on);
    if (!error)
        error = net_getsockopt(ends->stage->a, ends->a, NET_TCP_KEEPCNT, &count);
    results_put_text(&ends->stage->results, "keepalive", on ? "on" : "off");
    if (!error)
        error = put_seconds(ends, NET_TCP_KEEPIDLE, "idle_s");
    if (!error)
        error = put_seconds(ends, NET_TCP_KEEPINTVL, "interval_s");
    results_put_number(&ends->stage->results, "limit", count);
    return error ? fault_errno(fault, error, "cannot read the defaults") : 0;
}

static int ask_for_nothing(struct ends *ends, struct fault *fault)
{
    int error = put_defaults(ends, fault);
    if (!error)
        error = wait_in_vain(ends, long_time(ends->stage), fault);
    return error ? error : stage_expect(ends->stage, HOST_A, "keepalive", "off", fault);
}

/* What the host lists of A's end. */
static void put_listed(struct stage *stage)
{
    struct tcp_entry entry;
    struct tcp_entry_text text;
    if (testbed_find(stage->testbed, HOST_A, STATE_ESTABLISHED, 0, &entry) == 1)
        results_put_text(&stage->results, "ss", tcp_entry_format(&text, &entry));
}

static int watch_by_default(struct ends *ends, struct fault *fault)
{
    int error = set(ends, NET_SO_KEEPALIVE, 1, fault);
    put_listed(ends->stage);
    return error ? error : wait_in_vain(ends, long_time(ends->stage), fault);
}

/* ---- short times ---- */

static int watch_the_living(struct ends *ends, struct fault *fault)
{
    struct stage *stage = ends->stage;
    char byte;
    int error = watch_closely(ends, fault);
    if (!error)
        error = wait_in_vain(ends, idle_us + MS(200), fault);
    bool heard = net_write_full(stage->a, ends->a, "?", 1) == 1 &&
                 net_read_full(stage->b, ends->b, &byte, 1) == 1;
    results_put_bool(&stage->results, "then_data", heard);
    return error ? error : stage_expect(stage, HOST_A, "then_data", "yes", fault);
}

static int watch_the_silent(struct ends *ends, struct fault *fault)
{
    int error = watch_closely(ends, fault);
    if (!error)
        error = wait_in_vain(ends, until_given_up(), fault);
    return error ? error : stage_expect(ends->stage, HOST_A, "receive", "ETIMEDOUT", fault);
}

/* B's host starts anew and knows nothing of the connection; A hears nothing of that. */
static int watch_the_reborn(struct ends *ends, struct fault *fault)
{
    struct stage *stage = ends->stage;
    int error = watch_closely(ends, fault);
    if (!error && net_setsockopt(stage->b, ends->b, NET_SO_LINGER, 0) < 0)
        error = fault_set(fault, -EINVAL, "cannot set SO_LINGER");
    net_close(stage->b, ends->b);
    ends->b = -1;
    if (!error)
        error = wait_in_vain(ends, until_given_up(), fault);
    return error ? error : stage_expect(stage, HOST_A, "receive", "ECONNRESET", fault);
}

/* ---- the scenes ---- */

static int play(struct stage *stage, int (*story)(struct ends *ends, struct fault *fault),
                struct fault *fault)
{
    struct ends ends;
    int error = ends_open(&ends, stage, PORT, fault);
    if (error)
        return error;
    error = story(&ends, fault);
    put_state(&ends);
    ends_close(&ends);
    return error;
}

static int play_off(struct stage *stage, struct fault *fault)
{
    return play(stage, ask_for_nothing, fault);
}

static int play_on(struct stage *stage, struct fault *fault)
{
    return play(stage, watch_by_default, fault);
}

static int play_alive(struct stage *stage, struct fault *fault)
{
    return play(stage, watch_the_living, fault);
}

static int play_silent(struct stage *stage, struct fault *fault)
{
    return play(stage, watch_the_silent, fault);
}

static int play_reborn(struct stage *stage, struct fault *fault)
{
    return play(stage, watch_the_reborn, fault);
}

/* Whole seconds, or "-" for what did not happen. */
static void put_time(struct stage *stage, const char *key, bool happened, usec_t time)
{
    if (happened)
        results_put_number(&stage->results, key, (time + USEC_S / 2) / USEC_S);
    else
        results_put_text(&stage->results, key, "-");
}

/* A's probes, how far apart, and how many were answered. */
static int review(struct stage *stage, const struct trace_log *log)
{
    const struct repeats_wanted wanted = {HOST_A, 1, REPEATS_KEEPALIVE};
    struct repeats found;
    int error = repeats_find(log, &wanted, &found);
    results_put_number(&stage->results, "probes", found.count);
    results_put_number(&stage->results, "answers", found.answered);
    put_time(stage, "first_after_s", found.count > 0, found.idle);
    put_time(stage, "apart_s", found.count > 1, repeats_gap(&found, 1));
    return error;
}

static const struct scene scenes[] = {
    {.name = "off",
     .title = {"nobody asked for it", "没有人要求它"},
     .play = play_off,
     .review = review,
     .saw = {"keepalive is {keepalive}. Were it on: a first probe after {idle_s} s of silence, "
             "then one every {interval_s} s, {limit} in all. In {after_s} s of silence {probes} "
             "probes were sent; A is still {state}.",
             "保活默认是 {keepalive}。如果打开:静默 {idle_s} 秒后发第一个探测,之后每 "
             "{interval_s} 秒一个,共 {limit} 个。静默了 {after_s} 秒,发出 {probes} 个探测;A 仍处于 "
             "{state}。"}},
    {.name = "on",
     .title = {"SO_KEEPALIVE with the default times; the cable is cut",
               "设置 SO_KEEPALIVE,用默认的时间;网线断了"},
     .play = play_on,
     .review = review,
     .script = "drop all after handshake-ack a>b",
     .saw = {"`ss -tano` would print: {ss}. After {after_s} s receive gave {receive}. "
             "Probes sent: {probes}; silence before the first: {first_after_s} s, between them: "
             "{apart_s} s. (On a real stack only a glance; the whole in a simulation: --stack "
             "sim.)",
             "`ss -tano` 会打印:{ss}。{after_s} 秒后接收得到 {receive}。发出探测 {probes} "
             "个;第一个之前静默 {first_after_s} 秒,之后间隔 {apart_s} "
             "秒。(真实协议栈上只看一眼;完整的过程用 --stack sim 模拟。)"}},
    {.name = "alive",
     .title = {"short times; the peer is alive, with nothing to say",
               "时间设短;对方活着,只是没话说"},
     .play = play_alive,
     .review = review,
     .saw = {"{probes} probe after {first_after_s} s of silence, {answers} answered: by the peer's "
             "system, without its program. A is still {state}, and data went through afterwards: "
             "{then_data}.",
             "静默 {first_after_s} 秒后发出 {probes} 个探测,得到 {answers} 个回答:由对方的系统给出,"
             "不用程序参与。A 仍处于 {state},之后数据能通过:{then_data}。"}},
    {.name = "silent",
     .title = {"short times; the cable is cut", "时间设短;网线断了"},
     .play = play_silent,
     .review = review,
     .script = "drop all after handshake-ack a>b",
     .saw = {"{probes} probes, the first after {first_after_s} s, {apart_s} s apart, {answers} "
             "answered: after {after_s} s receive gave {receive}. Without them A would be "
             "waiting still.",
             "发出 {probes} 个探测,第一个在 {first_after_s} 秒后,间隔 {apart_s} "
             "秒,得到 {answers} 个回答:{after_s} 秒后接收得到 {receive}。没有保活,A 现在还在等。"}},
    {.name = "reborn",
     .title = {"short times; the peer's host has started anew and forgotten",
               "时间设短;对方主机重新启动,什么都忘了"},
     .play = play_reborn,
     .review = review,
     .script = "drop rst b>a",
     .saw = {"{probes} probe was answered by a RST: after {after_s} s receive gave {receive}.",
             "{probes} 个探测得到 RST 作为回答:{after_s} 秒后接收得到 {receive}。"}},
};

int main(int argc, char **argv)
{
    return experiment_main(
        &(struct experiment){
            .name = "keepalive",
            .summary = {"An idle connection whose peer is gone: who notices, and when.",
                        "对方已不在的空闲连接:谁会发现,什么时候发现。"},
            .question = {"Before you look: a program waits in receive, the other host loses its "
                         "power. When does the program learn of it?",
                         "先预测:程序在接收处等待,对方主机断电。程序什么时候知道?"},
            .scenes = scenes,
            .scene_count = ARRAY_LEN(scenes),
            .specs = specs,
            .spec_count = ARRAY_LEN(specs),
            .testbed = {.medium.both.delay = MS(10), .sample = true},
            .example = "exp-keepalive --scene on --stack sim",
        },
        argc, argv);
}
