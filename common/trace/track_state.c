/* The states of both ends, as RFC 9293 Figure 5 moves them. */
#include "trace/track_state.h"

/* The end is seen in another state, because of frame `cause` (0: of none). */
static void change(struct track *conn, int end, enum tcp_state to, uint64_t cause,
                   struct track_step *out)
{
    if (to == conn->end[end].state)
        return;
    out->changed = true;
    out->cause = cause;
    out->end = end;
    out->state_from = conn->end[end].state;
    out->state = to;
    conn->end[end].state = to;
}

void track_state_assume(struct track *conn, enum tcp_state state)
{
    for (int end = 0; end < 2; end++)
        conn->end[end].state = conn->end[end].inferred = state;
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
    bool opening = end->inferred == STATE_SYN_SENT || end->inferred == STATE_SYN_RECEIVED;
    return opening && segment->seq != end->sent_end ? end->inferred : STATE_CLOSED;
}

/* Where the segment takes its sender. An ACK may be the first sign that the peer's FIN, out of
 * order before, has been reached. */
static enum tcp_state after_sending(const struct track_end *end,
                                    const struct track_segment *segment)
{
    enum tcp_state state = end->fin_received ? their_fin_received(end->inferred) : end->inferred;
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

/* What is inferred is what is seen, unless the end tells its states itself: then it only says
 * which frame they will be due to. */
static void infer(struct track *conn, int index, enum tcp_state to, uint64_t cause,
                  struct track_step *out)
{
    struct track_end *end = &conn->end[index];
    if (to != end->inferred)
        end->cause_of[to] = cause;
    end->inferred = to;
    if (!end->exact)
        change(conn, index, to, cause, out);
}

void track_state_on_send(struct track *conn, const struct track_segment *segment, uint64_t id,
                         struct track_step *out)
{
    struct track_end *end = &conn->end[segment->from];
    enum tcp_state to = after_sending(end, segment);
    bool passive_open = end->inferred == STATE_CLOSED && to == STATE_SYN_RECEIVED;
    if (passive_open && !end->exact)
        end->state = STATE_LISTEN;
    infer(conn, segment->from, to, passive_open ? end->last_arrival : id, out);
    if (end->waits)
        change(conn, segment->from, end->waiting, id, out);
    end->waits = false;
}

static bool resets(const struct track_end *end, const struct track_segment *segment)
{
    if (end->inferred == STATE_SYN_SENT)
        return (segment->flags & TCP_ACK) != 0 && segment->ack == end->sent_end;
    return segment->seq == end->received_end; /* RFC 5961 section 3.2 */
}

static enum tcp_state opened(const struct track_end *end, uint8_t flags)
{
    bool our_syn_acked = end->acked >= 1;
    if (end->inferred == STATE_SYN_SENT && (flags & TCP_SYN) != 0)
        return our_syn_acked ? STATE_ESTABLISHED : STATE_SYN_RECEIVED;
    if (end->inferred == STATE_SYN_RECEIVED && our_syn_acked)
        return STATE_ESTABLISHED;
    return end->inferred;
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
static enum tcp_state after_receiving(const struct track_end *end,
                                      const struct track_segment *segment)
{
    if (segment->flags & TCP_RST)
        return resets(end, segment) ? STATE_CLOSED : end->inferred;
    enum tcp_state state = opened(end, segment->flags);
    if (end->fin_sent && end->acked > end->fin)
        state = our_fin_acked(state);
    return end->fin_received ? their_fin_received(state) : state;
}

void track_state_on_arrival(struct track *conn, const struct track_segment *segment, uint64_t id,
                            struct track_step *out)
{
    int to = !segment->from;
    conn->end[to].last_arrival = id;
    infer(conn, to, after_receiving(&conn->end[to], segment), id, out);
}

static bool by_sending(enum tcp_state to)
{
    return to == STATE_SYN_SENT || to == STATE_FIN_WAIT_1 || to == STATE_LAST_ACK;
}

/* What to draw a told state at: the frame it was inferred from, else the last one that arrived;
 * but a connection may well end without any. */
static uint64_t cause_of_told(const struct track_end *end, enum tcp_state to)
{
    if (end->cause_of[to] != 0 || to == STATE_CLOSED)
        return end->cause_of[to];
    return end->last_arrival;
}

static void on_told_exactly(struct track *conn, int index, const struct event_state *told,
                            struct track_step *out)
{
    struct track_end *end = &conn->end[index];
    end->exact = true;
    end->waits = by_sending(told->to);
    end->waiting = told->to;
    if (end->waits)
        return;
    if (end->state == STATE_CLOSED) /* its first word: where it comes from, nobody saw */
        end->state = told->to == STATE_LISTEN ? told->to : told->from;
    change(conn, index, told->to, cause_of_told(end, told->to), out);
    if (told->to == STATE_CLOSED)
        end->inferred = told->to;
}

/* The states are numbered in the order in which every connection passes them, on either path; only
 * CLOSED comes again at the end. A sample comes late, so one that goes back says nothing. */
static void on_sample(struct track *conn, int index, enum tcp_state to, struct track_step *out)
{
    struct track_end *end = &conn->end[index];
    if (!end->exact && (to > end->state || to == STATE_CLOSED))
        infer(conn, index, to, 0, out);
}

void track_state_on_told(struct track *conn, int index, const struct event_state *told,
                         struct track_step *out)
{
    if (told->sampled)
        on_sample(conn, index, told->to, out);
    else
        on_told_exactly(conn, index, told, out);
}
