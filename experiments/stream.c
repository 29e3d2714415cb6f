/* Streams, and their speed as ACKs tell it. */
#include "experiments/stream.h"

#include <errno.h>

#include "net/io.h"
#include "trace/walk.h"

#define PATIENCE SECONDS(5) /* without anything: it broke off */

enum { PORTION = 16 * 1024 };

static void send_all(void *arg)
{
    struct stream *stream = arg;
    static const uint8_t octets[PORTION];
    uint64_t left = stream->plan.bytes;
    int64_t done = 0;
    for (; left > 0 && done >= 0; left -= min_size(left, PORTION))
        done =
            net_write_full(stream->ends.stage->a, stream->ends.a, octets, min_size(left, PORTION));
    if (done >= 0)
        done = net_shutdown(stream->ends.stage->a, stream->ends.a, NET_SHUT_WR);
    stream->send_error = (int)done;
}

/* Linux forgets QUICKACK when it pleases: it has to be told again. */
static void receive_all(void *arg)
{
    struct stream *stream = arg;
    struct net *net = stream->ends.stage->b;
    uint8_t chunk[PORTION];
    int64_t got;
    do {
        if (stream->plan.quickack)
            net_setsockopt(net, stream->ends.b, NET_TCP_QUICKACK, 1);
        got = net_recv(net, stream->ends.b, chunk, sizeof chunk, 0);
        stream->received += got > 0 ? (uint64_t)got : 0;
    } while (got > 0);
    stream->receive_error = (int)got;
}

static int start(struct stream *stream, struct fault *fault)
{
    int error = net_setsockopt(stream->ends.stage->b, stream->ends.b, NET_SO_RCVTIMEO, PATIENCE);
    if (!error)
        error = thread_start(&stream->receiver, "receive", receive_all, stream);
    if (!error)
        error = thread_start(&stream->sender, "send", send_all, stream);
    return error ? fault_errno(fault, error, "cannot start a stream") : 0;
}

/* What the connection itself says that it uses. */
static int put_algorithm(const struct stream *stream, struct fault *fault)
{
    struct stage *stage = stream->ends.stage;
    struct net_info info;
    int error = net_info(stage->a, stream->ends.a, &info);
    if (error)
        return fault_errno(fault, error, "cannot ask for the congestion control");
    results_put_text(&stage->results, "congestion", info.congestion);
    return 0;
}

/* Without a sender that came to its end nobody ends the receiver's wait. */
static void wait_for(struct stream *stream)
{
    if (stream->sender)
        thread_join(stream->sender);
    if (!stream->sender || stream->send_error)
        net_shutdown(stream->ends.stage->b, stream->ends.b, NET_SHUT_RDWR);
    if (stream->receiver)
        thread_join(stream->receiver);
    ends_close(&stream->ends);
}

static int judge(const struct stream *stream, struct fault *fault)
{
    if (stream->send_error)
        return fault_errno(fault, stream->send_error, "sending broke off");
    if (stream->receive_error)
        return fault_errno(fault, stream->receive_error, "receiving broke off");
    if (stream->received != stream->plan.bytes)
        return fault_set(fault, -EIO, "%llu octets sent, %llu arrived",
                         (unsigned long long)stream->plan.bytes,
                         (unsigned long long)stream->received);
    return 0;
}

int streams_run(struct stage *stage, struct stream *streams, int count, struct fault *fault)
{
    int open = 0, error = 0;
    for (; open < count && !error; open += !error) {
        const struct stream_plan *plan = &streams[open].plan;
        error = ends_open_narrow(&streams[open].ends, stage, plan->port, plan->rcvbuf, fault);
    }
    if (!error)
        error = put_algorithm(&streams[0], fault);
    for (int i = 0; i < open && !error; i++)
        error = start(&streams[i], fault);
    for (int i = 0; i < open; i++)
        wait_for(&streams[i]);
    for (int i = 0; i < open && !error; i++)
        error = judge(&streams[i], fault);
    return error;
}

/* ---- what the log tells ---- */

/* Goes over what A sent to a port and heard from there. */
struct look {
    uint16_t port;
    usec_t at;
    void (*see)(struct look *look, const struct event *event, const struct track_segment *tcp);
    struct stretch stretch;
    int64_t acked, first_acked, last_acked; /* octets */
};

static int go_over(struct look *look, const struct trace_log *log)
{
    struct trace_walk walk;
    trace_walk_begin(&walk, log);
    while (trace_walk_next(&walk)) {
        const struct track *conn = walk.step.conn;
        if (!walk.step.tcp || conn->end[1].port != look->port)
            continue;
        look->at = walk.at;
        look->acked = conn->end[0].acked;
        look->see(look, walk.event, walk.step.tcp);
    }
    return trace_walk_end(&walk);
}

static void see_ends(struct look *look, const struct event *event, const struct track_segment *tcp)
{
    if (event->kind == EVENT_FRAME && tcp->from == 0 && tcp->text_len > 0 && look->stretch.from < 0)
        look->stretch.from = look->at;
    if (look->acked > look->last_acked && tcp->conn->end[0].sent_end > 1)
        look->stretch.until = look->at;
    look->last_acked = look->acked;
}

int stream_stretch(const struct trace_log *log, uint16_t port, struct stretch *out)
{
    struct look look = {.port = port, .see = see_ends, .stretch = {.from = -1}};
    int error = go_over(&look, log);
    *out = look.stretch;
    return error;
}

static void see_acks(struct look *look, const struct event *event, const struct track_segment *tcp)
{
    (void)event;
    (void)tcp;
    if (look->at <= look->stretch.from)
        look->first_acked = look->acked;
    if (look->at <= look->stretch.until)
        look->last_acked = look->acked;
}

int64_t stream_kbps(const struct trace_log *log, uint16_t port, struct stretch within)
{
    struct look look = {.port = port, .see = see_acks, .stretch = within};
    int error = go_over(&look, log);
    usec_t took = within.until - within.from;
    if (error)
        return error;
    return took > 0 ? (look.last_acked - look.first_acked) * 8 * USEC_MS / took : 0;
}
