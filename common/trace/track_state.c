/* The states of both ends, as RFC 9293 Figure 5 moves them. */
#include "trace/track_state.h"

static void change(struct track *conn, int end, enum tcp_state to, struct track_step *out)
{
    out->changed = true;
    out->end = end;
    out->state_from = conn->end[end].state;
    out->state = to;
    conn->end[end].state = to;
}

static enum tcp_state their_fin_received(enum tcp_state state)
{
    switch (state) {
    case STATE_ESTABLISHED:
        return STATE_CLOSE_WAIT;
    case STATE_FIN_WAIT_1:
        return STATE_CLOSING;
    case STATE_FIN_WAIT_2:
        return STATE_TIME_WAIT;
    default: /* not open, or received before */
        return state;
    }
}

/* A reset while opening may only refuse a stray segment (RFC 9293 figures 8 and 10): its number,
 * taken from that segment, is then not our own. */
static enum tcp_state after_reset(const struct track_end *end, const struct track_segment *segment)
{
    bool opening = end->state == STATE_SYN_SENT || end->state == STATE_SYN_RECEIVED;
    return opening && segment->seq != end->sent_end ? end->state : STATE_CLOSED;
}

/* Where the segment takes its sender. An ACK may be the first sign that the peer's FIN, out of
 * order before, has been reached. */
static enum tcp_state after_sending(const struct track_end *end,
                                    const struct track_segment *segment)
{
    enum tcp_state state = end->fin_received ? their_fin_received(end->state) : end->state;
    if (segment->flags & TCP_RST)
        return after_reset(end, segment);
    if (segment->flags & TCP_SYN)
        return segment->flags & TCP_ACK ? STATE_SYN_RECEIVED : STATE_SYN_SENT;
    if ((segment->flags & TCP_FIN) == 0)
        return state;
    if (state == STATE_CLOSE_WAIT)
        return STATE_LAST_ACK;
    if (state == STATE_ESTABLISHED || state == STATE_SYN_RECEIVED)
        return STATE_FIN_WAIT_1;
    return state;
}

void track_state_on_send(struct track *conn, const struct track_segment *segment, uint64_t id,
                         struct track_step *out)
{
    struct track_end *end = &conn->end[segment->from];
    enum tcp_state to = end->exact ? end->state : after_sending(end, segment);
    bool passive_open = end->state == STATE_CLOSED && to == STATE_SYN_RECEIVED;
    if (end->waits) {
        to = end->waiting;
        end->waits = false;
    }
    if (passive_open)
        end->state = STATE_LISTEN;
    if (to != end->state) {
        change(conn, segment->from, to, out);
        out->cause = passive_open ? end->arrival.frame : id; /* the SYN that was answered */
    }
    end->arrival.answered = true;
}

static bool resets(const struct track_end *end, const struct track_segment *segment)
{
    if (end->state == STATE_SYN_SENT)
        return (segment->flags & TCP_ACK) != 0 && segment->ack == end->sent_end;
    return segment->seq == end->received_end; /* RFC 5961 section 3.2 */
}

static enum tcp_state opened(const struct track_end *end, uint8_t flags)
{
    bool our_syn_acked = end->acked >= 1;
    if (end->state == STATE_SYN_SENT && (flags & TCP_SYN) != 0)
        return our_syn_acked ? STATE_ESTABLISHED : STATE_SYN_RECEIVED;
    if (end->state == STATE_SYN_RECEIVED && our_syn_acked)
        return STATE_ESTABLISHED;
    return end->state;
}

static enum tcp_state our_fin_acked(enum tcp_state state)
{
    switch (state) {
    case STATE_FIN_WAIT_1:
        return STATE_FIN_WAIT_2;
    case STATE_CLOSING:
        return STATE_TIME_WAIT;
    case STATE_LAST_ACK:
        return STATE_CLOSED;
    default: /* no FIN of ours was waiting */
        return state;
    }
}

/* In the order of RFC 9293 section 3.10.7: RST, SYN, ACK, FIN. */
static enum tcp_state after_receiving(struct track_end *end, const struct track_segment *segment)
{
    struct track_end next = *end;
    if (segment->flags & TCP_RST)
        return resets(end, segment) ? STATE_CLOSED : end->state;
    next.state = opened(&next, segment->flags);
    if (next.fin_sent && next.acked > next.fin)
        next.state = our_fin_acked(next.state);
    if (next.fin_received)
        next.state = their_fin_received(next.state);
    return next.state;
}

void track_state_on_arrival(struct track *conn, const struct track_segment *segment, uint64_t id,
                            struct track_step *out)
{
    int to = !segment->from;
    struct track_end *end = &conn->end[to];
    end->arrival = (struct track_arrival){.frame = id, .flags = segment->flags};
    if (end->exact)
        return;
    enum tcp_state next = after_receiving(end, segment);
    if (next == end->state)
        return;
    change(conn, to, next, out);
    out->cause = id;
}

/* Whether a segment that arrived is what brought an exact end to `to`. */
static bool by_arrival(const struct track_end *end, enum tcp_state to)
{
    if (to != STATE_CLOSED)
        return true;
    if (end->state == STATE_LAST_ACK)
        return true;
    return end->state != STATE_TIME_WAIT && (end->arrival.flags & TCP_RST) != 0 &&
           !end->arrival.answered;
}

static bool by_sending(enum tcp_state to)
{
    return to == STATE_SYN_SENT || to == STATE_FIN_WAIT_1 || to == STATE_LAST_ACK;
}

static void on_told_exactly(struct track *conn, int index, const struct event_state *told,
                            struct track_step *out)
{
    struct track_end *end = &conn->end[index];
    end->exact = true;
    if (by_sending(told->to)) {
        end->waits = true;
        end->waiting = told->to;
        return;
    }
    end->waits = false;
    if (end->state == STATE_CLOSED)
        end->state = told->from;
    if (told->to == end->state)
        return;
    uint64_t cause = by_arrival(end, told->to) ? end->arrival.frame : 0;
    change(conn, index, told->to, out);
    out->cause = cause;
}

void track_state_on_told(struct track *conn, int index, const struct event_state *told,
                         struct track_step *out)
{
    if (!told->sampled) {
        on_told_exactly(conn, index, told, out);
        return;
    }
    struct track_end *end = &conn->end[index];
    /* The states are numbered in the order in which every connection passes them, on either path;
     * only CLOSED comes again at the end. */
    bool forward = told->to > end->state || told->to == STATE_CLOSED;
    if (!end->exact && forward && told->to != end->state)
        change(conn, index, told->to, out);
}
