/* exp-heartbeat: TCP says nothing where nothing is said, so it cannot tell a peer that is silent
 * from one that is gone. A program that wants to know asks: pings on an otherwise idle connection,
 * too many of them unanswered, and it connects again, after a pause that grows. The server, for its
 * part, lets go of those who say nothing. Then the same without all that. */
#include <errno.h>
#include <string.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/thread.h"
#include "client/ask.h"
#include "client/stay.h"
#include "experiments/ends.h"
#include "net/background.h"
#include "server/heartbeat.h"

enum { PORT = HEARTBEAT_PORT };

#define CUT_AT   MS(300)
#define CUT      "at 300ms cut"
#define MEND     "; at 1300ms mend"
#define AWAY     MS(600) /* for so long the server is not there */
#define CONNECT  MS(200)
#define FIRST    MS(50) /* pauses between tries */
#define MOST     MS(200)
#define PATIENCE (SECONDS(20) + 50 * interval)
#define ONE_DAY  SECONDS(24 * 3600)

static usec_t interval = MS(100), idle = MS(300);
static int64_t misses = 3;

static const struct option_spec specs[] = {
    {"interval", 'i', OPTION_DURATION, &interval, "between pings", NULL, MS(10), SECONDS(3600)},
    {"misses", 'm', OPTION_INT, &misses, "pings without an answer, and the server is gone", NULL, 1,
     100},
    {"idle", 0, OPTION_DURATION, &idle, "the server lets go clients silent for so long", NULL,
     MS(10), 0},
};

/* ---- the client, and what it tells ---- */

struct witness {
    int64_t enough_connects, enough_pongs; /* so many pongs over the last of these connections */
    usec_t give_up_at;
    int64_t pongs, losses, connects, tries; /* tries that failed */
    usec_t lost_at, back_at;
    int lost_by;
    char pauses[RESULT_VALUE_MAX]; /* "42 90 171", in ms */
};

static void note_pause(struct witness *w, usec_t pause)
{
    size_t used = strlen(w->pauses);
    snprintf(w->pauses + used, sizeof w->pauses - used, "%s%lld", used ? " " : "",
             (long long)(pause / USEC_MS));
}

static bool witness(const struct stay_news *news, void *arg)
{
    struct witness *w = arg;
    switch (news->event) {
    case STAY_CONNECTED:
        w->back_at = news->at;
        if (++w->connects <= w->enough_connects)
            w->pongs = 0;
        break;
    case STAY_PONG:
        w->pongs++;
        break;
    case STAY_LOST:
        w->losses++;
        w->lost_at = news->at;
        w->lost_by = news->error;
        break;
    case STAY_RETRY:
        w->tries++;
        note_pause(w, news->pause_us);
        break;
    }
    bool enough = w->connects >= w->enough_connects && w->pongs >= w->enough_pongs;
    return !enough && news->at < w->give_up_at;
}

static int stay(struct stage *stage, struct witness *w, struct fault *fault)
{
    const struct stay plan = {
        .server = {testbed_ip(HOST_B), PORT},
        .interval_us = interval,
        .misses = misses,
        .connect_us = CONNECT,
        .retry_first_us = FIRST,
        .retry_most_us = MOST,
        .seed = stage->seed,
        .tell = witness,
        .arg = w,
    };
    w->give_up_at = clock_now() + PATIENCE;
    int error = stay_connected(stage->a, &plan, fault);
    if (!error && w->connects < w->enough_connects)
        error = fault_set(fault, -ETIMEDOUT, "the client did not come back");
    return error;
}

static int start_server(struct stage *stage, struct background *server,
                        struct heartbeat_service *service, struct fault *fault)
{
    const struct serve_config config = {
        .addr = {testbed_ip(HOST_B), PORT},
        .backlog = 8,
        .max_connections = 8,
        .reuse_addr = true,
        .handle = heartbeat_handle,
        .arg = service,
    };
    service->idle_us = idle;
    return background_start(server, stage->b, &config, fault);
}

static void put(struct stage *stage, const char *key, int64_t value)
{
    results_put_number(&stage->results, key, value);
}

static void put_return(struct stage *stage, const struct witness *w)
{
    if (w->lost_by == 0)
        results_put_text(&stage->results, "lost_by", "end-of-stream");
    else
        results_put_error(&stage->results, "lost_by", w->lost_by);
    put(stage, "connections", w->connects);
    put(stage, "losses", w->losses);
    put(stage, "failed_tries", w->tries);
    results_put_text(&stage->results, "pauses_ms", w->pauses);
    put(stage, "back_after_ms", (w->back_at - w->lost_at) / USEC_MS);
}

/* ---- one that beats and one that does not ---- */

struct silent {
    struct stage *stage;
    int64_t heard;  /* what its first receive gave */
    usec_t held_us; /* how long the server bore with it */
};

static void run_silent(void *arg)
{
    struct silent *silent = arg;
    char nothing;
    struct net *net = silent->stage->a;
    int sock = ask_open(net, &(struct net_addr){testbed_ip(HOST_B), PORT}, PATIENCE);
    usec_t start = clock_now();
    silent->heard = sock < 0 ? sock : net_recv(net, sock, &nothing, 1, 0);
    silent->held_us = clock_now() - start;
    if (sock >= 0)
        net_close(net, sock);
}

static int play_reap(struct stage *stage, struct fault *fault)
{
    struct heartbeat_service service = {0};
    struct witness w = {.enough_connects = 1, .enough_pongs = 2 * idle / interval + 1};
    struct silent silent = {.stage = stage};
    struct background server;
    struct thread *thread;
    int error = start_server(stage, &server, &service, fault);
    if (error)
        return error;
    error = thread_start(&thread, "silent", run_silent, &silent);
    if (!error) {
        error = stay(stage, &w, fault);
        thread_join(thread);
    }
    background_stop(&server, NULL);
    results_put_error(&stage->results, "silent_error", silent.heard < 0 ? (int)silent.heard : 0);
    results_put_bool(&stage->results, "silent_ended", silent.heard == 0);
    put(stage, "silent_held_ms", silent.held_us / USEC_MS);
    put(stage, "beating_pongs", w.pongs);
    put(stage, "beating_losses", w.losses);
    put(stage, "reaped", (int64_t)service.reaped);
    return error ? fault_errno(fault, error, "the two clients failed") : 0;
}

/* ---- the cable, and the server ---- */

static int play_cable(struct stage *stage, struct fault *fault)
{
    struct heartbeat_service service = {0};
    struct witness w = {.enough_connects = 2, .enough_pongs = 2};
    struct background server;
    int error = start_server(stage, &server, &service, fault);
    if (error)
        return error;
    usec_t cut_at = clock_now() + CUT_AT; /* which begins with the first frame, the SYN */
    error = stay(stage, &w, fault);
    background_stop(&server, NULL);
    put(stage, "misses", misses);
    put(stage, "noticed_after_ms", (w.lost_at - cut_at) / USEC_MS);
    put_return(stage, &w);
    put(stage, "reaped", (int64_t)service.reaped);
    return error;
}

struct restart {
    struct stage *stage;
    struct background *server;
    struct heartbeat_service *service;
    struct fault fault;
};

/* Ends the server, and starts it again after a while. */
static void run_restart(void *arg)
{
    struct restart *restart = arg;
    thread_sleep_until(clock_now() + CUT_AT);
    background_stop(restart->server, NULL);
    thread_sleep_until(clock_now() + AWAY);
    start_server(restart->stage, restart->server, restart->service, &restart->fault);
}

static int play_restart(struct stage *stage, struct fault *fault)
{
    struct heartbeat_service service = {0};
    struct witness w = {.enough_connects = 2, .enough_pongs = 2};
    struct background server;
    struct thread *thread;
    struct restart restart = {.stage = stage, .server = &server, .service = &service};
    int error = start_server(stage, &server, &service, fault);
    if (error)
        return error;
    error = thread_start(&thread, "restart", run_restart, &restart);
    if (error)
        fault_errno(fault, error, "cannot start a thread");
    else {
        error = stay(stage, &w, fault);
        thread_join(thread);
    }
    if (restart.fault.error) {
        *fault = restart.fault;
        return fault->error;
    }
    background_stop(&server, NULL);
    put_return(stage, &w);
    return error;
}

/* ---- without ---- */

static void put_state(const struct ends *ends, struct net *net, int sock, const char *key)
{
    struct net_info info;
    int error = net_info(net, sock, &info);
    results_put_text(&ends->stage->results, key, error ? "unknown" : tcp_state_name(info.state));
}

/* Whether anything was to be heard within `watch`. */
static bool notices(struct net *net, int sock, usec_t watch)
{
    struct net_pollfd anything = {.sock = sock, .events = NET_IN};
    return net_poll(net, &anything, 1, watch) != 0;
}

static int play_without(struct stage *stage, struct fault *fault)
{
    usec_t watch = stage->pair.client == STACK_SIM ? ONE_DAY : SECONDS(1);
    struct ends ends;
    int error = ends_open(&ends, stage, PORT, fault);
    if (error)
        return error;
    put(stage, "watched_s", watch / USEC_S);
    results_put_bool(&stage->results, "client_notices", notices(stage->a, ends.a, watch));
    results_put_bool(&stage->results, "server_notices", notices(stage->b, ends.b, 0));
    put_state(&ends, stage->a, ends.a, "client_state");
    put_state(&ends, stage->b, ends.b, "server_state");
    net_setsockopt(stage->a, ends.a, NET_SO_LINGER, 0);
    net_setsockopt(stage->b, ends.b, NET_SO_LINGER, 0);
    ends_close(&ends);
    return 0;
}

static const struct scene scenes[] = {
    {.name = "reap",
     .title = {"two clients, one beats and one is silent", "两个客户端:一个有心跳,一个沉默"},
     .play = play_reap,
     .saw = {"the silent client was let go after {silent_held_ms} ms; the other one got "
             "{beating_pongs} pongs and lost its connection {beating_losses} times. In all the "
             "server let go {reaped}.",
             "沉默的客户端 {silent_held_ms} 毫秒后被清理;另一个收到 {beating_pongs} 次回应,断线 "
             "{beating_losses} 次。服务器一共清理了 {reaped} 个连接。"}},
    {.name = "cable",
     .title = {"the cable is out for a second", "网线拔掉一秒钟"},
     .play = play_cable,
     .script = CUT MEND,
     .saw =
         {"{misses} pings without an answer: noticed {noticed_after_ms} ms after the cut "
          "({lost_by}). {failed_tries} tries failed, with pauses of {pauses_ms} ms between them; "
          "after {back_after_ms} ms the client was back. The server had let go {reaped}: the "
          "connection that nobody used any more.",
          "{misses} 次心跳没有回应:断线后 {noticed_after_ms} 毫秒发现({lost_by})。重连失败 "
          "{failed_tries} 次,间隔 {pauses_ms} 毫秒;{back_after_ms} 毫秒后恢复。服务器清理了 "
          "{reaped} 个:那条没人再用的连接。"}},
    {.name = "restart",
     .title = {"the server ends, and comes back", "服务器退出,后来又启动"},
     .play = play_restart,
     .saw =
         {"an orderly end is noticed at once ({lost_by}). {failed_tries} tries failed, with "
          "pauses of {pauses_ms} ms between them: each about twice as long as the one before, up "
          "to a limit, and a little by chance. After {back_after_ms} ms the client was back.",
          "正常退出立刻就能发现({lost_by})。重连失败 {failed_tries} 次,间隔 {pauses_ms} "
          "毫秒:每次约翻一倍,有上限,带一点随机。{back_after_ms} 毫秒后恢复。"}},
    {.name = "without",
     .title = {"the cable is out, and nobody asks", "网线拔掉,没人询问"},
     .play = play_without,
     .script = CUT,
     .saw = {"watched for {watched_s} s (a day where time is simulated). The client notices: "
             "{client_notices}, the server: {server_notices}; {client_state} and {server_state} is "
             "what they say.",
             "观察 {watched_s} 秒(模拟时间时为一整天)。客户端发现:{client_notices},服务器发现:"
             "{server_notices};状态是 {client_state} 和 {server_state}。"}},
};

int main(int argc, char **argv)
{
    return experiment_main(
        &(struct experiment){
            .name = "heartbeat",
            .summary = {"Pings of the program's own: who notices that the other one is gone.",
                        "应用层的心跳:谁会发现对方已经不在。"},
            .question = {"Before you look: the cable between two idle programs is cut. When does "
                         "either of them notice?",
                         "先预测:两个空闲的程序之间网线断了,它们什么时候会发现?"},
            .scenes = scenes,
            .scene_count = ARRAY_LEN(scenes),
            .specs = specs,
            .spec_count = ARRAY_LEN(specs),
            .testbed = {.medium.both.delay = MS(10), .sample = true},
            .example = "exp-heartbeat --scene cable --misses 2",
        },
        argc, argv);
}
