/* The log gone over once for each series: a few thousand events, and each view stays by itself. */
#include "trace/plot_views.h"

#include "trace/walk.h"

/* What the views see of an event. */
struct moment {
    double at; /* seconds */
    const struct event *event;
    const struct track_step *step;
};

/* One series being filled, and what the looks remember from event to event. `look` is called for
 * each event. */
struct series_view {
    struct plot *plot;
    const struct plot_view *of;
    unsigned series;
    double height;    /* the last value told; below 0: none yet */
    usec_t width;     /* of stretches (of the queue: the shortest way); the present one ends at */
    usec_t end;       /* (0: none has begun), */
    int64_t acked;    /* and so much was acknowledged before it, */
    int64_t told;     /* and so much by the last event */
    uint64_t last_id; /* of frames that entered */
    int (*look)(struct series_view *view, const struct moment *moment);
};

static int go_over(struct series_view *view)
{
    struct trace_walk walk;
    view->height = -1;
    trace_walk_begin(&walk, view->of->log);
    while (trace_walk_next(&walk)) {
        const struct moment moment = {
            .event = walk.event, .step = &walk.step, .at = (double)walk.at / (double)USEC_S};
        walk.error = view->look(view, &moment);
    }
    return trace_walk_end(&walk);
}

static int add_series(struct plot *plot, const struct plot_view *of, const char *name,
                      enum plot_kind kind,
                      int (*look)(struct series_view *view, const struct moment *moment))
{
    struct series_view view = {.plot = plot, .of = of, .look = look};
    view.series = plot_add_series(plot, name, kind);
    return go_over(&view);
}

static bool is_about(const struct plot_view *of, const struct moment *moment)
{
    const struct track *conn = moment->step->conn;
    return conn && conn->number == (of->conn ? of->conn : 1);
}

static double in_units(const struct plot_view *of, double octets)
{
    return of->unit > 0 ? octets / of->unit : octets;
}

static int add(struct series_view *view, double at, double y, bool apart)
{
    return plot_add(view->plot, view->series, (struct plot_point){at, y, apart});
}

/* ---- windows ---- */

static bool is_sample(const struct series_view *view, const struct moment *moment)
{
    return moment->event->kind == EVENT_SAMPLE && is_about(view->of, moment) &&
           moment->event->host == "AB"[view->of->from];
}

static int look_at_cwnd(struct series_view *view, const struct moment *moment)
{
    if (!is_sample(view, moment) || moment->event->sample.cwnd == 0)
        return 0;
    return add(view, moment->at, in_units(view->of, moment->event->sample.cwnd), false);
}

int plot_cwnd(struct plot *plot, const struct plot_view *view, const char *name)
{
    return add_series(plot, view, name, PLOT_STEPS, look_at_cwnd);
}

/* Both stacks begin with the greatest number they have: no value to draw. */
static int look_at_ssthresh(struct series_view *view, const struct moment *moment)
{
    if (!is_sample(view, moment) || moment->event->sample.ssthresh >= INT32_MAX)
        return 0;
    return add(view, moment->at, in_units(view->of, moment->event->sample.ssthresh), false);
}

int plot_ssthresh(struct plot *plot, const struct plot_view *view, const char *name)
{
    return add_series(plot, view, name, PLOT_STEPS, look_at_ssthresh);
}

/* ---- segments ---- */

/* The segment with text that this event is about; NULL for any other. */
static const struct track_segment *text_sent(const struct series_view *view,
                                             const struct moment *moment)
{
    const struct track_segment *tcp = moment->step->tcp;
    bool sent = moment->event->kind == EVENT_FRAME && tcp && is_about(view->of, moment);
    return sent && tcp->from == view->of->from && tcp->text_len > 0 ? tcp : NULL;
}

static int look_at_resent(struct series_view *view, const struct moment *moment)
{
    const struct track_segment *tcp = text_sent(view, moment);
    if (is_sample(view, moment) && moment->event->sample.cwnd > 0)
        view->height = in_units(view->of, moment->event->sample.cwnd);
    if (!tcp || !(tcp->marks & MARK_RETRANSMISSION) || view->height < 0)
        return 0;
    return add(view, moment->at, view->height, true);
}

int plot_resent(struct plot *plot, const struct plot_view *view, const char *name)
{
    return add_series(plot, view, name, PLOT_MARKS, look_at_resent);
}

static int add_segment(struct series_view *view, const struct moment *moment,
                       const struct track_segment *tcp)
{
    double first = in_units(view->of, (double)tcp->seq);
    double end = in_units(view->of, (double)(tcp->seq + tcp->text_len));
    int error = add(view, moment->at, first, true);
    return error ? error : add(view, moment->at, end, false);
}

static int look_at_sent(struct series_view *view, const struct moment *moment)
{
    const struct track_segment *tcp = text_sent(view, moment);
    return tcp && !(tcp->marks & MARK_RETRANSMISSION) ? add_segment(view, moment, tcp) : 0;
}

static int look_at_again(struct series_view *view, const struct moment *moment)
{
    const struct track_segment *tcp = text_sent(view, moment);
    if (!tcp || !(tcp->marks & MARK_RETRANSMISSION))
        return 0;
    return add(view, moment->at, in_units(view->of, (double)tcp->seq), true);
}

static int look_at_lost(struct series_view *view, const struct moment *moment)
{
    const struct track_segment *tcp = text_sent(view, moment);
    if (!tcp || !(moment->event->frame.fate & FATE_DROP))
        return 0;
    return add(view, moment->at, in_units(view->of, (double)tcp->seq), true);
}

/* The ACK that comes to the sender with this event; NULL when none does. */
static const struct track_segment *ack_arriving(const struct series_view *view,
                                                const struct moment *moment)
{
    const struct track_segment *tcp = moment->step->tcp;
    bool arrives = moment->event->kind == EVENT_DELIVER && tcp && is_about(view->of, moment) &&
                   !moment->step->refused;
    return arrives && tcp->from != view->of->from && (tcp->flags & TCP_ACK) ? tcp : NULL;
}

static int look_at_acked(struct series_view *view, const struct moment *moment)
{
    const struct track_segment *tcp = ack_arriving(view, moment);
    double height = tcp ? in_units(view->of, (double)tcp->ack) : -1;
    if (height < view->height || !tcp)
        return 0;
    view->height = height;
    return add(view, moment->at, height, false);
}

static int look_at_duplicate(struct series_view *view, const struct moment *moment)
{
    const struct track_segment *tcp = ack_arriving(view, moment);
    if (!tcp || !(tcp->marks & MARK_DUP_ACK))
        return 0;
    return add(view, moment->at, in_units(view->of, (double)tcp->ack), true);
}

int plot_sequence(struct plot *plot, const struct plot_view *view,
                  const struct plot_sequence_names *names)
{
    int error = add_series(plot, view, names->sent, PLOT_LINE, look_at_sent);
    if (!error)
        error = add_series(plot, view, names->lost, PLOT_MARKS, look_at_lost);
    if (!error)
        error = add_series(plot, view, names->acked, PLOT_STEPS, look_at_acked);
    if (!error)
        error = add_series(plot, view, names->duplicate, PLOT_MARKS, look_at_duplicate);
    if (!error) /* last, to lie above the duplicate that caused it */
        error = add_series(plot, view, names->again, PLOT_MARKS, look_at_again);
    return error;
}

/* Ends the stretches that lie before the event. */
static int end_stretches(struct series_view *view, const struct moment *moment, usec_t at)
{
    const struct track_end *end = &moment->step->conn->end[view->of->from];
    int error = 0;
    for (; view->end <= at && !error; view->end += view->width) {
        double from = (double)(view->end - view->width) / (double)USEC_S;
        error = add(view, from, in_units(view->of, (double)(view->told - view->acked)), false);
        view->acked = view->told;
    }
    view->told = end->acked;
    return error;
}

static int look_at_progress(struct series_view *view, const struct moment *moment)
{
    usec_t at = moment->event->at - trace_log_start(view->of->log);
    if (!moment->step->tcp || !is_about(view->of, moment))
        return 0;
    if (view->end == 0 && text_sent(view, moment)) {
        view->end = at + view->width;
        view->acked = view->told = 1;
    }
    return view->end ? end_stretches(view, moment, at) : 0;
}

int plot_acked(struct plot *plot, const struct plot_view *view, usec_t width, const char *name)
{
    struct series_view looker = {
        .plot = plot, .of = view, .look = look_at_progress, .width = width};
    looker.series = plot_add_series(plot, name, PLOT_STEPS);
    return go_over(&looker);
}

/* ---- the wire ---- */

/* When the last frame that entered is delivered, without another one behind it, it had been alone
 * for as long as a frame takes that never waits. */
static int see_queue_end(struct series_view *view, const struct moment *moment)
{
    const struct event *frame = moment->step->frame;
    if (!frame || frame->host != "AB"[view->of->from])
        return 0;
    usec_t took = moment->event->at - frame->at;
    view->width = view->width ? usec_min(view->width, took) : took;
    if (frame->frame.id != view->last_id || view->height <= 0)
        return 0;
    view->height = 0;
    return add(view, moment->at - (double)view->width / (double)USEC_S, 0, false);
}

static int look_at_queue(struct series_view *view, const struct moment *moment)
{
    const struct event *event = moment->event;
    if (event->kind == EVENT_DELIVER)
        return see_queue_end(view, moment);
    if (event->kind != EVENT_FRAME || event->host != "AB"[view->of->from] ||
        event->frame.fate & FATE_DROP)
        return 0;
    view->last_id = event->frame.id;
    view->height = event->frame.queue;
    return add(view, moment->at, view->height, false);
}

int plot_queue(struct plot *plot, const struct plot_view *view, const char *name)
{
    return add_series(plot, view, name, PLOT_STEPS, look_at_queue);
}
