/* exp-states: eleven states, and the arrows between them. Connections that are opened by one end or
 * by both, closed in order or from both ends at once, closed half, refused, withdrawn and aborted;
 * and the diagram shows which ways they took. */
#include <errno.h>
#include <stdio.h>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/thread.h"
#include "experiments/experiment.h"
#include "experiments/paths.h"
#include "experiments/walks.h"
#include "testbed/listing.h"
#include "trace/diagram.h"

#define TIME_WAIT_IS_OVER SECONDS(61)

enum { PORT = 8090 };

/* ---- walking ---- */

static int walk_all(struct stage *stage, walk_fn *const *walks, size_t count, struct fault *fault)
{
    int error = 0;
    for (size_t i = 0; i < count && !error; i++)
        error = walks[i](stage, (uint16_t)(PORT + i), fault);
    results_put_number(&stage->results, "connections", (int64_t)count);
    return error;
}

/* A minute costs nothing in a simulation. */
static void outwait(struct stage *stage)
{
    bool waits = stage->pair.client == STACK_SIM;
    if (waits)
        thread_sleep_until(usec_after(clock_now(), TIME_WAIT_IS_OVER));
    results_put_bool(&stage->results, "outwaited", waits);
}

/* What a server's socket is before and after listen; and whether anybody lists one in CLOSED. */
static int put_listener(struct stage *stage, struct fault *fault)
{
    const struct net_addr addr = {testbed_ip(HOST_B), PORT - 1};
    int sock = net_socket(stage->b, NET_STREAM);
    if (sock < 0)
        return fault_errno(fault, sock, "cannot make a socket");
    int fresh = testbed_count(stage->testbed, HOST_B, STATE_CLOSED, 0);
    int error = net_bind(stage->b, sock, &addr);
    if (!error)
        error = net_listen(stage->b, sock, 1);
    results_put_number(&stage->results, "closed_listed", fresh);
    results_put_number(&stage->results, "listening",
                       testbed_count(stage->testbed, HOST_B, STATE_LISTEN, addr.port));
    net_close(stage->b, sock);
    results_put_number(&stage->results, "listening_after",
                       testbed_count(stage->testbed, HOST_B, STATE_LISTEN, addr.port));
    return error ? fault_errno(fault, error, "cannot listen") : 0;
}

static int play_orderly(struct stage *stage, struct fault *fault)
{
    static walk_fn *const walks[] = {walk_in_order};
    int error = put_listener(stage, fault);
    if (!error)
        error = walk_all(stage, walks, ARRAY_LEN(walks), fault);
    outwait(stage);
    return error;
}

static int play_half_close(struct stage *stage, struct fault *fault)
{
    static walk_fn *const walks[] = {walk_by_halves};
    int error = walk_all(stage, walks, ARRAY_LEN(walks), fault);
    if (!error)
        error = stage_expect(stage, HOST_A, "halves_a", "FIN_WAIT_2", fault);
    return error ? error : stage_expect(stage, HOST_B, "halves_b", "CLOSE_WAIT", fault);
}

static int play_crossing(struct stage *stage, struct fault *fault)
{
    static walk_fn *const walks[] = {walk_crossing};
    return walk_all(stage, walks, ARRAY_LEN(walks), fault);
}

static int play_abort(struct stage *stage, struct fault *fault)
{
    static walk_fn *const walks[] = {
        walk_refused,
        walk_withdrawn,
        walk_aborted,
        walk_aborted_half_closed,
        walk_aborted_in_fin_wait_1,
        walk_aborted_in_syn_received,
        walk_aborted_in_closing,
    };
    return walk_all(stage, walks, ARRAY_LEN(walks), fault);
}

static int play_all(struct stage *stage, struct fault *fault)
{
    static walk_fn *const walks[] = {
        walk_in_order,
        walk_by_halves,
        walk_crossing,
        walk_refused,
        walk_withdrawn,
        walk_aborted,
        walk_aborted_half_closed,
        walk_aborted_in_fin_wait_1,
        walk_aborted_in_syn_received,
        walk_aborted_in_closing,
    };
    int error = walk_all(stage, walks, ARRAY_LEN(walks), fault);
    outwait(stage);
    return error;
}

/* ---- what became of it ---- */

static int put_path(struct stage *stage, const struct trace_log *log, struct path_wanted wanted,
                    const char *key)
{
    char text[RESULT_VALUE_MAX];
    int count = path_tell(log, wanted, text, sizeof text);
    results_put_text(&stage->results, key, text);
    return count < 0 ? count : 0;
}

static int64_t count_states(const bool states[static STATE_COUNT])
{
    int64_t count = 0;
    for (int state = 0; state < STATE_COUNT; state++)
        count += states[state];
    return count;
}

static int review(struct stage *stage, const struct trace_log *log)
{
    struct results *results = &stage->results;
    struct diagram diagram;
    int error = diagram_read(&diagram, log);
    if (error)
        return error;
    results_put_number(results, "states_visited", count_states(diagram.visited));
    results_put_number(results, "states_listed", count_states(diagram.listed));
    results_put_number(results, "arrows", diagram_arrows());
    results_put_number(results, "arrows_taken", diagram_arrows_taken(&diagram));
    results_put_number(results, "strayed", diagram_strayed(&diagram));
    return 0;
}

static int review_path(struct stage *stage, const struct trace_log *log)
{
    int error = put_path(stage, log, (struct path_wanted){HOST_A, STATE_SYN_SENT}, "path_a");
    if (!error)
        error = put_path(stage, log, (struct path_wanted){HOST_B, STATE_SYN_RECEIVED}, "path_b");
    return error ? error : review(stage, log);
}

static int review_crossing(struct stage *stage, const struct trace_log *log)
{
    int error = put_path(stage, log, (struct path_wanted){HOST_A, STATE_SYN_SENT}, "path_a");
    if (!error)
        error = put_path(stage, log, (struct path_wanted){HOST_B, STATE_SYN_SENT}, "path_b");
    return error ? error : review(stage, log);
}

static void draw(const struct stage *stage, const struct trace_log *log, const struct page *page)
{
    struct diagram diagram;
    (void)stage;
    if (diagram_read(&diagram, log))
        fprintf(page->out, "(no memory for the picture)\n");
    else
        diagram_print(&diagram, page->out, page->ascii, page->color);
}

static const struct scene scenes[] = {
    {.name = "orderly",
     .title = {"A opens and closes actively, B passively", "A 主动打开和关闭,B 被动打开和关闭"},
     .play = play_orderly,
     .review = review_path,
     .draw = draw,
     .saw = {"A went {path_a}; B went LISTEN {path_b}. (Was TIME_WAIT waited for to its end? "
             "{outwaited}: only the simulation has a minute to spare.) Sockets listed as LISTEN: "
             "{listening} after listen, {listening_after} after close; as CLOSED: {closed_listed}.",
             "A 经过 {path_a};B 经过 LISTEN {path_b}。(是否等到了 TIME_WAIT 结束:{outwaited};"
             "只有模拟才有一分钟可等。)列表中处于 LISTEN 的套接字:listen 之后 {listening} 个,close "
             "之后 {listening_after} 个;处于 CLOSED 的:{closed_listed} 个。"}},
    {.name = "half-close",
     .title = {"A has ended its direction, B speaks on", "A 结束了自己的方向,B 还在说"},
     .play = play_half_close,
     .review = review_path,
     .draw = draw,
     .saw =
         {"when B spoke, A was in {halves_a} and B in {halves_b}. A went {path_a}; B went LISTEN "
          "{path_b}.",
          "B 说话时,A 处于 {halves_a},B 处于 {halves_b}。A 经过 {path_a};B 经过 LISTEN "
          "{path_b}。"}},
    {.name = "crossing",
     .title = {"both open at once, and both close at once", "双方同时打开,又同时关闭"},
     .play = play_crossing,
     .review = review_crossing,
     .draw = draw,
     .script = "delay syn by 200ms; delay fin by 200ms",
     .saw = {"A went {path_a}; B went {path_b}.", "A 经过 {path_a};B 经过 {path_b}。"}},
    {.name = "abort",
     .title = {"seven other ways to the end: refused, withdrawn, and aborted in five states",
               "走向结束的另外七条路:被拒绝、自己撤回,以及在五种状态下放弃"},
     .play = play_abort,
     .review = review,
     .draw = draw,
     .script = "delay fin a>b by 300ms conn 5; delay syn by 100ms conn 6;"
               "drop synack conn 6 times all; delay fin by 100ms conn 7;"
               "drop all after fin b>a conn 7",
     .saw = {"{connections} connections, none of which ended in order: {resets} RSTs. Who gives up "
             "tells the other end by RST; not so in SYN_SENT, when it may not have heard of the "
             "connection yet, nor in CLOSING, when both have said everything. Arrows taken: "
             "{arrows_taken}.",
             "{connections} 个连接都没有正常结束,共有 {resets} 个 RST。放弃的一方用 RST 告诉对方;"
             "只有在 SYN_SENT(对方可能还没听说这个连接)和 CLOSING(双方都已把话说完)时不这样做。"
             "走过的边:{arrows_taken} 条。"}},
    {.name = "all",
     .title = {"every way that programs can bring about", "程序能走出的每一条路"},
     .play = play_all,
     .review = review,
     .draw = draw,
     .script = "delay syn by 200ms conn 3; delay fin by 200ms conn 3;"
               "delay fin a>b by 300ms conn 8; delay syn by 100ms conn 9;"
               "drop synack conn 9 times all; delay fin by 100ms conn 10;"
               "drop all after fin b>a conn 10",
     .no_ladder = true,
     .saw = {"{connections} connections were in {states_visited} of the eleven states and took "
             "{arrows_taken} of {arrows} arrows, and {strayed} times another way. Our own stack "
             "tells each change; the kernel does not, so that its ways follow from what the wire "
             "showed, and its list of sockets confirmed {states_listed} states. What is left: no "
             "call of a socket takes LISTEN to SYN_SENT; a listener is no connection, so that its "
             "own beginning and end are not told; and TIME_WAIT ends a minute later, which only "
             "the simulation waits for ({outwaited}).",
             "{connections} 个连接处于过 11 种状态中的 {states_visited} 种,走过 {arrows} 条边中的 "
             "{arrows_taken} 条,走别的路 {strayed} 次。自己的协议栈会报告每次变化;内核不会,它走的路"
             "由线路上的报文推断,它的套接字列表证实了 {states_listed} 种状态。没走到的是:没有哪个"
             "套接字调用能从 LISTEN 走到 SYN_SENT;监听套接字不是连接,它自己的开始和结束不在其中;"
             "TIME_WAIT 要一分钟后才结束,只有模拟等得到({outwaited})。"}},
};

int main(int argc, char **argv)
{
    return experiment_main(
        &(struct experiment){
            .name = "states",
            .summary = {"All eleven states, and which arrows of the diagram connections take.",
                        "全部十一种状态,以及连接走过状态图的哪些边。"},
            .question = {"Before you look: which states does the end that closes first go through, "
                         "which the other? When do both go through CLOSING?",
                         "先预测:先关闭的一端经过哪些状态,另一端呢?什么时候双方都经过 CLOSING?"},
            .scenes = scenes,
            .scene_count = ARRAY_LEN(scenes),
            .testbed = {.medium.both.delay = MS(10), .sample = true},
            .example = "exp-states --scene crossing --stack sim",
        },
        argc, argv);
}
