/* Latency, message by message. */
#include "experiments/latency.h"

#include <string.h>

#include "experiments/messages.h"
#include "trace/walk.h"

/* What is known of each message, in the order of sending. */
struct passage {
    usec_t sent[MESSAGES_MAX];
    uint64_t id[MESSAGES_MAX]; /* of its frame */
    int64_t count;             /* sent */
    int64_t octets;            /* arrived */
    bool connected;            /* TCP has begun */
};

struct reading {
    struct plot *plot;
    unsigned series;
    struct passage passage;
};

static int mark(struct reading *r, int64_t message, usec_t arrived)
{
    double ms = (double)(arrived - r->passage.sent[message]) / USEC_MS;
    return plot_add(r->plot, r->series, (struct plot_point){(double)message + 1, ms, true});
}

static void note_sent(struct passage *p, usec_t at, uint64_t id)
{
    if (p->count == MESSAGES_MAX)
        return;
    p->sent[p->count] = at;
    p->id[p->count++] = id;
}

static int read_datagram(struct reading *r, const struct event *event)
{
    if (event->kind == EVENT_FRAME && event->host == 'A')
        note_sent(&r->passage, event->at, event->frame.id);
    for (int64_t i = 0; event->kind == EVENT_DELIVER && i < r->passage.count; i++)
        if (r->passage.id[i] == event->frame.id)
            return mark(r, i, event->at);
    return 0;
}

/* A message is there when its last octet is. */
static int read_call(struct reading *r, const struct event *event)
{
    struct passage *p = &r->passage;
    int error = 0;
    if (event->kind == EVENT_CALL && event->host == 'A' && strcmp(event->call.name, "send") == 0)
        note_sent(p, event->at, 0);
    if (event->kind != EVENT_RETURN || event->host != 'B' || event->call.result <= 0 ||
        strcmp(event->call.name, "recv") != 0)
        return 0;
    int64_t message = p->octets / MESSAGE_BYTES;
    p->octets += event->call.result;
    for (; !error && message < p->octets / MESSAGE_BYTES && message < p->count; message++)
        error = mark(r, message, event->at);
    return error;
}

static int plot_latency(struct plot *plot, const struct trace_log *log, const char *name,
                        bool by_tcp)
{
    struct reading reading = {.plot = plot};
    struct trace_walk walk;
    reading.series = plot_add_series(plot, name, PLOT_MARKS);
    trace_walk_begin(&walk, log);
    while (trace_walk_next(&walk)) {
        reading.passage.connected |= walk.step.conn != NULL;
        if (reading.passage.connected == by_tcp)
            walk.error =
                by_tcp ? read_call(&reading, walk.event) : read_datagram(&reading, walk.event);
    }
    return trace_walk_end(&walk);
}

int latency_plot_udp(struct plot *plot, const struct trace_log *log, const char *name)
{
    return plot_latency(plot, log, name, false);
}

int latency_plot_tcp(struct plot *plot, const struct trace_log *log, const char *name)
{
    return plot_latency(plot, log, name, true);
}
