/* Edges and probes, counted and drawn. */
#include "experiments/window.h"

#include <stdio.h>
#include <string.h>

/* B's right edge, ACK and window together: how far A may go. */
struct edge {
    int64_t farthest;
    int left;            /* how often it moved left */
    int zeros, narrower; /* segments with no window, and with a smaller one than before */
    int64_t window;      /* the last one, */
    int64_t largest;     /* and the largest */
    usec_t zero_at;      /* when the first of those without any left */
};

static void note_edge(struct edge *edge, const struct segment_sent *sent)
{
    const struct track_segment *tcp = sent->tcp;
    int64_t reach = tcp->ack + tcp->window;
    edge->left += reach < edge->farthest;
    edge->farthest = reach > edge->farthest ? reach : edge->farthest;
    edge->narrower += tcp->window < edge->window;
    edge->window = tcp->window;
    edge->largest = tcp->window > edge->largest ? tcp->window : edge->largest;
    if (tcp->window == 0 && edge->zeros++ == 0)
        edge->zero_at = sent->at;
}

/* A's probes, and how long after the one before (the first: after B said zero) each was. */
struct probes {
    int count;
    usec_t last, gap; /* the last one, and its gap */
    bool backs_off;   /* each gap much longer than the one before */
    char gaps[RESULT_VALUE_MAX];
};

static void note_probe(struct probes *probes, const struct segment_sent *sent)
{
    usec_t gap = sent->at - probes->last;
    size_t used = strlen(probes->gaps);
    snprintf(probes->gaps + used, sizeof probes->gaps - used, "%s%lld", used ? " " : "",
             (long long)(gap / USEC_MS));
    probes->backs_off = probes->count == 0 || (probes->backs_off && gap * 2 > probes->gap * 3);
    probes->gap = gap;
    probes->last = sent->at;
    probes->count++;
}

bool window_is_told(const struct segment_sent *sent)
{
    return sent->tcp->from == 1 && !(sent->tcp->flags & (TCP_SYN | TCP_RST));
}

int window_review(struct stage *stage, const struct trace_log *log)
{
    struct segments segments;
    struct segment_sent sent;
    struct edge edge = {0};
    struct probes probes = {0};
    int more;
    segments_begin(&segments, log);
    while ((more = segments_next(&segments, &sent)) > 0 && !(sent.tcp->flags & TCP_FIN)) {
        if (window_is_told(&sent))
            note_edge(&edge, &sent);
        probes.last = probes.count == 0 ? edge.zero_at : probes.last;
        if (sent.tcp->from == 0 && sent.tcp->marks & MARK_PROBE)
            note_probe(&probes, &sent);
    }
    segments_end(&segments);
    results_put_number(&stage->results, "largest_window", edge.largest);
    results_put_number(&stage->results, "narrower", edge.narrower);
    results_put_number(&stage->results, "zero_windows", edge.zeros);
    results_put_number(&stage->results, "edge_moved_left", edge.left);
    results_put_number(&stage->results, "probes", probes.count);
    results_put_text(&stage->results, "probe_gaps_ms", probes.gaps);
    results_put_bool(&stage->results, "backs_off", probes.backs_off);
    return more < 0 ? more : 0;
}

/* ---- the plot ---- */

static int add(struct plot *plot, unsigned series, usec_t at, double y)
{
    return plot_add(plot, series, (struct plot_point){.x = (double)at / USEC_S, .y = y});
}

int window_plot(struct plot *plot, const struct stage *stage, const struct trace_log *log)
{
    static const struct words offered = {"offered by B", "B 给出的"};
    static const struct words asked = {"A asks (probe)", "A 探测"};
    struct segments segments;
    struct segment_sent sent;
    int more = 0, error = 0;
    unsigned window = plot_add_series(plot, stage_words(stage, offered), PLOT_STEPS);
    unsigned probe = plot_add_series(plot, stage_words(stage, asked), PLOT_MARKS);
    segments_begin(&segments, log);
    while (!error && (more = segments_next(&segments, &sent)) > 0) {
        if (window_is_told(&sent))
            error = add(plot, window, sent.at, sent.tcp->window);
        else if (sent.tcp->marks & MARK_PROBE)
            error = add(plot, probe, sent.at, 0);
    }
    segments_end(&segments);
    return error ? error : more;
}
