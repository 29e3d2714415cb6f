/* Windows and sequence numbers over time. */
#include "experiments/time_plots.h"

#include "experiments/segments.h"

int time_plot_view(struct plot_view *view, const struct trace_log *log, unsigned conn)
{
    struct segments segments;
    struct segment_sent sent;
    uint32_t longest = 0;
    int more;
    segments_begin(&segments, log);
    while ((more = segments_next(&segments, &sent)) > 0)
        if (sent.conn == conn && sent.tcp->from == 0)
            longest = max_u32(longest, sent.tcp->text_len);
    segments_end(&segments);
    *view = (struct plot_view){.log = log, .conn = conn, .unit = longest};
    return more;
}

static const struct words resent_words = {"sent again", "重传"};

static int draw_cwnd(struct plot *plot, const struct stage *stage, const struct trace_log *log)
{
    static const struct words cwnd = {"cwnd", "拥塞窗口 cwnd"};
    static const struct words ssthresh = {"ssthresh", "阈值 ssthresh"};
    struct plot_view view;
    int error = time_plot_view(&view, log, 1);
    if (!error)
        error = plot_cwnd(plot, &view, stage_words(stage, cwnd));
    if (!error)
        error = plot_ssthresh(plot, &view, stage_words(stage, ssthresh));
    return error ? error : plot_resent(plot, &view, stage_words(stage, resent_words));
}

static int draw_sequence(struct plot *plot, const struct stage *stage, const struct trace_log *log)
{
    const struct plot_sequence_names names = {
        .sent = stage_words(stage, (struct words){"sent", "发送"}),
        .again = stage_words(stage, resent_words),
        .lost = stage_words(stage, (struct words){"lost", "丢失"}),
        .acked = stage_words(stage, (struct words){"ACK", "确认"}),
        .duplicate = stage_words(stage, (struct words){"duplicate ACK", "重复的 ACK"}),
    };
    struct plot_view view;
    int error = time_plot_view(&view, log, 1);
    return error ? error : plot_sequence(plot, &view, &names);
}

#define CWND                                                                                       \
    {                                                                                              \
        "cwnd", {"congestion window", "拥塞窗口"}, PLOT_TIME, PLOT_SEGMENTS, draw_cwnd             \
    }
#define SEQUENCE                                                                                   \
    {                                                                                              \
        "sequence", {"time and sequence numbers", "时间-序号图"}, PLOT_TIME, PLOT_SEGMENTS,        \
            draw_sequence                                                                          \
    }

const struct scene_plot plots_of_cwnd[] = {CWND, {0}};
const struct scene_plot plots_of_sequence[] = {SEQUENCE, {0}};
const struct scene_plot plots_of_loss[] = {CWND, SEQUENCE, {0}};
