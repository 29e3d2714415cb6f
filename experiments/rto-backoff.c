/* exp-rto-backoff: what is lost once is sent again and arrives. Then the cable is cut while one
 * connection talks and another one is just beginning: each sends the same segment again and again,
 * waits twice as long each time, and gives up in the end. First as the textbook has it, then with
 * all that Linux does by default. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "experiments/ends.h"
#include "experiments/repeats.h"
#include "net/io.h"

#define QUESTION "anybody?"
#define CUT      "drop all after handshake-ack a>b"

enum { PORT = 8088, TALKING = 0, CONNECTING = 1 };

/* "data_resent", "syn_resent" */
static const char *key_of(int which, const char *what, char key[static RESULT_KEY_MAX])
{
    snprintf(key, RESULT_KEY_MAX, "%s_%s", which == TALKING ? "data" : "syn", what);
    return key;
}

static void put(struct stage *stage, int which, const char *what, int64_t value)
{
    char key[RESULT_KEY_MAX];
    results_put_number(&stage->results, key_of(which, what, key), value);
}

static void put_text(struct stage *stage, int which, const char *what, const char *value)
{
    char key[RESULT_KEY_MAX];
    results_put_text(&stage->results, key_of(which, what, key), value);
}

/* ---- lost once ---- */

static int play_once(struct stage *stage, struct fault *fault)
{
    struct ends ends;
    char heard[sizeof QUESTION] = "";
    int error = ends_open(&ends, stage, PORT, fault);
    if (error)
        return error;
    usec_t start = clock_now();
    int64_t done = net_write_full(stage->a, ends.a, QUESTION, sizeof QUESTION);
    if (done >= 0)
        done = net_read_full(stage->b, ends.b, heard, sizeof heard);
    results_put_bool(&stage->results, "arrived", strcmp(heard, QUESTION) == 0);
    put(stage, TALKING, "arrived_ms", (clock_now() - start) / USEC_MS);
    ends_close(&ends);
    return done < 0 ? fault_errno(fault, (int)done, "the question did not arrive") : 0;
}

/* ---- two connections without a way out ---- */

/* Begins to connect; nobody will answer. Returns the socket or a negative errno. */
static int begin_to_connect(struct net *net)
{
    const struct net_addr server = {testbed_ip(HOST_B), PORT + 1};
    int sock = net_socket(net, NET_STREAM);
    if (sock < 0)
        return sock;
    int error = net_setsockopt(net, sock, NET_O_NONBLOCK, 1);
    if (!error)
        error = net_connect(net, sock, &server);
    if (error == -EINPROGRESS)
        return sock;
    net_close(net, sock);
    return error ? error : -EISCONN;
}

static void put_outcome(struct stage *stage, int which, int sock, usec_t after)
{
    char key[RESULT_KEY_MAX];
    int64_t outcome = 0;
    int error = net_getsockopt(stage->a, sock, NET_SO_ERROR, &outcome);
    results_put_error(&stage->results, key_of(which, "outcome", key), error ? error : (int)outcome);
    put(stage, which, "gave_up_ms", after / USEC_MS);
}

/* Waits until both have failed, or `patience` is over. Returns 0 or a negative errno. */
static int watch(struct stage *stage, const int socks[2], usec_t patience)
{
    struct net_pollfd fds[] = {{.sock = socks[TALKING], .events = NET_IN},
                               {.sock = socks[CONNECTING], .events = NET_OUT}};
    usec_t start = clock_now(), after = 0;
    while (after < patience && (fds[0].sock >= 0 || fds[1].sock >= 0)) {
        int ready = net_poll(stage->a, fds, ARRAY_LEN(fds), patience - after);
        if (ready < 0)
            return ready;
        after = clock_now() - start;
        for (int i = 0; i < 2; i++) {
            if (fds[i].sock < 0 || fds[i].revents == 0)
                continue;
            put_outcome(stage, i, socks[i], after);
            fds[i].sock = -1;
        }
    }
    return 0;
}

/* On `talking`, a connection of A's, something is said, and another one is begun. */
static int talk_and_connect(struct stage *stage, int talking, usec_t patience, struct fault *fault)
{
    put_text(stage, TALKING, "outcome", "still_trying");
    put_text(stage, CONNECTING, "outcome", "still_trying");
    int64_t written = net_write_full(stage->a, talking, QUESTION, sizeof QUESTION);
    if (written < 0)
        return fault_errno(fault, (int)written, "cannot write");
    int connecting = begin_to_connect(stage->a);
    if (connecting < 0)
        return fault_errno(fault, connecting, "cannot begin to connect");
    int error = watch(stage, (const int[]){talking, connecting}, patience);
    net_close(stage->a, connecting);
    return error ? fault_errno(fault, error, "cannot wait") : 0;
}

static int play(struct stage *stage, usec_t patience, struct fault *fault)
{
    struct ends ends;
    int error = ends_open(&ends, stage, PORT, fault);
    if (error)
        return error;
    error = talk_and_connect(stage, ends.a, patience, fault);
    ends_close(&ends);
    return error;
}

static int play_textbook(struct stage *stage, struct fault *fault)
{
    int error = play(stage, SECONDS(10), fault);
    if (!error)
        error = stage_expect(stage, HOST_A, "data_outcome", "ETIMEDOUT", fault);
    return error ? error : stage_expect(stage, HOST_A, "syn_outcome", "ETIMEDOUT", fault);
}

/* On real stacks the beginning, simulated the whole. */
static int play_defaults(struct stage *stage, struct fault *fault)
{
    bool simulated = stage->pair.client == STACK_SIM;
    return play(stage, simulated ? SECONDS(2 * 3600) : MS(2200), fault);
}

/* ---- what the wire saw ---- */

/* Whether each wait was about twice the one before, until they are as long as they ever get. */
static bool doubles(const usec_t *waits, int count)
{
    for (int i = 1; i < count; i++) {
        bool longest = waits[i - 1] >= SECONDS(60) && waits[i] >= SECONDS(115);
        if (!longest && (waits[i] < waits[i - 1] * 3 / 2 || waits[i] > waits[i - 1] * 5 / 2))
            return false;
    }
    return true;
}

/* From the last transmission until the program heard that it was in vain; 0 when it has not. */
static usec_t last_wait(const struct stage *stage, int which, const struct repeats *repeats)
{
    char key[RESULT_KEY_MAX];
    const char *gave_up_ms = results_get(&stage->results, key_of(which, "gave_up_ms", key));
    usec_t sending = repeats->at[repeats->count - 1] - repeats->at[0];
    return gave_up_ms ? MS(strtoll(gave_up_ms, NULL, 10)) - sending : 0;
}

static void put_waits(struct stage *stage, int which, const struct repeats *repeats)
{
    usec_t waits[REPEATS_MAX];
    int count = 0;
    for (int i = 1; i < repeats->count; i++)
        waits[count++] = repeats_gap(repeats, i);
    usec_t last = last_wait(stage, which, repeats);
    if (last > 0)
        waits[count++] = last;
    put(stage, which, "last_wait_ms", last / USEC_MS);
    put_text(stage, which, "doubles", doubles(waits, count) ? "yes" : "no");
}

static int put_repeats(struct stage *stage, const struct trace_log *log, int which)
{
    const struct repeats_wanted wanted = {HOST_A, (unsigned)which + 1,
                                          which == TALKING ? REPEATS_TEXT : REPEATS_SYN};
    struct repeats found;
    char text[RESULT_VALUE_MAX];
    int error = repeats_find(log, &wanted, &found);
    if (error || found.count == 0)
        return error ? error : -ENOMSG;
    repeats_tell(&found, text, sizeof text);
    put(stage, which, "resent", found.count - 1);
    put(stage, which, "gap1_ms", repeats_gap(&found, 1) / USEC_MS);
    put(stage, which, "gap2_ms", repeats_gap(&found, 2) / USEC_MS);
    put_text(stage, which, "gaps_s", text);
    put_waits(stage, which, &found);
    return 0;
}

static int review_once(struct stage *stage, const struct trace_log *log)
{
    return put_repeats(stage, log, TALKING);
}

static int review(struct stage *stage, const struct trace_log *log)
{
    int error = put_repeats(stage, log, TALKING);
    return error ? error : put_repeats(stage, log, CONNECTING);
}

static const char *const timer_alone[] = {"net.ipv4.tcp_early_retrans=0", NULL};

/* The patience of Linux is 15 and 6 retries: here it is cut, so that the end is seen. */
static const char *const textbook[] = {
    "net.ipv4.tcp_early_retrans=0", "-net.ipv4.tcp_syn_linear_timeouts=0",
    "net.ipv4.tcp_retries2=1", "net.ipv4.tcp_syn_retries=1", NULL};

/* Of a least timeout our own stack thinks otherwise: the RFC's second. */
static const char *const linux_defaults[] = {"-net.ipv4.tcp_rto_min_us=200000", NULL};

static const struct scene scenes[] = {
    {.name = "once",
     .title = {"lost once: after a while it is sent again", "丢了一次:过一会儿就重发"},
     .play = play_once,
     .review = review_once,
     .script = "drop data 1 a>b",
     .sysctls = timer_alone,
     .saw = {"no ACK came, and after {data_gap1_ms} ms the segment was sent again: {data_resent} "
             "time. It arrived ({arrived}) {data_arrived_ms} ms after it had been written.",
             "没有等到 ACK,{data_gap1_ms} 毫秒后重发了这个报文段,共 {data_resent} "
             "次。写入 {data_arrived_ms} 毫秒之后它到达了({arrived})。"}},
    {.name = "textbook",
     .title =
         {"as in the textbook (no tail loss probe, no linear SYN retries); patience for one "
          "retry, which Linux reckons as a time",
          "按教科书(没有尾部丢失探测,SYN 重试不是线性的);只耐心重试一次(Linux 把它换算成时间)"},
     .play = play_textbook,
     .review = review,
     .script = CUT,
     .sysctls = textbook,
     .saw = {"the data was sent again after {data_gaps_s} s ({data_resent} times), then "
             "{data_last_wait_ms} ms went by, and the program got {data_outcome}, "
             "{data_gave_up_ms} ms after it had written. The SYN: again after {syn_gaps_s} s "
             "({syn_resent} times), {syn_last_wait_ms} ms more, {syn_outcome} after "
             "{syn_gave_up_ms} ms. Each wait twice the one before: data {data_doubles}, SYN "
             "{syn_doubles}.",
             "数据在等待 {data_gaps_s} 秒后重发(共 {data_resent} 次),又过了 {data_last_wait_ms} "
             "毫秒,程序在写入 {data_gave_up_ms} 毫秒之后得到 {data_outcome}。SYN 在等待 "
             "{syn_gaps_s} 秒后重发(共 {syn_resent} 次),又过了 {syn_last_wait_ms} "
             "毫秒,{syn_gave_up_ms} 毫秒后得到 "
             "{syn_outcome}。每次等待都是前一次的两倍吗?数据:{data_doubles},SYN:{syn_doubles}。"}},
    {.name = "defaults",
     .title = {"with Linux's defaults: real stacks for two seconds, simulated to the end",
               "Linux 的默认设置:真实协议栈只看两秒,模拟则看到最后"},
     .play = play_defaults,
     .review = review,
     .script = CUT,
     .sysctls = linux_defaults,
     .saw = {"the data went again after {data_gaps_s} s ({data_resent} times), the SYN after "
             "{syn_gaps_s} s ({syn_resent} times). Each wait twice the one before: data "
             "{data_doubles} (by default a tail loss probe goes first), SYN {syn_doubles}. In the "
             "end: data "
             "{data_outcome}, SYN {syn_outcome}.",
             "数据的重发等待依次为 {data_gaps_s} 秒(共 {data_resent} 次),SYN 为 {syn_gaps_s} "
             "秒(共 {syn_resent} "
             "次)。每次都是前一次的两倍吗?数据:{data_doubles}(默认会先发一个尾部丢失探测),SYN:"
             "{syn_doubles}。结局:数据 {data_outcome},SYN {syn_outcome}。"}},
};

int main(int argc, char **argv)
{
    return experiment_main(
        &(struct experiment){
            .name = "rto-backoff",
            .summary = {"Nobody answers: how long between one attempt and the next, and when TCP "
                        "gives up.",
                        "没有人回答:两次尝试之间等多久,什么时候放弃。"},
            .question = {"Before you look: the cable is cut. After how long is the first segment "
                         "sent again, and the second time?",
                         "先预测:网线断了。多久之后第一次重发,第二次又是多久?"},
            .scenes = scenes,
            .scene_count = ARRAY_LEN(scenes),
            .testbed = {.medium.both.delay = MS(10), .sample = true},
            .example = "exp-rto-backoff --scene defaults --stack sim",
        },
        argc, argv);
}
