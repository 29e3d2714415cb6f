/* The log gone over once: segments and ACKs make the rounds, samples the cuts. */
#include "experiments/growth.h"

#include <stdio.h>

#include "trace/walk.h"

struct reader {
    struct growth *growth;
    const struct track_end *a; /* the sender, */
    usec_t at;                 /* now */
    int64_t round;             /* from 0 */
    int64_t round_end;         /* an ACK beyond this number ends it */
    int64_t cwnd, ssthresh;    /* as last told; 0: not yet */
    usec_t settled_at;         /* where linear growth began, */
    int64_t settled_cwnd;      /* and with what; 0: not yet */
    int64_t acked;             /* of A's text, when the window last grew */
};

static int64_t max_i64(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static void on_segment(struct reader *reader, const struct track_segment *tcp)
{
    struct growth *growth = reader->growth;
    growth->segment = max_i64(growth->segment, tcp->text_len);
    growth->most_in_flight =
        max_i64(growth->most_in_flight, reader->a->sent_end - reader->a->acked);
    if (reader->round < GROWTH_ROUNDS && !(tcp->marks & MARK_RETRANSMISSION))
        growth->rounds[reader->round]++;
}

/* The first round ends with its first ACK; those of its segments come in the second one. */
static void on_ack(struct reader *reader, const struct track_segment *tcp)
{
    if (!(tcp->flags & TCP_SYN))
        reader->growth->most_window = max_i64(reader->growth->most_window, tcp->window);
    if (tcp->ack > reader->round_end) {
        reader->round++;
        reader->round_end = reader->a->sent_end;
    }
    reader->growth->acks += reader->round == 1;
}

static void on_cut(struct reader *reader, const struct event_sample *sample)
{
    struct growth *growth = reader->growth;
    if (growth->cut_count == GROWTH_CUTS)
        return;
    growth->cuts[growth->cut_count++] = (struct growth_cut){
        .at = reader->at,
        .by_timeout = sample->cwnd <= growth->segment,
        .old = reader->cwnd,
        .wnd = sample->cwnd,
        .flight = reader->a->sent_end - reader->a->acked,
        .ssthresh = sample->ssthresh,
        .old_ssthresh = reader->ssthresh,
    };
    reader->settled_cwnd = 0;
}

/* Linear growth begins where the window meets ssthresh: from below after a timeout; from above in
 * fast recovery, which Linux does bit by bit (RFC 6937). */
static void on_growth(struct reader *reader, const struct event_sample *sample)
{
    struct growth *growth = reader->growth;
    if (growth->cut_count == 0)
        return;
    struct growth_cut *cut = &growth->cuts[growth->cut_count - 1];
    int64_t off = (int64_t)sample->cwnd - cut->ssthresh;
    if (reader->settled_cwnd == 0) {
        if (off >= -growth->segment && off <= growth->segment) {
            reader->settled_cwnd = sample->cwnd;
            reader->settled_at = reader->at;
            reader->acked = reader->a->acked;
        }
        return;
    }
    cut->linear = (int64_t)sample->cwnd - reader->settled_cwnd;
    cut->took = reader->at - reader->settled_at;
    cut->rounds += 1000 * (reader->a->acked - reader->acked) / reader->cwnd;
    reader->acked = reader->a->acked;
}

static void on_sample(struct reader *reader, const struct event_sample *sample)
{
    struct growth *growth = reader->growth;
    if (sample->cwnd == 0 || growth->segment == 0)
        return; /* before the first segment with text */
    if (growth->ssthresh == 0)
        growth->ssthresh = reader->ssthresh = sample->ssthresh;
    growth->most_cwnd = max_i64(growth->most_cwnd, sample->cwnd);
    if (sample->ssthresh != reader->ssthresh)
        on_cut(reader, sample);
    else if (sample->cwnd != reader->cwnd)
        on_growth(reader, sample);
    reader->cwnd = sample->cwnd;
    reader->ssthresh = sample->ssthresh;
}

static void on_event(struct reader *reader, const struct event *event,
                     const struct track_segment *tcp)
{
    if (event->kind == EVENT_SAMPLE && event->host == 'A')
        on_sample(reader, &event->sample);
    else if (event->kind == EVENT_FRAME && tcp->from == 0 && tcp->text_len > 0)
        on_segment(reader, tcp);
    else if (event->kind == EVENT_DELIVER && tcp->from == 1)
        on_ack(reader, tcp);
}

int growth_read(struct growth *growth, const struct trace_log *log, uint16_t port)
{
    struct reader reader = {.growth = growth, .round_end = 1};
    struct trace_walk walk;
    *growth = (struct growth){0};
    trace_walk_begin(&walk, log);
    while (trace_walk_next(&walk)) {
        const struct track *conn = walk.step.conn;
        if (!conn || conn->end[1].port != port)
            continue;
        reader.a = &conn->end[0];
        reader.at = walk.at;
        on_event(&reader, walk.event, walk.step.tcp);
    }
    return trace_walk_end(&walk);
}

const struct growth_cut *growth_find(const struct growth *growth, bool by_timeout)
{
    for (int i = 0; i < growth->cut_count; i++)
        if (growth->cuts[i].by_timeout == by_timeout)
            return &growth->cuts[i];
    return NULL;
}

int growth_count(const struct growth *growth, bool by_timeout)
{
    int count = 0;
    for (int i = 0; i < growth->cut_count; i++)
        count += growth->cuts[i].by_timeout == by_timeout;
    return count;
}

/* ---- results ---- */

/* Octets in segments, rounded. */
static int64_t in_segments(const struct growth *growth, int64_t octets)
{
    return growth->segment ? (octets + growth->segment / 2) / growth->segment : 0;
}

void growth_put_start(struct results *results, const struct growth *growth)
{
    for (int i = 0; i < 4; i++) {
        char key[RESULT_KEY_MAX];
        snprintf(key, sizeof key, "flight_%d", i + 1);
        results_put_number(results, key, growth->rounds[i]);
    }
    results_put_number(results, "acks", growth->acks);
    results_put_number(results, "grew", growth->rounds[1] - growth->rounds[0]);
    results_put_number(results, "grew_again", growth->rounds[2] - growth->rounds[1]);
    results_put_number(results, "ssthresh_first", growth->ssthresh);
    results_put_number(results, "most_window", growth->most_window);
    results_put_number(results, "most_cwnd", growth->most_cwnd);
    results_put_number(results, "most_in_flight", growth->most_in_flight);
}

static void put_linear(struct results *results, const struct growth *growth,
                       const struct growth_cut *cut)
{
    int64_t of_a_segment = 100 * cut->linear / growth->segment;
    results_put_number(results, "linear_growth", in_segments(growth, cut->linear));
    results_put_number(results, "linear_ms", cut->took / USEC_MS);
    results_put_number(results, "linear_percent",
                       cut->rounds ? 1000 * of_a_segment / cut->rounds : 0);
}

static void put_timeout(struct results *results, const struct growth *growth)
{
    const struct growth_cut *cut = growth_find(growth, true);
    results_put_number(results, "timeouts", growth_count(growth, true));
    if (!cut)
        return;
    results_put_number(results, "timeout_flight", in_segments(growth, cut->flight));
    results_put_number(results, "timeout_half", max_i64(in_segments(growth, cut->flight / 2), 2));
    results_put_number(results, "timeout_ssthresh", in_segments(growth, cut->ssthresh));
    results_put_number(results, "timeout_half_of_ssthresh",
                       in_segments(growth, cut->old_ssthresh / 2));
    results_put_number(results, "timeout_cwnd", in_segments(growth, cut->wnd));
    put_linear(results, growth, cut);
}

static void put_fast(struct results *results, const struct growth *growth)
{
    const struct growth_cut *cut = growth_find(growth, false);
    results_put_number(results, "fast_recoveries", growth_count(growth, false));
    if (!cut)
        return;
    results_put_number(results, "fast_cwnd_before", in_segments(growth, cut->old));
    results_put_number(results, "fast_flight", in_segments(growth, cut->flight));
    results_put_number(results, "fast_ssthresh", in_segments(growth, cut->ssthresh));
    results_put_number(results, "fast_kept_percent", cut->old ? 100 * cut->ssthresh / cut->old : 0);
}

void growth_put_cuts(struct results *results, const struct growth *growth)
{
    put_timeout(results, growth);
    put_fast(results, growth);
}
