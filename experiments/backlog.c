/* exp-backlog: what listen's second argument limits. The system shakes hands for a server that does
 * not accept yet; the connections wait in the accept queue, and the first one too many meets
 * silence. Beside it the SYN queue, where handshakes are that have no last ACK yet. */
#include <errno.h>
#include <stdio.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/thread.h"
#include "client/hold.h"
#include "client/knock.h"
#include "experiments/experiment.h"
#include "server/backlog.h"
#include "testbed/listing.h"
#include "trace/track.h"

/* Longer than a round trip, shorter than the first SYN retry after a second. */
#define PATIENCE MS(300)

enum { FLOOD = 12 };

static int64_t backlog = 2;

static const struct option_spec specs[] = {
    {"backlog", 'b', OPTION_INT, &backlog, "listen's second argument, in all scenes but 'count'",
     NULL, 0, 20},
};

static bool is_simulated(const struct stage *stage)
{
    return stage->pair.client == STACK_SIM;
}

/* ---- a server that does not accept, and clients that hold on to it ---- */

struct play {
    struct stage *stage;
    struct backlog_server server;
    struct hold clients;
};

static int begin(struct play *play, struct stage *stage, int limit, struct fault *fault)
{
    const struct net_addr addr = {testbed_ip(HOST_B), BACKLOG_PORT};
    *play = (struct play){.stage = stage, .clients = {.net = stage->a, .server = addr}};
    return backlog_open(&play->server, stage->b, &addr, limit, fault);
}

static void end(struct play *play)
{
    hold_release(&play->clients);
    testbed_settle(play->stage->testbed, usec_after(clock_now(), SECONDS(1)));
    backlog_close(&play->server);
}

/* One client after the other. */
static int fill(struct play *play, int64_t clients, struct fault *fault)
{
    for (int64_t i = 0; i < clients; i++) {
        int error = hold_one_more(&play->clients, PATIENCE);
        if (error && error != -EINPROGRESS)
            return fault_errno(fault, error, "a client cannot connect");
    }
    testbed_settle(play->stage->testbed, usec_after(clock_now(), PATIENCE)); /* the last ACK */
    return 0;
}

/* What the server's own view of its queues is. */
static int put_queues(struct play *play, struct fault *fault)
{
    struct results *results = &play->stage->results;
    struct backlog_queue queue;
    int error = backlog_look(&play->server, &queue);
    int shaking = testbed_count(play->stage->testbed, HOST_B, STATE_SYN_RECEIVED, BACKLOG_PORT);
    if (error || shaking < 0)
        return fault_errno(fault, error ? error : shaking, "cannot look at the queues");
    results_put_number(results, "waiting", queue.waiting);
    results_put_number(results, "limit", queue.backlog);
    results_put_number(results, "half_open", shaking);
    return 0;
}

/* Our own stack is documented to hold one more than the backlog; a kernel may do as it likes. */
static int check_held(const struct stage *stage, int64_t limit, int64_t held, struct fault *fault)
{
    if (stage->pair.server == STACK_KERNEL || held == limit + 1)
        return 0;
    return fault_set(fault, -EPROTO, "our stack holds %lld connections with a backlog of %lld",
                     (long long)held, (long long)limit);
}

/* ---- how many ---- */

static void put_count(struct play *play, int limit)
{
    struct results *results = &play->stage->results;
    const int last = play->clients.count - 1;
    char key[RESULT_KEY_MAX];

    snprintf(key, sizeof key, "held_%d", limit);
    results_put_number(results, key, hold_count(&play->clients, STATE_ESTABLISHED));
    snprintf(key, sizeof key, "next_%d", limit);
    results_put_text(results, key, tcp_state_name(hold_state(&play->clients, last)));
}

static int count_one(struct stage *stage, int limit, struct fault *fault)
{
    struct play play;
    int error = begin(&play, stage, limit, fault);
    if (error)
        return error;
    error = fill(&play, limit + 2, fault);
    if (!error)
        error = put_queues(&play, fault);
    if (!error) {
        put_count(&play, limit);
        error = check_held(stage, limit, hold_count(&play.clients, STATE_ESTABLISHED), fault);
    }
    end(&play);
    return error;
}

static int play_count(struct stage *stage, struct fault *fault)
{
    static const int limits[] = {0, 1, 2, 3, 5};
    int error = 0;
    for (size_t i = 0; i < ARRAY_LEN(limits) && !error; i++)
        error = count_one(stage, limits[i], fault);
    return error;
}

/* ---- what the next client sees ---- */

/* On real stacks only the beginning: two retries; simulated, until the stack gives up by itself. */
static int play_next(struct stage *stage, struct fault *fault)
{
    struct play play;
    usec_t took;
    int error = begin(&play, stage, (int)backlog, fault);
    if (error)
        return error;
    error = fill(&play, backlog + 1, fault);
    if (!error)
        error = put_queues(&play, fault);
    if (!error) {
        stage_note(stage, "the queue is full; one more client");
        const struct knock next = {.server = play.server.addr,
                                   .syn_retries = is_simulated(stage) ? 0 : 2};
        int outcome = knock(stage->a, &next, &took);
        results_put_error(&stage->results, "outcome", outcome < 0 ? outcome : 0);
        results_put_number(&stage->results, "took_ms", took / USEC_MS);
        if (outcome >= 0)
            net_close(stage->a, outcome);
    }
    end(&play);
    return error;
}

static bool is_syn(const struct track_step *step)
{
    return step->tcp && step->tcp->from == 0 && (step->tcp->flags & (TCP_SYN | TCP_ACK)) == TCP_SYN;
}

/* The gaps between the SYNs of the last client, in tenths of a second: "10 20 40". */
static int review_next(struct stage *stage, const struct trace_log *log)
{
    struct track_table table;
    struct track_step step;
    struct trace_cursor cursor = {0};
    const struct event *event;
    char gaps[RESULT_VALUE_MAX] = "";
    unsigned conn = 0;
    usec_t before = 0;
    int error = 0, syns = 0;
    size_t used = 0;

    track_table_init(&table);
    while (!error && (event = trace_log_next(log, &cursor)) != NULL) {
        error = track_table_read(&table, event, &step);
        if (error || event->kind != EVENT_FRAME || !is_syn(&step))
            continue;
        if (step.conn->number == conn && used < sizeof gaps)
            used += (size_t)snprintf(gaps + used, sizeof gaps - used, "%s%lld", used ? " " : "",
                                     (long long)((event->at - before + MS(50)) / MS(100)));
        syns = step.conn->number == conn ? syns + 1 : 1;
        conn = step.conn->number;
        before = event->at;
    }
    track_table_fini(&table);
    results_put_number(&stage->results, "syns", syns);
    results_put_text(&stage->results, "gaps_tenths", gaps);
    return error;
}

static const struct scene scenes[] = {
    {
        .name = "count",
        .title = {"listen(fd, N), nobody accepts: how many clients are connected?",
                  "listen(fd, N),无人 accept:能连上几个客户端?"},
        .play = play_count,
        .no_ladder = true,
        .saw =
            {"N = 0, 1, 2, 3, 5 held {held_0}, {held_1}, {held_2}, {held_3}, {held_5} connections; "
             "the next client stayed {next_2}, and the server had {half_open} half-open ones to "
             "show for it.",
             "N = 0、1、2、3、5 时分别容纳 {held_0}、{held_1}、{held_2}、{held_3}、{held_5} "
             "个连接;下一个客户端停在 {next_2},服务器上为它保留的半连接有 {half_open} 个。"},
    },
    {
        .name = "next",
        .title = {"one client more than fit", "比队列能容纳的多一个客户端"},
        .play = play_next,
        .review = review_next,
        .saw =
            {"{waiting} connections waited (backlog {limit}); the next client sent {syns} SYNs, "
             "{gaps_tenths} tenths of a second apart, heard nothing, and gave up after {took_ms} "
             "ms with {outcome}.",
             "队列中有 {waiting} 个连接(backlog 为 {limit});下一个客户端发了 {syns} 个 "
             "SYN,间隔(十分之一秒){gaps_tenths},没有回音,{took_ms} 毫秒后以 {outcome} 放弃。"},
    },
};

int main(int argc, char **argv)
{
    return experiment_main(
        &(struct experiment){
            .name = "backlog",
            .summary = {"A server that listens and does not accept: its queues, and the next "
                        "client.",
                        "只 listen 不 accept 的服务器:它的队列,以及下一个客户端。"},
            .question = {"Before you look: after listen(fd, 2), how many clients connect if nobody "
                         "accepts?",
                         "先预测:listen(fd, 2) 之后没有人 accept,能有几个客户端连上?"},
            .scenes = scenes,
            .scene_count = ARRAY_LEN(scenes),
            .specs = specs,
            .spec_count = ARRAY_LEN(specs),
            .testbed = {.medium.both.delay = MS(10), .sample = true},
            .example = "exp-backlog --scene next --backlog 0 --stack sim",
        },
        argc, argv);
}
