/* exp-abnormal-end: connections that nobody has closed. A program is killed, a host is shut down,
 * or comes back and has forgotten everything, or loses its power for good, or the cable is out for
 * a while. What does the other program hear, and when? As long as the other system lives it speaks
 * for its dead programs; when it does not, there is nobody left to say anything. */
#include <errno.h>
#include <signal.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/thread.h"
#include "experiments/await.h"
#include "experiments/ends.h"
#include "experiments/segments.h"
#include "experiments/victim.h"
#include "net/io.h"

#define PATIENCE SECONDS(5)
#define CABLE    "at 300ms cut; at 1300ms mend"
#define CUT_BY   MS(400) /* after the connection was begun, with some room */

enum { PORT = 8092 };

static void put_ms(const struct ends *ends, const char *key, usec_t us)
{
    results_put_number(&ends->stage->results, key, us / USEC_MS);
}

/* What comes now is only the experiment's own cleaning up, even from a host that is dead. */
static void clear_up(struct ends *ends)
{
    stage_note(ends->stage, "the story is over: both sockets are closed");
    ends_close(ends);
}

/* ---- what the other one hears ---- */

static int speak(struct stage *stage, int sock, struct fault *fault)
{
    static const char line[] = "anybody?\n";
    int64_t sent = net_write_full(stage->a, sock, line, sizeof line - 1);
    return sent < 0 ? fault_errno(fault, (int)sent, "A cannot speak") : 0;
}

/* A's next receive: "end", "data", or an error's name; and how long after `since` it returned. */
static void put_hearing(struct stage *stage, int sock, usec_t since)
{
    char byte;
    int64_t got = net_recv(stage->a, sock, &byte, 1, 0);
    if (got < 0)
        results_put_error(&stage->results, "heard", (int)got);
    else
        results_put_text(&stage->results, "heard", got > 0 ? "data" : "end");
    results_put_number(&stage->results, "after_ms", (clock_now() - since) / USEC_MS);
}

/* What A takes the connection for. */
static void put_belief(const struct ends *ends, const char *key)
{
    struct net_info info;
    int error = net_info(ends->stage->a, ends->a, &info);
    results_put_text(&ends->stage->results, key, error ? "?" : tcp_state_name(info.state));
}

/* ---- a program dies, its system lives ---- */

static bool is_acknowledged(const struct victim *victim)
{
    struct net_info info;
    return net_info(victim->stage->a, victim->client, &info) == 0 && info.unacked == 0 &&
           info.unsent == 0;
}

/* A line that the program's system has, and the program will not read any more. */
static int leave_unread(struct victim *victim, struct fault *fault)
{
    victim_suspend(victim);
    int error = speak(victim->stage, victim->client, fault);
    usec_t deadline = usec_after(clock_now(), PATIENCE);
    while (!error && !is_acknowledged(victim)) {
        if (clock_now() > deadline)
            return fault_set(fault, -ETIMEDOUT, "the line was not acknowledged");
        thread_sleep_until(usec_after(clock_now(), MS(2)));
    }
    return error;
}

static int play_death(struct stage *stage, int signal, bool unread, struct fault *fault)
{
    struct victim victim;
    int error = victim_begin(&victim, stage, PORT, fault);
    if (error)
        return error;
    if (unread)
        error = leave_unread(&victim, fault);
    usec_t death = clock_now();
    victim_die(&victim, signal);
    if (!error)
        put_hearing(stage, victim.client, death);
    victim_end(&victim);
    return error ? error
                 : stage_expect(stage, HOST_B, "heard", unread ? "ECONNRESET" : "end", fault);
}

static int play_killed(struct stage *stage, struct fault *fault)
{
    return play_death(stage, SIGKILL, false, fault);
}

static int play_unread(struct stage *stage, struct fault *fault)
{
    return play_death(stage, SIGKILL, true, fault);
}

/* A system that is shut down, or rebooted in good order, first asks its programs to end. */
static int play_shutdown(struct stage *stage, struct fault *fault)
{
    return play_death(stage, SIGTERM, false, fault);
}

/* ---- the system itself is gone ---- */

/* B loses its connections: they are aborted, and the wire swallows the reset that says so. Then A
 * speaks to a host that knows of nothing. */
static int play_reboot(struct stage *stage, struct fault *fault)
{
    struct ends ends;
    int error = ends_open(&ends, stage, PORT, fault);
    if (error)
        return error;
    net_setsockopt(stage->b, ends.b, NET_SO_LINGER, 0);
    net_close(stage->b, ends.b);
    ends.b = -1;
    testbed_settle(stage->testbed, usec_after(clock_now(), SECONDS(1)));
    put_belief(&ends, "believed");
    usec_t start = clock_now();
    error = speak(stage, ends.a, fault);
    if (!error)
        put_hearing(stage, ends.a, start);
    ends_close(&ends);
    return error ? error : stage_expect(stage, HOST_A, "heard", "ECONNRESET", fault);
}

/* Nothing passes any more. A is silent for a while, and suspects nothing; then it speaks, and waits
 * for `patience`. */
static int speak_into_the_dark(struct stage *stage, usec_t silence, usec_t patience,
                               struct fault *fault)
{
    struct net_info info = {0};
    struct ends ends;
    int error = ends_open(&ends, stage, PORT, fault);
    if (error)
        return error;
    thread_sleep_until(usec_after(clock_now(), silence));
    put_ms(&ends, "silence_ms", silence);
    put_belief(&ends, "believed");
    net_setsockopt(stage->a, ends.a, NET_SO_RCVTIMEO, patience);
    usec_t start = clock_now();
    error = speak(stage, ends.a, fault);
    if (!error) {
        put_hearing(stage, ends.a, start);
        net_info(stage->a, ends.a, &info);
        results_put_text(&stage->results, "then", tcp_state_name(info.state));
    }
    clear_up(&ends);
    return error;
}

static int play_power(struct stage *stage, struct fault *fault)
{
    usec_t silence = stage->pair.client == STACK_SIM ? SECONDS(3600) : MS(100);
    int error = speak_into_the_dark(stage, silence, SECONDS(10), fault);
    return error ? error : stage_expect(stage, HOST_A, "heard", "ETIMEDOUT", fault);
}

static int play_patience(struct stage *stage, struct fault *fault)
{
    bool simulated = stage->pair.client == STACK_SIM;
    int error = speak_into_the_dark(stage, MS(100), simulated ? 0 : MS(700), fault);
    return error ? error
                 : stage_expect(stage, HOST_A, "heard", simulated ? "ETIMEDOUT" : "EAGAIN", fault);
}

/* ---- the cable ---- */

static int play_cable(struct stage *stage, struct fault *fault)
{
    char line[16];
    struct ends ends;
    usec_t start = clock_now();
    int error = ends_open(&ends, stage, PORT, fault);
    if (error)
        return error;
    thread_sleep_until(usec_after(start, CUT_BY));
    usec_t spoken = clock_now();
    error = speak(stage, ends.a, fault);
    net_setsockopt(stage->b, ends.b, NET_SO_RCVTIMEO, SECONDS(30));
    int64_t got = error ? 0 : net_recv(stage->b, ends.b, line, sizeof line, 0);
    results_put_number(&stage->results, "arrived", got);
    put_ms(&ends, "after_ms", clock_now() - spoken);
    put_belief(&ends, "then");
    if (!error && got < 0)
        error = fault_errno(fault, (int)got, "the line did not arrive");
    clear_up(&ends);
    return error ? error : stage_expect(stage, HOST_A, "then", "ESTABLISHED", fault);
}

/* ---- what the wire saw ---- */

static int review_end(struct stage *stage, const struct trace_log *log)
{
    char text[RESULT_VALUE_MAX];
    int count = segments_tell(log, (struct segments_part){TCP_FIN | TCP_RST, 0}, text, sizeof text);
    results_put_text(&stage->results, "segments", text);
    return count < 0 ? count : 0;
}

#define DIED                                                                                       \
    {                                                                                              \
        "the program (a {lived_as}) was dead, and after {after_ms} ms A heard: {heard}. Its "      \
        "system had spoken for it: {segments}.",                                                   \
            "程序({lived_as})死了,{after_ms} 毫秒后 A "                                     \
            "听到:{heard}。它的系统替它说了话:{segments}。"                           \
    }

#define DARK                                                                                                     \
    {                                                                                                            \
        "after {silence_ms} ms A still believed the connection {believed}. Then it spoke; sent "                 \
        "again: {resent}, resets: {resets}; after {after_ms} ms it heard: {heard}, and its end "                 \
        "was {then}.",                                                                                           \
            "{silence_ms} 毫秒之后 A 仍认为连接处于 {believed}。然后它说话了:重发 {resent} " \
            "次,RST "                                                                                           \
            "{resets} 个;{after_ms} 毫秒后听到:{heard},它这一端处于 {then}。"                       \
    }

/* The smallest time-out is Linux' in both, and nothing but time-outs sends again. */
static const char *const short_patience[] = {"net.ipv4.tcp_retries2=1",
                                             "net.ipv4.tcp_rto_min_us=200000",
                                             "net.ipv4.tcp_early_retrans=0", NULL};

static const struct scene scenes[] = {
    {.name = "killed",
     .title = {"B's program is killed (SIGKILL); it had read everything",
               "B 的程序被杀死(SIGKILL),数据都读完了"},
     .play = play_killed,
     .review = review_end,
     .saw = DIED},
    {.name = "unread",
     .title = {"B's program is killed with a line unread", "B 的程序被杀死,还有一行没有读"},
     .play = play_unread,
     .review = review_end,
     .saw = DIED},
    {.name = "shutdown",
     .title = {"B is shut down in good order: first its programs are ended (SIGTERM)",
               "B 有序关机:先让程序结束(SIGTERM)"},
     .play = play_shutdown,
     .review = review_end,
     .saw = DIED},
    {.name = "reboot",
     .title = {"B has crashed, started anew and forgotten; A speaks (that B's state goes without a "
               "word is done by losing a RST)",
               "B 崩溃后重新启动,什么都忘了;A 说话(用丢掉一个 RST 的办法,让 B "
               "的状态无声地消失)"},
     .play = play_reboot,
     .review = review_end,
     .script = "drop rst b>a",
     .saw = {"A believed the connection {believed}, spoke, and after {after_ms} ms heard: {heard}. "
             "{segments}.",
             "A 认为连接处于 {believed},说了话,{after_ms} 毫秒后听到:{heard}。{segments}。"}},
    {.name = "power",
     .title = {"B has lost its power; A gives up early (tcp_retries2=1)",
               "B 断电;A 提早放弃(tcp_retries2=1)"},
     .play = play_power,
     .script = "drop all after handshake-ack a>b",
     .sysctls = short_patience,
     .saw = DARK},
    {.name = "patience",
     .title =
         {"B has lost its power; A is as patient as it is by default (simulated to the end, on "
          "real stacks for a second)",
          "B 断电;A 按默认值那样有耐心(模拟到底,真实协议栈上只看一会儿)"},
     .play = play_patience,
     .script = "drop all after handshake-ack a>b",
     .saw = DARK},
    {.name = "cable",
     .title = {"the cable is out for a second, and back", "网线断开一秒,又接好"},
     .play = play_cable,
     .script = CABLE,
     .saw = {"what A said while the cable was out arrived {after_ms} ms later (sent again: "
             "{resent}, resets: {resets}), with the first retransmission after the mending. The "
             "connection is "
             "{then}, and neither program has noticed anything.",
             "A 在网线断开时说的话,{after_ms} 毫秒后到达(重发 {resent} 次,RST {resets} "
             "个):接好之后的第一次重传把它送到了。连接处于 {then},两个程序什么都没察觉。"}},
};

int main(int argc, char **argv)
{
    return experiment_main(
        &(struct experiment){
            .name = "abnormal-end",
            .summary =
                {"A program killed, a host shut down, rebooted or without power, a cable "
                 "out: what the other program hears, and when.",
                 "程序被杀、主机关机、重启或断电、网线断开:另一边的程序听到什么、什么时候。"},
            .question = {"Before you look: your program waits for data. The other host's plug is "
                         "pulled. What does your program get: an end, an error, or nothing?",
                         "先预测:你的程序在等数据,对方主机的电源被拔掉。你的程序得到什么:"
                         "结束、错误,还是什么都没有?"},
            .scenes = scenes,
            .scene_count = ARRAY_LEN(scenes),
            .testbed = {.medium.both.delay = MS(10), .sample = true},
            .example = "exp-abnormal-end --scene cable --stack sim --script 'at 300ms cut; at "
                       "3300ms mend'",
        },
        argc, argv);
}
