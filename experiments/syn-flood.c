/* exp-syn-flood: somebody asks a server for connections in the name of hosts that do not exist, and
 * one client means it. Each SYN takes a place in the SYN queue until its handshake is given up;
 * when the queue is full nobody gets in, unless the server answers from then on with cookies, of
 * which it remembers nothing. */
#include <errno.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/thread.h"
#include "client/knock.h"
#include "experiments/experiment.h"
#include "server/backlog.h"
#include "testbed/flood.h"
#include "testbed/listing.h"

enum { BACKLOG = 128, FILLING = 1500 };

#define AT_ONCE MS(900) /* sooner than a SYN comes again */

static int64_t syns = 3000, rate = 10000;

static const struct option_spec specs[] = {
    {"syns", 'n', OPTION_INT, &syns, "the flood", NULL, FILLING, 200000},
    {"rate", 'r', OPTION_INT, &rate, "and at most so many a second", NULL, 5000, 100000},
};

/* ---- the flood: its beginning fills the queue, the rest has a thread of its own ---- */

struct attack {
    struct stage *stage;
    struct thread *thread;
    struct fault fault;
};

static struct flood flood_of(int64_t count, uint64_t seed)
{
    return (struct flood){
        .from = HOST_A, .port = BACKLOG_PORT, .syns = count, .rate = rate, .seed = seed};
}

static void run_rest(void *arg)
{
    struct attack *attack = arg;
    const struct flood rest = flood_of(syns - FILLING, attack->stage->seed + 1);
    flood_testbed(&rest, attack->stage->testbed, &attack->fault);
}

static int attack_begin(struct attack *attack, struct stage *stage, struct fault *fault)
{
    const struct flood beginning = flood_of(FILLING, stage->seed);
    *attack = (struct attack){.stage = stage};
    int error = flood_testbed(&beginning, stage->testbed, fault);
    if (error)
        return error;
    testbed_settle(stage->testbed, usec_after(clock_now(), SECONDS(1)));
    error = thread_start(&attack->thread, "flood", run_rest, attack);
    return error ? fault_errno(fault, error, "cannot start the flood") : 0;
}

static int attack_end(struct attack *attack, struct fault *fault)
{
    thread_join(attack->thread);
    *fault = attack->fault;
    return fault->error;
}

/* ---- what became of the server and its client ---- */

static int put_server(struct stage *stage, const struct backlog_server *server, struct fault *fault)
{
    struct results *results = &stage->results;
    struct testbed_stats stats;
    struct backlog_queue queue;
    int error = backlog_look(server, &queue);
    if (error)
        return fault_errno(fault, error, "cannot look at the queues");
    results_put_number(results, "waiting", queue.waiting);
    if (stage->pair.server == STACK_KERNEL)
        return 0;
    testbed_get_stats(stage->testbed, &stats);
    results_put_number(results, "cookies_sent", (int64_t)stats.host[HOST_B].cookies_sent);
    results_put_number(results, "cookies_taken", (int64_t)stats.host[HOST_B].cookies_taken);
    return 0;
}

static void put_client(struct stage *stage, const struct knocker *client)
{
    struct results *results = &stage->results;
    results_put_error(results, "outcome", client->sock < 0 ? client->sock : 0);
    results_put_number(results, "took_ms", client->took_us / USEC_MS);
    results_put_bool(results, "at_once", client->sock >= 0 && client->took_us < AT_ONCE);
}

/* One client, while the flood goes on and for as long as it takes. */
static int connect_in_the_flood(struct stage *stage, const struct net_addr *server,
                                struct fault *fault)
{
    const struct knock how = {.server = *server};
    struct attack attack;
    struct knocker client;
    int error = attack_begin(&attack, stage, fault);
    if (error)
        return error;
    int started = knock_begin(&client, stage->a, &how);
    error = attack_end(&attack, fault);
    results_put_number(&stage->results, "syns", syns);
    results_put_number(&stage->results, "half_open",
                       testbed_count(stage->testbed, HOST_B, STATE_SYN_RECEIVED, BACKLOG_PORT));
    if (started < 0)
        return fault_errno(fault, started, "cannot start a client");
    knock_end(&client);
    put_client(stage, &client);
    testbed_settle(stage->testbed, usec_after(clock_now(), SECONDS(1))); /* its last ACK */
    if (client.sock >= 0)
        net_close(stage->a, client.sock);
    return error;
}

static int play(struct stage *stage, struct fault *fault)
{
    const struct net_addr addr = {testbed_ip(HOST_B), BACKLOG_PORT};
    struct backlog_server server;
    int error = backlog_open(&server, stage->b, &addr, BACKLOG, fault);
    if (error)
        return error;
    error = connect_in_the_flood(stage, &addr, fault);
    if (!error)
        error = put_server(stage, &server, fault);
    backlog_close(&server);
    return error ? error : stage_expect(stage, HOST_B, "outcome", "0", fault);
}

static int play_locked_out(struct stage *stage, struct fault *fault)
{
    int error = play(stage, fault);
    return error ? error : stage_expect(stage, HOST_B, "at_once", "no", fault);
}

static int play_served(struct stage *stage, struct fault *fault)
{
    int error = play(stage, fault);
    return error ? error : stage_expect(stage, HOST_B, "cookies_taken", "1", fault);
}

static const char *const without_cookies[] = {"net.ipv4.tcp_syncookies=0", NULL};
static const char *const with_cookies[] = {"net.ipv4.tcp_syncookies=1", NULL};

static const struct scene scenes[] = {
    {
        .name = "no-cookies",
        .title = {"tcp_syncookies=0: the queue is full, and who comes then is not answered",
                  "tcp_syncookies=0:队列满了,后来的得不到回答"},
        .play = play_locked_out,
        .sysctls = without_cookies,
        .no_ladder = true,
        .saw = {"{syns} SYNs from hosts that do not exist left {half_open} half-open connections; "
                "the others were dropped, and with them the honest client's. It got in after "
                "{took_ms} ms, when the flood was over and some of those had been given up.",
                "以不存在的主机的名义发来的 {syns} 个 SYN 留下了 {half_open} 个半连接,其余的被丢弃,"
                "正常客户端的 SYN 也在其中。等洪泛结束、一部分半连接被放弃之后,它才在 {took_ms} "
                "毫秒时连上。"},
    },
    {
        .name = "cookies",
        .title = {"the same with tcp_syncookies=1", "同样的情形,但 tcp_syncookies=1"},
        .play = play_served,
        .sysctls = with_cookies,
        .no_ladder = true,
        .saw = {"{syns} SYNs left {half_open} half-open connections, no more than before, and yet "
                "the honest client was connected after {took_ms} ms. A SYN for which the queue has "
                "no place is answered and forgotten; the sequence number of the answer is the "
                "cookie, and only who can hear it sends it back.",
                "{syns} 个 SYN 留下 {half_open} 个半连接,并不比刚才多,但正常客户端 {took_ms} "
                "毫秒就连上了。队列放不下的 SYN,回答之后就忘掉;回答的序列号就是 cookie,"
                "只有真正听得到它的主机才能把它送回来。"},
    },
};

int main(int argc, char **argv)
{
    return experiment_main(
        &(struct experiment){
            .name = "syn-flood",
            .summary = {"A flood of SYNs that nobody means, and a client that does.",
                        "一场没有诚意的 SYN 洪泛,和一个真想连接的客户端。"},
            .question = {"Before you look: thousands of SYNs come in the name of hosts that do not "
                         "exist. How many does the server remember? Does an honest client get in?",
                         "先预测:成千上万个 SYN 以不存在的主机的名义到来。服务器会记住多少个?"
                         "正常的客户端还连得上吗?"},
            .scenes = scenes,
            .scene_count = ARRAY_LEN(scenes),
            .specs = specs,
            .spec_count = ARRAY_LEN(specs),
            .testbed = {.medium.both.delay = MS(1)},
            .example = "exp-syn-flood --syns 100000 --rate 40000 --scene cookies",
        },
        argc, argv);
}
