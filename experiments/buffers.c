/* One stream for each buffer, and what the log tells of them. */
#include "experiments/buffers.h"

#include "experiments/segments.h"
#include "experiments/stream.h"
#include "experiments/sweep.h"

enum { PORT = 8300, BUFFERS = 4, BUFFERS_FULL = 8 };

static const int buffers[BUFFERS] = {8, 16, 32, 48}; /* KiB */

/* All at once, on a wire with room for all of them. */
int buffers_play(struct stage *stage, struct fault *fault)
{
    struct stream streams[BUFFERS] = {0};
    for (int i = 0; i < BUFFERS; i++) {
        uint32_t bytes = (uint32_t)buffers[i] * 1024;
        streams[i].plan = (struct stream_plan){.port = (uint16_t)(PORT + i),
                                               .bytes = (uint64_t)BUFFERS_FULL * bytes,
                                               .rcvbuf = bytes,
                                               .quickack = true};
    }
    int error = streams_run(stage, streams, BUFFERS, fault);
    int64_t sent = 0, arrived = 0;
    for (int i = 0; i < BUFFERS; i++) {
        sent += (int64_t)streams[i].plan.bytes;
        arrived += (int64_t)streams[i].received;
    }
    results_put_number(&stage->results, "sent", sent);
    results_put_number(&stage->results, "arrived", arrived);
    return error;
}

/* The largest window each offered, and the first round trip. */
static int put_windows(struct stage *stage, const struct trace_log *log, usec_t *rtt)
{
    struct segments segments;
    struct segment_sent sent;
    int64_t windows[BUFFERS] = {0};
    usec_t syn = 0;
    int more;
    *rtt = 0;
    segments_begin(&segments, log);
    while ((more = segments_next(&segments, &sent)) > 0) {
        int index = sent.tcp->conn->end[1].port - PORT;
        if (sent.tcp->flags == TCP_SYN)
            syn = sent.at;
        else if (*rtt == 0 && !(sent.tcp->flags & TCP_SYN)) /* the handshake's third segment */
            *rtt = sent.at - syn;
        if (sent.tcp->from == 1 && !(sent.tcp->flags & TCP_SYN))
            windows[index] = windows[index] > sent.tcp->window ? windows[index] : sent.tcp->window;
    }
    segments_end(&segments);
    for (int i = 0; i < BUFFERS; i++)
        sweep_put(&stage->results, "window", buffers[i], windows[i]);
    results_put_number(&stage->results, "rtt_ms", *rtt / USEC_MS);
    return more;
}

/* Whole round trips, because windows come in bursts; without the first three, in which the
 * congestion window opens, and the last one, which is not full. */
static struct stretch steady(struct stretch whole, usec_t rtt)
{
    usec_t from = whole.from + 3 * rtt;
    usec_t trips = (whole.until - from) / rtt - 1;
    return (struct stretch){from, from + usec_max(trips, 1) * rtt};
}

int buffers_review(struct stage *stage, const struct trace_log *log)
{
    usec_t rtt;
    int error = put_windows(stage, log, &rtt);
    for (int i = 0; i < BUFFERS && !error; i++) {
        uint16_t port = (uint16_t)(PORT + i);
        struct stretch stretch;
        error = stream_stretch(log, port, &stretch);
        int64_t measured = error ? error : stream_kbps(log, port, steady(stretch, rtt));
        if (measured < 0)
            return (int)measured;
        int64_t model = sweep_kbps(sweep_get(&stage->results, "window", buffers[i]), rtt);
        sweep_put(&stage->results, "kbps", buffers[i], measured);
        sweep_put(&stage->results, "share_percent", buffers[i], model ? 100 * measured / model : 0);
    }
    return error;
}

int buffers_draw(struct plot *plot, const struct stage *stage, const struct trace_log *log)
{
    unsigned measured = plot_add_series(plot, stage_words(stage, sweep_measured), PLOT_LINE);
    unsigned model = plot_add_series(plot, stage_words(stage, sweep_model), PLOT_LINE);
    usec_t rtt = MS(sweep_get(&stage->results, "rtt_ms", 0));
    int error = plot_add(plot, model, (struct plot_point){.x = 0, .y = 0});
    (void)log;
    for (int i = 0; i < BUFFERS && !error; i++) {
        int64_t window = sweep_get(&stage->results, "window", buffers[i]);
        double x = (double)window / 1024;
        error = plot_add(plot, measured,
                         (struct plot_point){
                             .x = x, .y = (double)sweep_get(&stage->results, "kbps", buffers[i])});
        if (!error)
            error = plot_add(plot, model,
                             (struct plot_point){.x = x, .y = (double)sweep_kbps(window, rtt)});
    }
    return error;
}
