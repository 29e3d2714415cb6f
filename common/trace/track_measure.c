/* Relative numbers, and what is special about a segment. */
#include "trace/track_measure.h"

static bool is_plain(const struct track_segment *segment)
{
    return (segment->flags & (TCP_SYN | TCP_FIN | TCP_RST)) == 0;
}

int64_t track_segment_len(const struct track_segment *segment)
{
    return (int64_t)segment->text_len + ((segment->flags & TCP_SYN) != 0) +
           ((segment->flags & TCP_FIN) != 0);
}

/* The number of `seq`, counted from the base without wrapping: the one nearest to `near`. */
static int64_t relative(const struct track_end *end, seq_t seq, int64_t near)
{
    return near + seq_diff(seq, seq_add(end->base, (uint32_t)near));
}

/* Where the log begins in the middle of a connection, the first number seen is called 1. */
static void find_bases(struct track_end *sender, struct track_end *peer, const struct segment *tcp)
{
    bool syn = (tcp->flags & TCP_SYN) != 0;
    if (!sender->known || (syn && !seq_eq(sender->base, tcp->seq))) {
        sender->known = true;
        sender->base = syn ? tcp->seq : seq_sub(tcp->seq, 1);
        sender->sent_end = peer->received_end = syn ? 0 : 1;
    }
    if (!peer->known && (tcp->flags & TCP_ACK) != 0 && !syn) {
        peer->known = true;
        peer->base = seq_sub(tcp->ack, 1);
        peer->sent_end = 1;
    }
}

/* The scale holds from the handshake on, when both ends offered it (RFC 7323 section 2.2). */
static uint32_t scaled_window(const struct track *conn, int from, const struct segment *tcp)
{
    bool both = conn->end[0].scales && conn->end[1].scales;
    if (!both || (tcp->flags & TCP_SYN) != 0)
        return tcp->wnd;
    return (uint32_t)tcp->wnd << (conn->end[from].wscale < 14 ? conn->end[from].wscale : 14);
}

/* One octet before the next new one, there only to be answered. */
static bool is_nudge(const struct track_end *sender, const struct track_segment *segment)
{
    return is_plain(segment) && segment->seq == sender->sent_end - 1 && segment->text_len <= 1 &&
           (segment->text_len == 0 || sender->acked == sender->sent_end);
}

static unsigned marks_of_numbers(const struct track_end *sender,
                                 const struct track_segment *segment)
{
    bool window_closed = sender->knows_window && sender->peer_window == 0;
    bool answers_syn = sender->sent_end == 1 && sender->last_ack == 0 && segment->ack > 0;
    if (is_nudge(sender, segment))
        return window_closed ? MARK_PROBE : MARK_KEEPALIVE;
    if (window_closed && segment->text_len > 0)
        return MARK_PROBE;
    if ((segment->flags & TCP_SYN) && answers_syn) /* simultaneous open: the SYN again, and more */
        return 0;
    if (track_segment_len(segment) > 0 && segment->seq < sender->sent_end)
        return MARK_RETRANSMISSION;
    return 0;
}

/* RFC 5681 section 2: no text, nothing moved, while the peer waits for an acknowledgement. A SACK
 * block tells the same even when the window moved. */
static unsigned marks_of_ack(const struct track_end *sender, const struct track_end *peer,
                             const struct track_segment *segment)
{
    bool pure_ack = is_plain(segment) && segment->text_len == 0 && (segment->flags & TCP_ACK) != 0;
    if (segment->window == 0 && (segment->flags & (TCP_RST | TCP_ACK)) == TCP_ACK)
        return MARK_ZERO_WINDOW;
    if (!pure_ack || segment->ack != sender->last_ack)
        return 0;
    bool told_news = segment->window != sender->last_window && segment->options.sack_count == 0;
    if (peer->sent_end > segment->ack && !told_news)
        return MARK_DUP_ACK;
    return segment->window > sender->last_window ? MARK_WINDOW_UPDATE : 0;
}

static void hear_fin(struct track_end *receiver, const struct track_end *sender)
{
    if (sender->fin_sent && receiver->received_end > sender->fin)
        receiver->fin_received = true;
}

/* What an end acknowledges it has, holes filled included: nobody knows better. */
static void remember_ack(struct track_end *sender, const struct track_segment *segment)
{
    if ((segment->flags & TCP_ACK) == 0)
        return;
    sender->last_ack = segment->ack;
    if (segment->ack > sender->received_end)
        sender->received_end = segment->ack;
}

static void remember_sent(struct track_end *sender, const struct track_segment *segment)
{
    int64_t end = segment->seq + track_segment_len(segment);
    sender->last_window = segment->window;
    if (segment->flags & TCP_FIN) {
        sender->fin_sent = true;
        sender->fin = end - 1;
    }
    if (end > segment->seq && end > sender->sent_end) /* a reset may name any number */
        sender->sent_end = end;
}

void track_measure(struct track *conn, int from, const struct segment *tcp,
                   struct track_segment *out)
{
    struct track_end *sender = &conn->end[from];
    struct track_end *peer = &conn->end[!from];
    *out = (struct track_segment){
        .conn = conn,
        .from = from,
        .flags = tcp->flags,
        .text_len = segment_text_len(tcp),
        .text = tcp->text[0].data,
        .field = tcp->wnd,
        .urgent = tcp->urg_ptr,
        .options = tcp->options,
    };
    find_bases(sender, peer, tcp);
    if (tcp->flags & TCP_SYN) {
        sender->scales = tcp->options.has_wscale;
        sender->wscale = tcp->options.wscale;
    }
    out->seq = relative(sender, tcp->seq, sender->sent_end);
    if (tcp->flags & TCP_ACK)
        out->ack = relative(peer, tcp->ack, peer->sent_end);
    out->window = scaled_window(conn, from, tcp);
    out->window_is_new = out->window != sender->last_window;
    out->marks = marks_of_numbers(sender, out);
    if ((out->marks & (MARK_KEEPALIVE | MARK_PROBE)) == 0)
        out->marks |= marks_of_ack(sender, peer, out);
    sender->dup_acks = out->marks & MARK_DUP_ACK ? sender->dup_acks + 1 : 0;
    out->dup_acks = sender->dup_acks;
    remember_sent(sender, out);
    remember_ack(sender, out);
    hear_fin(sender, peer);
}

void track_arrive(struct track *conn, const struct track_segment *segment)
{
    struct track_end *sender = &conn->end[segment->from];
    struct track_end *receiver = &conn->end[!segment->from];
    int64_t end = segment->seq + track_segment_len(segment);
    if (segment->seq <= receiver->received_end && end > receiver->received_end)
        receiver->received_end = end;
    hear_fin(receiver, sender);
    if ((segment->flags & TCP_ACK) && segment->ack > receiver->acked)
        receiver->acked = segment->ack;
    receiver->knows_window = true;
    receiver->peer_window = segment->window;
}

struct track_range track_sack_range(const struct track_segment *segment, unsigned index)
{
    const struct track_end *peer = &segment->conn->end[!segment->from];
    const struct sack_block *block = &segment->options.sack[index];
    return (struct track_range){relative(peer, block->start, segment->ack),
                                relative(peer, block->end, segment->ack)};
}
