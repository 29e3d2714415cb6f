/* What is written on arrows, and what makes rows equal. */
#include "trace/label.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "trace/pieces.h"
#include "trace/track_measure.h"
#include "trace/words.h"

static const char *ordinal(unsigned number)
{
    static const char *const endings[] = {"th", "st", "nd", "rd"};
    bool teen = number / 10 % 10 == 1;
    return number % 10 < ARRAY_LEN(endings) && !teen ? endings[number % 10] : "th";
}

static void add_marks(struct pieces *pieces, const struct track_segment *tcp)
{
    if (tcp->marks & MARK_KEEPALIVE)
        pieces_add(pieces, RANK_HIGH, "keepalive");
    if (tcp->marks & MARK_PROBE)
        pieces_add(pieces, RANK_HIGH, "window probe");
    if (tcp->marks & MARK_WINDOW_UPDATE)
        pieces_add(pieces, RANK_HIGH, "window update");
}

static void add_options(struct pieces *pieces, const struct track_segment *tcp)
{
    const struct tcp_options *options = &tcp->options;
    for (unsigned i = 0; i < options->sack_count; i++) {
        struct track_range range = track_sack_range(tcp, i);
        pieces_add(pieces, RANK_MIDDLE, "sack %" PRId64 "..%" PRId64, range.start, range.end);
    }
    if (options->has_mss)
        pieces_add(pieces, RANK_MIDDLE, "mss %u", options->mss);
    if (options->has_wscale)
        pieces_add(pieces, RANK_LOWEST, "wscale %u", options->wscale);
    if (options->sack_permitted)
        pieces_add(pieces, RANK_LOWEST, "sack ok");
}

static void add_window(struct pieces *pieces, const struct track_segment *tcp)
{
    unsigned about_window = MARK_ZERO_WINDOW | MARK_WINDOW_UPDATE;
    if ((tcp->flags & TCP_RST) != 0 || !(tcp->window_is_new || (tcp->marks & about_window) != 0))
        return;
    pieces_add(pieces, tcp->marks & about_window ? RANK_HIGH : RANK_LOW, "win %" PRIu32,
               tcp->window);
}

static bool is_pure_ack(const struct track_segment *tcp)
{
    return tcp->flags == TCP_ACK && tcp->text_len == 0 &&
           (tcp->marks & (MARK_KEEPALIVE | MARK_PROBE)) == 0;
}

static void add_tcp(struct pieces *pieces, const struct track_segment *tcp)
{
    char flags[FLAGS_TEXT_MAX];
    if (is_pure_ack(tcp)) {
        pieces_add(pieces, RANK_ALWAYS, "ACK %" PRId64, tcp->ack);
    } else {
        pieces_add(pieces, RANK_ALWAYS, "%s", flags_text(tcp->flags, flags));
        if (tcp->text_len)
            pieces_add(pieces, RANK_ALWAYS, "seq %" PRId64 "..%" PRId64, tcp->seq,
                       tcp->seq + tcp->text_len);
        else
            pieces_add(pieces, RANK_ALWAYS, "seq %" PRId64, tcp->seq);
        if (tcp->text_len)
            pieces_add(pieces, RANK_MIDDLE,
                       tcp->text_len == 1 ? "(%" PRIu32 " byte)" : "(%" PRIu32 " bytes)",
                       tcp->text_len);
        if (tcp->flags & TCP_ACK)
            pieces_add(pieces, RANK_MIDDLE, "ack %" PRId64, tcp->ack);
    }
    if (tcp->marks & MARK_DUP_ACK)
        pieces_add(pieces, RANK_HIGH, "(%u%s duplicate)", tcp->dup_acks, ordinal(tcp->dup_acks));
    add_marks(pieces, tcp);
    add_window(pieces, tcp);
    add_options(pieces, tcp);
}

static void add_arp(struct pieces *pieces, const struct arp *arp)
{
    char target[ADDRESS_TEXT_MAX], sender[ADDRESS_TEXT_MAX];
    address_text(arp->target_ip, -1, target);
    address_text(arp->sender_ip, -1, sender);
    if (arp->operation == ARP_REQUEST)
        pieces_add(pieces, RANK_ALWAYS, "ARP who has %s?", target);
    else
        pieces_add(pieces, RANK_ALWAYS, "ARP %s is here", sender);
}

static void add_icmp(struct pieces *pieces, const struct icmp_message *icmp)
{
    static const char *const unreachable[] = {
        [ICMP_CODE_NET] = "net",
        [ICMP_CODE_HOST] = "host",
        [ICMP_CODE_PROTOCOL] = "protocol",
        [ICMP_CODE_PORT] = "port",
    };
    if (icmp->type == ICMP_TYPE_ECHO_REQUEST)
        pieces_add(pieces, RANK_ALWAYS, "ICMP echo request %u", icmp->echo_seq);
    else if (icmp->type == ICMP_TYPE_ECHO_REPLY)
        pieces_add(pieces, RANK_ALWAYS, "ICMP echo reply %u", icmp->echo_seq);
    else if (icmp->type == ICMP_TYPE_UNREACHABLE && icmp->code < ARRAY_LEN(unreachable))
        pieces_add(pieces, RANK_ALWAYS, "ICMP %s unreachable", unreachable[icmp->code]);
    else
        pieces_add(pieces, RANK_ALWAYS, "ICMP type %u code %u", icmp->type, icmp->code);
}

static void add_frame(struct pieces *pieces, const struct event_frame *frame)
{
    struct frame_view view;
    frame_parse(&view, frame->bytes, frame->len);
    switch (view.kind) {
    case FRAME_ARP:
        add_arp(pieces, &view.arp);
        break;
    case FRAME_ICMP:
        add_icmp(pieces, &view.icmp);
        break;
    case FRAME_UDP:
        pieces_add(pieces, RANK_ALWAYS, "UDP (%zu bytes)", view.udp.payload.len);
        pieces_add(pieces, RANK_LOW, "port %u to %u", view.udp.src_port, view.udp.dst_port);
        break;
    case FRAME_IPV4:
        pieces_add(pieces, RANK_ALWAYS, "IPv4 protocol %u (%zu bytes)", view.ip.protocol,
                   view.ip.payload.len);
        break;
    default: /* nothing that these pages teach */
        pieces_add(pieces, RANK_ALWAYS, "frame of %zu bytes", frame->len);
        break;
    }
    if (view.problem)
        pieces_add(pieces, RANK_HIGH, "%s", view.problem);
}

void label_arrow(const struct row *row, const struct label_options *options, unsigned columns,
                 char out[static LABEL_MAX])
{
    struct pieces pieces = {0};
    if (row->conn && options->numbered)
        pieces_add(&pieces, RANK_ALWAYS, "#%u", row->conn->number);
    if (row->tcp && (row->tcp->marks & MARK_RETRANSMISSION) != 0)
        pieces_add(&pieces, RANK_ALWAYS, "%s", options->again);
    if (row->tcp)
        add_tcp(&pieces, row->tcp);
    else
        add_frame(&pieces, &row->event->frame);
    pieces_join(&pieces, " ", columns, out);
}

static void add_fate(struct pieces *pieces, unsigned fate)
{
    static const struct bit_name done[] = {
        {FATE_DROP, "dropped"},      {FATE_DUP, "duplicated"},
        {FATE_DELAY, "delayed"},     {FATE_REORDER, "reordered"},
        {FATE_CORRUPT, "corrupted"}, {FATE_REPLAY, "replayed later"},
        {FATE_MARK, "marked"},       {0, NULL},
    };
    for (const struct bit_name *name = done; name->name; name++) {
        if (fate & name->bit)
            pieces_add(pieces, RANK_ALWAYS, "%s", name->name);
    }
}

void label_reason(const struct row *row, char out[static LABEL_MAX])
{
    const struct event_frame *frame = &row->event->frame;
    struct pieces pieces = {0};
    if (row->is_copy)
        pieces_add(&pieces, RANK_ALWAYS, frame->fate & FATE_REPLAY ? "replayed" : "copy");
    else if (row->kind != ROW_ARRIVE && frame->fate && frame->reason)
        pieces_add(&pieces, RANK_ALWAYS, "%s", frame->reason);
    else if (row->kind != ROW_ARRIVE)
        add_fate(&pieces, frame->fate);
    pieces_join(&pieces, ", ", LABEL_MAX, out);
}

void label_comment(const struct event_frame *frame, const struct track_segment *tcp,
                   char out[static LABEL_MAX])
{
    struct pieces pieces = {0};
    add_fate(&pieces, frame->fate);
    if (frame->fate && frame->reason)
        pieces_add(&pieces, RANK_ALWAYS, "%s", frame->reason);
    if (tcp) {
        if (tcp->marks & MARK_RETRANSMISSION)
            pieces_add(&pieces, RANK_ALWAYS, "retransmission of %" PRId64 "..%" PRId64, tcp->seq,
                       tcp->seq + track_segment_len(tcp));
        if (tcp->marks & MARK_DUP_ACK)
            pieces_add(&pieces, RANK_ALWAYS, "%u%s duplicate ACK", tcp->dup_acks,
                       ordinal(tcp->dup_acks));
        add_marks(&pieces, tcp);
    }
    pieces_join(&pieces, "; ", LABEL_MAX, out);
}

static void add_arrow_key(struct pieces *pieces, const struct row *row)
{
    static const char *const fates[] = {
        [ARROW_UNDER_WAY] = "under way",
        [ARROW_ARRIVED] = "arrived",
        [ARROW_LOST] = "lost",
        [ARROW_REFUSED] = "refused",
    };
    const struct track_segment *tcp = row->tcp;
    pieces_add(pieces, RANK_ALWAYS, "%c%s %s", "AB"[row->from],
               row -> kind == ROW_ARRIVE ? " arrival" : "", fates[row->fate]);
    if (!tcp)
        add_frame(pieces, &row->event->frame);
    else
        pieces_add(pieces, RANK_ALWAYS, "%u %x %d %" PRId64 " %" PRIu32 " %" PRId64,
                   tcp->conn->number, tcp->flags & ~(unsigned)TCP_PSH,
                   (tcp->marks & MARK_RETRANSMISSION) != 0, tcp->seq, tcp->text_len, tcp->ack);
}

void label_key(const struct row *row, char out[static LABEL_MAX])
{
    struct pieces pieces = {0};
    if (row_is_arrow(row)) {
        add_arrow_key(&pieces, row);
        pieces_join(&pieces, " ", LABEL_MAX, out);
    } else if (row->kind == ROW_NOTE || row->kind == ROW_CALL) {
        label_other(row, LABEL_MAX, out);
    } else {
        snprintf(out, LABEL_MAX, "%d %d %d %d", (int)row->kind, row->from, row->state[0],
                 row->state[1]);
    }
}
