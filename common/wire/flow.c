/* One direction of a TCP connection: what is new, what comes again, what is only an answer. */
#include "wire/flow.h"

static void sight(struct flow *flow, enum sight kind, struct sighting *out)
{
    out->as[kind].number = ++flow->numbers[kind];
    out->as[kind].transmission = 1;
}

static void sight_marked(struct flow *flow, enum sight kind, struct flow_mark *mark, seq_t seq,
                         struct sighting *out)
{
    if (mark->transmissions == 0 || !seq_eq(mark->seq, seq)) {
        flow->numbers[kind]++;
        *mark = (struct flow_mark){.seq = seq};
    }
    out->as[kind].number = flow->numbers[kind];
    out->as[kind].transmission = ++mark->transmissions;
}

bool flow_is_reused_by(const struct flow *flow, const struct segment *seg)
{
    if (!(seg->flags & TCP_SYN) || (seg->flags & TCP_ACK) || !flow->sent_any)
        return false;
    return flow->syn.transmissions == 0 || !seq_eq(flow->syn.seq, seg->seq);
}

static bool window_is_shut(const struct flow *flow)
{
    return flow->told_window && flow->window == 0;
}

static bool is_before_end(const struct flow *flow, const struct segment *seg)
{
    return flow->sent_any && seq_eq(seq_add(seg->seq, 1), flow->end);
}

/* RFC 9293 section 3.8.6.1 probes with an octet of new data; many stacks, Linux among them, send
 * none and a sequence number that is one too low, as for keepalive. */
static bool is_probe(const struct flow *flow, const struct flow *reverse, const struct segment *seg)
{
    if (!window_is_shut(reverse) || (seg->flags & (TCP_SYN | TCP_FIN | TCP_RST)))
        return false;
    if (segment_text_len(seg) == 0)
        return is_before_end(flow, seg);
    return segment_text_len(seg) == 1 && flow->sent_any && seq_ge(seg->seq, seq_sub(flow->end, 1));
}

static struct flow_segment *data_segment(struct flow *flow, uint32_t number)
{
    return &flow->segments[number % TRACKER_SEGMENTS];
}

static void sight_new_data(struct flow *flow, const struct segment *seg, struct sighting *out)
{
    bool partly_old = flow->sent_any && seq_lt(seg->seq, flow->end);
    sight(flow, SIGHT_DATA, out);
    *data_segment(flow, flow->numbers[SIGHT_DATA]) = (struct flow_segment){
        .start = partly_old ? flow->end : seg->seq,
        .transmissions = 1,
    };
}

/* Data sent before: it counts as the segment that its first octet was new in. What is older than
 * the memory keeps number 0 and matches nothing. */
static void sight_old_data(struct flow *flow, const struct segment *seg, struct sighting *out)
{
    uint32_t last = flow->numbers[SIGHT_DATA];
    uint32_t oldest = last > TRACKER_SEGMENTS ? last - TRACKER_SEGMENTS + 1 : 1;
    for (uint32_t number = last; number >= oldest; number--) {
        struct flow_segment *sent = data_segment(flow, number);
        if (seq_lt(seg->seq, sent->start))
            continue;
        out->as[SIGHT_DATA].number = number;
        out->as[SIGHT_DATA].transmission = ++sent->transmissions;
        return;
    }
}

static void see_text(struct flow *flow, const struct segment *seg, struct sighting *out)
{
    seq_t text = seq_add(seg->seq, (seg->flags & TCP_SYN) != 0);
    seq_t text_end = seq_add(text, segment_text_len(seg));
    if (!flow->sent_any || seq_gt(text_end, flow->end))
        sight_new_data(flow, seg, out);
    else
        sight_old_data(flow, seg, out);
}

static void see_syn(struct flow *flow, const struct segment *seg, struct sighting *out)
{
    if (seg->flags & TCP_ACK)
        sight_marked(flow, SIGHT_SYNACK, &flow->synack, seg->seq, out);
    else
        sight_marked(flow, SIGHT_SYN, &flow->syn, seg->seq, out);
}

static bool widens_window(const struct flow *flow, const struct segment *seg)
{
    return flow->told_window && seq_eq(seg->ack, flow->last_ack) && seg->wnd > flow->window &&
           seg->options.sack_count == 0;
}

static void see_bare_ack(struct flow *flow, const struct flow *reverse, const struct segment *seg,
                         struct sighting *out)
{
    if (is_before_end(flow, seg) && !window_is_shut(reverse))
        sight(flow, SIGHT_KEEPALIVE, out);
    else if (widens_window(flow, seg))
        sight(flow, SIGHT_WINDOW_UPDATE, out);
    else
        sight(flow, SIGHT_ACK, out);
}

/* The window of a SYN is not scaled (RFC 7323 section 2.2), so it compares with no other. */
static void note_window(struct flow *flow, const struct segment *seg)
{
    if (!(seg->flags & TCP_ACK) || (seg->flags & (TCP_SYN | TCP_RST)))
        return;
    flow->told_window = true;
    flow->last_ack = seg->ack;
    flow->window = seg->wnd;
}

static void note_end(struct flow *flow, const struct segment *seg)
{
    seq_t end = seq_add(seg->seq, segment_len(seg));
    if (flow->sent_any && seq_le(end, flow->end))
        return;
    flow->end = end;
    flow->sent_any = true;
}

static bool completes_handshake(const struct flow *flow, const struct flow *reverse,
                                const struct segment *seg)
{
    return flow->numbers[SIGHT_HANDSHAKE_ACK] == 0 && flow->syn.transmissions > 0 &&
           reverse->synack.transmissions > 0 && (seg->flags & TCP_ACK) &&
           !(seg->flags & (TCP_SYN | TCP_RST));
}

void flow_see(struct flow *flow, const struct flow *reverse, const struct segment *seg,
              struct sighting *out)
{
    bool probe = is_probe(flow, reverse, seg);
    if (probe)
        sight(flow, SIGHT_PROBE, out);
    else if (segment_text_len(seg) > 0)
        see_text(flow, seg, out);
    else if (!(seg->flags & (TCP_SYN | TCP_FIN | TCP_RST)) && (seg->flags & TCP_ACK))
        see_bare_ack(flow, reverse, seg, out);
    if (seg->flags & TCP_SYN)
        see_syn(flow, seg, out);
    if (seg->flags & TCP_FIN)
        sight_marked(flow, SIGHT_FIN, &flow->fin, seq_add(seg->seq, segment_text_len(seg)), out);
    if (seg->flags & TCP_RST)
        sight(flow, SIGHT_RST, out);
    if (completes_handshake(flow, reverse, seg))
        sight(flow, SIGHT_HANDSHAKE_ACK, out);
    note_window(flow, seg);
    if (!probe && !(seg->flags & TCP_RST))
        note_end(flow, seg);
}
